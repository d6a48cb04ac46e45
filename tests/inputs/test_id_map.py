"""The id map: read in any form users have it, small in memory, with clear errors."""

import gzip
import tracemalloc
from collections import deque
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import InputError
from harvester.inputs.id_map import IdMapReader, read_id_map
from harvester.lake.title_ids import unpack
from harvester.model import MediaType
from harvester.origins.known_ids import KnownIds
from harvester.stores import open_store

HEADER = b"imdb_id,tmdb_id,media_type\n"


def read(data: bytes, wanted: list[int], step: int = 0) -> KnownIds:
    """Read a map, in pieces of `step` bytes."""
    known = KnownIds(wanted)
    reader = IdMapReader("ids.csv", known)
    size = step or len(data) or 1
    for start in range(0, len(data), size):
        deque(reader.feed(data[start : start + size]), 0)
    reader.close()
    return known


ROWS = st.dictionaries(
    st.integers(1, 9_999_999_999),
    st.tuples(st.sampled_from(["movie", "tv"]), st.integers(1, 9_999_999_999)),
    max_size=20,
)


@given(
    rows=ROWS,
    others=st.lists(st.integers(1, 99), max_size=5),
    step=st.integers(1, 50),
    end=st.sampled_from(["\n", "\r\n"]),
    zipped=st.booleans(),
)
def test_a_map_is_read_whole_however_its_bytes_come(
    rows: dict[int, tuple[MediaType, int]], others: list[int], step: int, end: str, *, zipped: bool
) -> None:
    """Plain or gzipped, in any pieces; only the requested ids are kept."""
    lines = [
        "imdb_id,tmdb_id,media_type",
        *(f"tt{number:07d},{row[1]},{row[0]}" for number, row in rows.items()),
    ]
    data = end.join([*lines, ""]).encode()
    wanted = sorted({*list(rows)[::2], *others})
    known = read(gzip.compress(data, mtime=0) if zipped else data, wanted, step)
    for number in {*rows, *others}:
        assert known.get(unpack(number)) == (rows.get(number) if number in wanted else None)
    assert len(known) == len(set(wanted) & rows.keys())


def test_the_last_row_of_a_title_stands() -> None:
    """Maps of several runs may be joined, the newest last; blank lines don't matter."""
    data = HEADER + b"tt0000001,5,movie\n\nTT1,6,tv\n"
    assert read(data, [1]).get("tt0000001") == ("tv", 6)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "ids.csv is empty: its first line must be imdb_id,tmdb_id,media_type"),
        (b"imdb_id;tmdb_id;media_type\n", "ids.csv, line 1 must be imdb_id,tmdb_id,media_type"),
        (b"tt0000001,5,movie\n", "ids.csv, line 1 must be"),
        (HEADER + b"tt0000001,5,movie\nnm0000001,5,movie\n", "ids.csv, line 3 is no row"),
        (HEADER + b"tt0000001,0,movie\n", "ids.csv, line 2 is no row such as tt0111161,278,movie"),
        (HEADER + b"tt0000001,-5,movie\n", "line 2 is no row"),
        (HEADER + b"tt0000001,5.0,movie\n", "line 2 is no row"),
        (HEADER + b"tt0000001,,movie\n", "line 2 is no row"),
        (HEADER + b"tt0000001\n", "line 2 is no row"),
        (HEADER + b"tt0000001,5,film\n", "line 2 has the media type 'film', not movie or tv"),
        (HEADER + b"tt0000001,5,movie,\n", "line 2 has the media type 'movie,', not movie or tv"),
        (HEADER + b"\n\xff\xfe\n", "line 3 is no row"),
        (HEADER + b"x" * 3_000_000, "line 2 is too long"),
        (gzip.compress(HEADER, mtime=0)[:-9], "ids.csv is a truncated gzip file"),
        (gzip.compress(HEADER, mtime=0)[:15] + b"\0" * 40, "ids.csv is a damaged gzip file"),
    ],
)
def test_a_bad_row_is_reported_with_file_and_line(data: bytes, expected: str) -> None:
    """One sentence that says what to fix."""
    with pytest.raises(InputError) as caught:
        read(data, [1])
    assert expected in str(caught.value)
    assert len(str(caught.value)) < 250


async def test_maps_come_from_files_and_folders(tmp_path: Path) -> None:
    """A file by its name, a folder's CSVs in order; a missing one is an error."""
    (tmp_path / "a.csv").write_bytes(HEADER + b"tt0000001,5,movie\ntt0000002,6,movie\n")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(HEADER + b"tt0000002,7,tv\n", mtime=0))
    async with open_store(str(tmp_path / "lake")) as store:
        one = await read_id_map(str(tmp_path / "a.csv"), [1, 2], store)
        both = await read_id_map(str(tmp_path), [1, 2], store)
        with pytest.raises(InputError, match="does not exist"):
            await read_id_map(str(tmp_path / "c.csv"), [1, 2], store)
    first, second = unpack(1), unpack(2)
    assert (one.get(second), both.get(second)) == (("movie", 6), ("tv", 7))
    assert both.get(first) == ("movie", 5)


def test_a_map_of_many_titles_is_small() -> None:
    """250,000 titles stay far below 20 MB while read, whatever else the map holds."""
    wanted = list(range(1, 1_000_000, 4))
    lines = b"".join(b"tt%07d,%d,movie\n" % (n, n + 1_000_000) for n in range(1, 20_000))
    tracemalloc.start()
    try:
        known = read(HEADER + lines, wanted)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(known) == 5_000
    assert peak < 10_000_000


OUTCOMES = b"id,imdb_id,media_type,tmdb_id,outcome,reason,fetched_at\n"
AT = b"2026-11-24T07:00:05Z"


@pytest.mark.parametrize("step", [1, 7, 0])
def test_outcomes_of_a_run_are_a_map(step: int) -> None:
    """Of harvested titles, asked for by either id; what has no IMDb id is passed over."""
    lines = [
        b"tt0000001,tt0000001,movie,5,harvested,," + AT,
        b"tt0000002,tt0000002,,,unmatched,not_found," + AT,
        b'tt0000003,tt0000003,movie,7,failed,"credits: a, ""b""",' + AT,
        b"tv:9,tt0000004,tv,9,harvested,," + AT,
        b"movie:8,,movie,8,harvested,," + AT,
    ]
    known = read(OUTCOMES + b"\r\n".join(lines), [1, 2, 3, 4, 8], step)
    assert [known.get(unpack(n)) for n in (1, 2, 3, 4, 8)] == [
        ("movie", 5), None, None, ("tv", 9), None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line", [b"tt0000001,5,movie", b"tt0000001,tt0000001,film,5,harvested,," + AT, b"x" * 70]
)
def test_a_bad_line_of_outcomes_is_reported_with_file_and_line(line: bytes) -> None:
    """One sentence that shows the beginning, and one that does not, for who may not read it."""
    with pytest.raises(InputError) as caught:
        read(OUTCOMES + line + b"\n", [1])
    shown = line[:60].decode()
    assert f"ids.csv, line 2 is no line of a run's outcomes.csv: {shown!r};" in str(caught.value)
    assert shown not in caught.value.unquoted
    assert "line 2 is no line of a run's outcomes.csv" in caught.value.unquoted
