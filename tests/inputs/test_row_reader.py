"""Both readers of one input, the harvest's and Trusted's: the same rows, ids and refusals."""

import gzip
from itertools import chain
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st
from reading import read_cut

from harvester.errors import InputError
from harvester.inputs.row_reader import RowReader

if TYPE_CHECKING:
    from harvester.inputs.splitting import Row

PIECES = st.lists(
    st.sampled_from(
        (
            *("tt0000001", "tt2", "7", "nm1", "\\N", '"', '""', "a", "é", "\0", "\ufeff", "\\"),
            *("tt0000001|", "\ntt0000001|a"),
            *(",", "|", ";", "\t", "\n", "\r\n", "\r", " ", ""),
        )
    ),
    max_size=40,
).map("".join)
HEADERS = st.sampled_from(
    (
        *("id,t", "imdb_id|t", "t;imdb_id", "tconst\ttitleType", '"Const","T"', "imdb_id"),
        *("sep=;\nid;t", "imdb,id", "id|imdb|t", "", "My films\nid,t", "# x\nid,t"),
    )
)
FILES = st.builds(
    lambda above, header, end, body: f"{above}{header}{end}{body}".encode(),
    st.sampled_from(["", "\n", "\r\n \n", "\ufeff", "\ufeff\n"]),
    HEADERS,
    st.sampled_from(["\n", "\r\n", "\n\n", "\r\r\n"]),
    PIECES,
)


def _rows(data: bytes, chunk: int) -> tuple[int, list[int], int] | str:
    """Return how many rows there are, the ids of those that fit, in order, and how many don't.

    A refusal is its sentence.
    """
    reader = RowReader("x")
    found: list[Row] = []
    try:
        for at in range(0, len(data), chunk):
            found += chain.from_iterable(reader.feed(data[at : at + chunk]))
        found += reader.close()
    except InputError as error:
        return str(error)
    numbers: dict[int, None] = {}
    rejected = 0
    for row in found:
        number = None
        if row.why is None and reader.layout is not None:
            number = reader.layout.number(row.values)
        if number is None:
            rejected += 1
        else:
            numbers[number] = None
    return len(found), list(numbers), rejected


@given(FILES, st.integers(1, 50), st.booleans())
@example(b"\n\nimdb_id,t\ntt1,a\n", 1, False)
@example(b"imdb_id|t\ntt1|a|b|c\ntt2|\rx\n\n", 3, True)
@example(b"id|t|g\ntt0000001|A|B\ntt0000001|A\ntt0000002|B|C\n", 9, False)
@example(b"id|t|g\ntt0000001|A|B\ntt0000001|A\ntt0000001|A|B|C\n", 99, False)
@example(b"id|t|g\ntt0000001|A|B\nx\ntt0000001|A\ntt0000001\n", 99, False)
@example(b"tconst\ttitleType\ntt0000001\ta\ntt0000001\n", 99, False)
@example(b"id,t\ntt1,a\rb\n\n\ntt2,c,d\n", 3, True)
def test_the_same_rows_and_ids(data: bytes, chunk: int, packed: bool) -> None:
    """Odd newlines, quotes, blanks, BOMs and gzip members make no difference between the two."""
    stored = gzip.compress(data[:9]) + gzip.compress(data[9:]) if packed else data
    harvest, rows = read_cut(stored, []), _rows(stored, chunk)
    if isinstance(harvest, str):
        # Trusted has no need to refuse a file without a row that fits.
        assert rows == harvest or not rows[1], harvest
    else:
        assert (harvest[0].rows, harvest[1], harvest[0].rejected) == rows
