"""Properties of the reader: chunking has no effect, an oracle agrees, garbage is refused."""

import contextlib
import csv
import gzip
import io
import re

from hypothesis import given
from hypothesis import strategies as st
from reading import genres
from reading import read_cut as read

from harvester.errors import InputError
from harvester.inputs.imdb_id import number_of
from harvester.lake.title_ids import unpack

IDS = st.one_of(
    st.integers(1, 40).map(unpack),
    st.sampled_from(["TT0000007", "7", "71", "7.0", " tt7 ", "nm0000007", "", "\\N", "tt0", "tt"]),
)
WORDS = st.text(st.characters(exclude_characters="|\n\r", exclude_categories=["Cs"]), max_size=6)
GENRES = st.sampled_from(["Drama", "drama,Sci-Fi", "Sci-Fi", "\\N", ""])
CSV_LOOKING = st.text(st.sampled_from('id,;|\t"\n\r t019.xé\0\ufeff\u2028'), max_size=60).map(
    str.encode
)
HEADED = st.tuples(
    st.sampled_from([b"id,t\n", b"id|t\n", b"t;imdb_id\n", b'"tconst"\t"t"\n', b"id\n", b"tt1\n"]),
    CSV_LOOKING,
).map(b"".join)
ANY_BYTES = st.one_of(st.binary(max_size=80), CSV_LOOKING, HEADED)
CUTS = st.lists(st.integers(0, 400), max_size=12)


@st.composite
def pipe_files(draw: st.DrawFn) -> str:
    """Draw a `|` file: rows whole, cut or too wide, repeated in runs; the id first or second."""
    rows = draw(
        st.lists(st.tuples(IDS, GENRES, WORDS, st.integers(1, 4), st.integers(1, 3)), max_size=12)
    )
    id_first = draw(st.booleans())
    name = draw(st.sampled_from(["id", "imdb_id"]))
    lines = [f"{name}|genero|t" if id_first else f"genero|{name}|t"]
    for imdb_id, genre, word, width, times in rows:
        pair = [imdb_id, genre] if id_first else [genre, imdb_id]
        lines += ["|".join([*pair, word, "x"][:width])] * times
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n"]))


def oracle(data: str, genre: str | None) -> tuple[int, list[int]]:
    """Return rows and distinct numbers of a `|` file the simple way: one split for every row."""
    header, *rows = [line for line in re.split(r"\r?\n", data) if line.strip(" \t\v\f\r\n")]
    names = header.split("|")
    place = next(place for place, name in enumerate(names) if name in {"id", "imdb_id"})
    tt = "tt" if names[place] == "id" else "(?:tt)?"
    taken: list[int] = []
    for row in rows:
        fields = row.split("|")
        if len(fields) < len(names) or (len(fields) > len(names) and place):
            continue
        digits = re.fullmatch(rf"{tt}0*([1-9][0-9]*)(?:\.0)?", fields[place].strip().lower())
        listed = fields[names.index("genero")].lower().split(",")
        if digits and (genre is None or genre in listed) and int(digits[1]) not in taken:
            taken.append(int(digits[1]))
    return len(rows), taken


@given(pipe_files(), CUTS, st.sampled_from([None, "sci-fi"]))
def test_pipe_files_agree_with_a_split(data: str, cuts: list[int], genre: str | None) -> None:
    """The fast path finds the same rows and ids, in the same order, as a naive reader."""
    rows, taken = oracle(data, genre)
    where = genres(genre) if genre else ()
    result = read(data.encode(), cuts, where)
    assert result == read(data.encode(), [], where)
    if isinstance(result, str):
        assert not rows or not taken
    else:
        facts, numbers = result
        assert (facts.rows, numbers, facts.distinct) == (rows, taken, len(taken))


@given(
    st.lists(st.tuples(IDS, st.text(st.characters(exclude_categories=["Cs"]))), min_size=1),
    st.sampled_from([",", ";", "\t"]),
    CUTS,
)
def test_quoted_files_agree_with_the_csv_module(
    rows: list[tuple[str, str]], delimiter: str, cuts: list[int]
) -> None:
    """Whatever text the csv module writes beside an id, the reader finds every id."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["title", "imdb_id"])
    writer.writerows((title, imdb_id) for imdb_id, title in rows)
    expected = list(dict.fromkeys(filter(None, (number_of(imdb_id) for imdb_id, _ in rows))))
    result = read(out.getvalue().encode(), cuts)
    if isinstance(result, str):
        assert not expected
        assert "no row with an IMDb title id" in result
    else:
        assert (result[1], result[0].rows) == (expected, len(rows))


@given(ANY_BYTES, CUTS, st.booleans())
def test_chunks_are_invisible(data: bytes, cuts: list[int], genre: bool) -> None:
    """Any chunking gives the same facts, ids or error; no bytes raise anything but InputError."""
    where = genres("x") if genre else ()
    whole = read(data, [], where)
    assert read(data, cuts, where) == whole
    assert read(data, list(range(len(data))), where) == whole


@given(ANY_BYTES, CUTS, st.integers(0, 80))
def test_gzip_is_invisible(data: bytes, cuts: list[int], middle: int) -> None:
    """A gzip of two members, cut anywhere, gives the same rows and ids as its content."""
    if data[:2] == b"\x1f\x8b":
        return
    plain = read(data, [])
    packed = read(gzip.compress(data[:middle]) + gzip.compress(data[middle:]), cuts)
    if isinstance(plain, str) or isinstance(packed, str):
        assert packed == plain or not data
    else:
        assert packed[1] == plain[1]
        assert packed[0].rejects == plain[0].rejects


@given(st.binary(max_size=60), CUTS)
def test_damaged_gzip_is_only_refused(data: bytes, cuts: list[int]) -> None:
    """Bytes after gzip's magic, real header or not, give an InputError or a result."""
    for beginning in (b"\x1f\x8b", gzip.compress(b"tt1\n")[:10], gzip.compress(b"tt1\n")):
        with contextlib.suppress(InputError):
            read(beginning + data, cuts)
