"""Record files: what `pack` guarantees for every file, with records of any size."""

import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.lake import record_files
from harvester.lake.record_files import Packer, RecordFile, fits, read_records
from harvester.model import Format, MediaType, Record, Title
from harvester.origins.tmdb.records import record as tmdb_record

HEAD = 200
"""More than any envelope here has, so that a scaled-down limit still takes small records."""

FOLDERS: dict[tuple[str, MediaType | None], str] = {
    ("find", "movie"): "Find",
    ("find", None): "Find",
    ("details", "movie"): "Movies/details",
    ("details", "tv"): "Series/details",
    ("credits", "tv"): "Series/credits",
}


@contextmanager
def limits(max_bytes: int, max_records: int = 100) -> Iterator[None]:
    """Scale the limits down; hypothesis runs many examples inside one test function."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record_files, "MAX_BYTES", max_bytes)
        patch.setattr(record_files, "MAX_RECORDS", max_records)
        yield


def record(
    number: int, body: bytes, endpoint: str = "details", media_type: MediaType | None = "tv"
) -> Record:
    """Return a record; its number is its identity."""
    return tmdb_record(
        Title(f"tt{number:07d}", "movie"),
        imdb_id=f"tt{number:07d}",
        tmdb_id=None if media_type is None else number,
        media_type=media_type,
        endpoint=endpoint,
        language=None,
        fetched_at="2026-11-24T07:00:00Z",
        body=body,
        version=2,
    )


def body_of(size: int) -> bytes:
    """Return a JSON object of exactly this many bytes, at least 9."""
    return b'{"x":"' + b"a" * (size - 8) + b'"}'


def packed(records: list[Record], layout: Format) -> list[RecordFile]:
    """Pack all records and return every file."""
    packer = Packer(layout)
    files = [closed for each in records if (closed := packer.add(each)) is not None]
    return files + packer.finish()


def raw_parts(file: RecordFile, layout: Format) -> list[bytes]:
    """Split a file whose bodies hold no newline into the bytes of its records."""
    if layout == "lines":
        return file.data.splitlines()
    assert file.data[:1] == b"["
    assert file.data[-1:] == b"]"
    return file.data[1:-1].split(b",\n")


BODIES = st.one_of(
    st.integers(9, 400).map(body_of),
    st.sampled_from([b"{}", b'{"a":"\\u0026"}', '{"é":"\u2028"}'.encode(), b'{ "a" : 1.0 }']),
)
RECORDS = st.lists(st.tuples(st.sampled_from(sorted(FOLDERS, key=str)), BODIES), max_size=40).map(
    lambda drawn: [record(i + 1, body, *which) for i, (which, body) in enumerate(drawn)]
)
LAYOUTS: st.SearchStrategy[Format] = st.sampled_from(["array", "lines"])


@given(RECORDS, LAYOUTS, st.integers(HEAD + 410, 3000), st.integers(1, 7))
def test_every_record_is_in_exactly_one_file_of_its_structure_in_order(
    records: list[Record], layout: Format, max_bytes: int, max_records: int
) -> None:
    """Nothing is lost, repeated, reordered or mixed; both limits hold; bodies keep their bytes."""
    with limits(max_bytes, max_records):
        files = packed(records, layout)
    found: dict[str, list[bytes]] = defaultdict(list)
    parts: dict[str, list[int]] = defaultdict(list)
    for file in files:
        pieces = raw_parts(file, layout)
        assert file.records == len(pieces)
        assert 1 <= file.records <= max_records
        assert len(file.data) < max_bytes
        assert file.size == len(file.data)
        found[file.folder] += pieces
        parts[file.folder].append(file.part)
    expected: dict[str, list[bytes]] = defaultdict(list)
    for each in records:
        assert each.folder in FOLDERS.values()
        expected[each.folder].append(each.envelope + bytes(each.body) + b"}")
    assert found == expected
    assert all(numbers == list(range(len(numbers))) for numbers in parts.values())


@given(RECORDS, LAYOUTS, st.integers(HEAD + 410, 3000), st.integers(1, 7))
def test_a_file_closes_only_when_the_next_record_would_not_have_fitted(
    records: list[Record], layout: Format, max_bytes: int, max_records: int
) -> None:
    """Packing is greedy: no file could have taken the first record of the next one."""
    with limits(max_bytes, max_records):
        files = packed(records, layout)
    for folder in {file.folder for file in files}:
        mine = [file for file in files if file.folder == folder]
        for this, following in itertools.pairwise(mine):
            first = raw_parts(following, layout)[0]
            grown = len(this.data) + len(first) + (2 if layout == "array" else 1)
            assert this.records == max_records or grown >= max_bytes


@given(RECORDS)
def test_json_readers_get_the_envelope_and_the_response(records: list[Record]) -> None:
    """`json.load` of an array, and of every line, gives what was fetched, key order included."""
    layouts: tuple[Format, ...] = ("array", "lines")
    for layout in layouts:
        for file in packed(records, layout):
            rows = (
                json.loads(file.data)
                if layout == "array"
                else [json.loads(line) for line in file.data.decode().split("\n")[:-1]]
            )
            assert read_records(file.data, layout) == rows
            for row in rows:
                of = records[int(row["imdb_id"][2:]) - 1]
                assert FOLDERS[row["endpoint"], row["media_type"]] == of.folder
                number = None if row["media_type"] is None else int(row["imdb_id"][2:])
                assert list(row.items()) == [
                    ("id", row["imdb_id"]),
                    ("imdb_id", row["imdb_id"]),
                    ("tmdb_id", number),
                    ("media_type", row["media_type"]),
                    ("endpoint", row["endpoint"]),
                    ("language", None),
                    ("fetched_at", "2026-11-24T07:00:00Z"),
                    ("response", json.loads(bytes(of.body))),
                ]


SPACE = st.text("\r\n\t ", max_size=3)


@given(st.lists(st.tuples(SPACE, SPACE, SPACE), min_size=1, max_size=8))
@example([("\r\n", "\n", "\r")])
def test_line_ends_in_bodies_become_spaces_in_lines_and_stay_in_arrays(
    spaces: list[tuple[str, str, str]],
) -> None:
    """An indented body is one line of equal length in JSON Lines; in an array it is unchanged."""
    bodies = [f'{{{a}"a":{b}[1,{c}2]{a}}}'.encode() for a, b, c in spaces]
    records = [record(i, body) for i, body in enumerate(bodies)]
    (lines,) = packed(records, "lines")
    (array,) = packed(records, "array")
    assert b"\r" not in lines.data
    assert lines.data.count(b"\n") == len(bodies)
    for body, line in zip(bodies, lines.data.splitlines(), strict=True):
        assert line.endswith(body.replace(b"\r", b" ").replace(b"\n", b" ") + b"}")
        assert json.loads(line)["response"] == {"a": [1, 2]}
    place = 0
    for body in bodies:
        place = array.data.index(b'"response":' + body + b"}", place) + 1


@pytest.mark.parametrize("layout", ["array", "lines"])
@pytest.mark.parametrize(("size", "files"), [(9_999_999, 1), (10_000_000, 2)])
def test_a_file_may_have_9_999_999_bytes_and_not_one_more(
    layout: Format, size: int, files: int
) -> None:
    """Two records that fill a file to its last byte stay together; one byte more splits them."""
    around = 4 if layout == "array" else 2
    first = record(1, body_of(4_000_000))
    rest = size - around - len(first.envelope) - len(first.body) - 1
    second = record(2, body_of(rest - len(first.envelope) - 1))
    found = packed([first, second], layout)
    assert len(found) == files
    assert sum(file.records for file in found) == 2
    if files == 1:
        assert len(found[0].data) == size
    assert all(len(file.data) < 10_000_000 for file in found)


@pytest.mark.parametrize(("size", "fitting"), [(9_999_999, True), (10_000_000, False)])
def test_a_record_fits_when_its_own_file_is_small_enough(*, size: int, fitting: bool) -> None:
    """`fits` is false once the array with that one record reaches 10,000,000 bytes."""
    head = len(record(1, b"").envelope)
    only = record(1, body_of(size - 3 - head))
    assert fits(only) is fitting
    if fitting:
        (file,) = packed([record(2, b"{}"), only, record(3, b"{}")], "array")[1:2]
        assert len(file.data) == size


def test_a_hundred_records_fill_a_file() -> None:
    """The 101st record opens part 1; the real limit is 100, and 10,000,000 bytes."""
    assert (record_files.MAX_RECORDS, record_files.MAX_BYTES) == (100, 10_000_000)
    packer = Packer("array")
    assert all(packer.add(record(i, b"{}")) is None for i in range(100))
    closed = packer.add(record(100, b"{}"))
    assert closed is not None
    assert (closed.part, closed.records) == (0, 100)
    (last,) = packer.finish()
    assert (last.part, last.records) == (1, 1)


def test_large_records_split_by_bytes() -> None:
    """At real size, records of 3 MB go three to a file, whatever separates them."""
    records = [
        each
        for i in range(0, 8, 2)
        for each in (
            record(i, body_of(3_000_000)),
            record(i + 1, b'{"small":1}', "find", "movie"),
        )
    ]
    files = packed(records, "array")
    assert [(file.folder, file.part, file.records) for file in files] == [
        ("Series/details", 0, 3),
        ("Series/details", 1, 1),
        ("Find", 0, 4),
    ]


def test_nothing_gives_no_file() -> None:
    """A unit without records (all failed) leaves no empty file behind."""
    assert packed([], "array") == []
    assert packed([], "lines") == []


@pytest.mark.parametrize("data", [b"", b"[", b"[NaN]", b"[1]x"])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    """A reader gets a `ValueError`."""
    with pytest.raises(ValueError):  # noqa: PT011 - json's own is one, too
        read_records(data, "array")


def test_a_lone_surrogate_is_read() -> None:
    """TMDB's bytes are kept as they are, so a reader must take them: json does, orjson does not."""
    assert read_records(b'[{"response":{"a":"\\ud83d"}}]', "array")
    assert read_records(b'{"response":{"a":"\\ud83d"}}\n', "lines")
