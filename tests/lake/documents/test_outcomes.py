"""`outcomes.csv`: what is written is read again, and what is no line is refused by its number."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.errors import DocumentError
from harvester.lake.documents.manifest import Manifest
from harvester.lake.documents.outcomes import (
    HEADER,
    LONGEST_LINE,
    OutcomeRow,
    OutcomesReader,
    header_line,
    lines_of,
    outcome_line,
    outcome_of,
    own_number,
    read_line,
    rows_of,
)
from harvester.lake.documents.plan import Plan
from harvester.lake.title_ids import pack
from harvester.model import Asked, Outcome, OutcomeName

AT = "2026-11-24T07:00:05Z"
SECOND = 1_795_503_605
LINE = f"tt0111161,tt0111161,movie,278,harvested,,{AT}"

IDS = st.integers(1, 10**18 - 1).map("tt{:07d}".format) | st.builds(
    "{}:{}".format, st.sampled_from(["movie", "tv"]), st.integers(1, 9_999_999_999)
)
MOMENTS = st.integers(946_684_800, 32_503_679_999).map(
    lambda second: datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
)
REASONS = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(32), 127]))
    ),
    min_size=1,
    max_size=300,
)


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    """Return any outcome that a manifest may hold."""
    names: list[OutcomeName] = ["harvested", "unmatched", "failed"]
    name = draw(st.sampled_from(names))
    return Outcome(
        name,
        draw(st.sampled_from(["movie", "tv", None])),
        draw(st.none() | st.integers(1, 9_999_999_999)),
        None if name == "harvested" else draw(REASONS),
        draw(st.none() | MOMENTS),
        draw(st.none() | st.integers(1, 10**18 - 1).map("tt{:07d}".format)),
    )


def plan(titles: int, origin: str = "TMDB") -> Plan:
    """Return a plan of so many titles."""
    asked = Asked(("details",), None, (), None, "array", "api.test", origin)
    return Plan("r", "d", date(2026, 11, 24), AT, (), asked, False, titles, "a" * 64)


def read(data: bytes, titles: int, step: int = 0, origin: str = "TMDB") -> list[OutcomeRow]:
    """Read a file of a plan of so many titles, in pieces of `step` bytes."""
    reader = OutcomesReader(plan(titles, origin))
    size = step or len(data) or 1
    rows = [row for at in range(0, len(data), size) for row in reader.feed(data[at : at + size])]
    reader.close()
    return rows


@given(st.dictionaries(IDS, outcomes(), max_size=5), MOMENTS, st.integers(1, 100))
def test_what_is_written_is_read_again(
    made: dict[str, Outcome], started_at: str, step: int
) -> None:
    """By us, in any pieces, as the manifest has it; and by Python's own reader of CSV."""
    lines = [outcome_line(*one, started_at) for one in made.items()]
    data = "".join([",".join(HEADER) + "\n", *lines]).encode()
    manifest = Manifest("r", 0, made, (), {}, [], {}, started_at, started_at)
    assert read(data, len(made), step) == list(rows_of(manifest))
    assert all(len(line.encode()) <= LONGEST_LINE for line in lines)
    for (title_id, outcome), line in zip(made.items(), lines, strict=True):
        (cells,) = csv.reader([line])
        imdb_id = outcome.imdb_id if ":" in title_id else title_id
        assert cells == [
            title_id,
            imdb_id or "",
            outcome.media_type or "",
            str(outcome.tmdb_id or ""),
            outcome.outcome,
            outcome.reason or "",
            outcome.fetched_at or started_at,
        ]


OTHER_IDS = st.none() | st.integers(0, 10**15) | st.from_regex(r"\A[^\x00-\x1f\x7f]{1,200}\Z")


@st.composite
def other_outcomes(draw: st.DrawFn) -> Outcome:
    """Return any outcome of a run of another origin."""
    return replace(draw(outcomes()), tmdb_id=None, origin_id=draw(OTHER_IDS))


@example({"tt0000001": Outcome("harvested", "tv", origin_id=10**15)}, "2026-11-24T07:00:05Z", 100)
@given(st.dictionaries(IDS, other_outcomes(), max_size=5), MOMENTS, st.integers(1, 100))
def test_another_origins_ids_are_read_again(
    made: dict[str, Outcome], started_at: str, step: int
) -> None:
    """A number or a text, with commas and quotes, in a column that is called otherwise."""
    header = header_line("Tiny")
    assert header == b"id,imdb_id,media_type,origin_id,outcome,reason,fetched_at\n"
    manifest = Manifest("r", 0, made, (), {}, [], {}, started_at, started_at)
    data = header + lines_of(manifest)
    rows = read(data, len(made), step, origin="Tiny")
    assert rows == list(rows_of(manifest))
    cells = list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]
    ids = ["" if one.origin_id is None else str(one.origin_id) for one in made.values()]
    assert [row[3] for row in cells] == ids
    for row, outcome in zip(rows, made.values(), strict=True):
        found = outcome_of(row, "Tiny")
        assert (found.outcome, found.media_type) == (outcome.outcome, outcome.media_type)
        assert str(found.origin_id) == str(outcome.origin_id)
        assert own_number(row, "Tiny") is None


def test_one_origins_file_is_not_anothers() -> None:
    """The header tells them apart: ids of one are never taken for ids of the other."""
    tiny, tmdb = header_line("Tiny"), header_line("TMDB")
    with pytest.raises(DocumentError, match="line 1 is not id,imdb_id,media_type,origin_id"):
        read(tmdb + f"{LINE}\n".encode(), 1, origin="Tiny")
    with pytest.raises(DocumentError, match="line 1 is not id,imdb_id,media_type,tmdb_id"):
        read(tiny + f"{LINE}\n".encode(), 1)
    assert own_number(read_line(LINE), "TMDB") == pack("movie:278")
    assert outcome_of(read_line(LINE), "TMDB") == Outcome("harvested", "movie", 278)


def test_a_line_says_what_it_says() -> None:
    """Ids are packed, times are seconds, and what is not known is None or 0."""
    assert read_line(LINE) == OutcomeRow(111161, 111161, "movie", 278, "harvested", None, SECOND)
    assert datetime.fromtimestamp(SECOND, UTC).isoformat() == "2026-11-24T07:00:05+00:00"
    assert read_line(f'tv:1399,,,,failed,"a ""b"", c",{AT}') == OutcomeRow(
        pack("tv:1399"), 0, None, None, "failed", 'a "b", c', SECOND
    )


NO_LINES = [
    "",
    LINE + "\n",
    LINE + ",",
    " " + LINE,
    LINE.replace("tt0111161", "nm0111161"),
    LINE.replace("278", "0"),
    LINE.replace("278", "2.5"),
    LINE.replace("278", "99999999999"),
    LINE.replace("movie", "film"),
    LINE.replace("harvested", "lost"),
    LINE.replace("harvested,", "harvested,gone"),
    LINE.replace("harvested", "failed"),
    f'tv:1,,,,failed,"",{AT}',
    f'tv:1,,,,failed,a"b,{AT}',
    f'tv:1,,,,failed,"a,{AT}',
    f"tv:1,,,,failed,a\x00b,{AT}",
    LINE.replace(AT, ""),
    LINE.replace(AT, "2026-11-24"),
    LINE.replace("11-24", "13-24"),
    LINE.replace("11-24", "02-30"),
    LINE.replace("T07", "T24"),
    LINE.replace("Z", "+01:00"),
    LINE.replace("2026", "1999"),
    LINE.replace("278", "\u0662"),
]


@pytest.mark.parametrize("line", NO_LINES)
def test_what_is_no_line_is_refused(line: str) -> None:
    """Ids, numbers, names and times out of bounds, and a reason where none may be."""
    with pytest.raises(ValueError, match=r"outcomes|reason|month|day"):
        read_line(line)
    head = ",".join(HEADER)
    with pytest.raises(DocumentError) as caught:
        read(f"{head}\n{LINE}\n{line}\n".encode(), 2)
    assert str(caught.value).startswith("Raw/TMDB/_harvest/r/outcomes.csv is damaged, ")
    assert "line 3 is no line of outcomes" in str(caught.value) or "\n" in line
    assert str(caught.value).endswith(": delete it, and the run's manifests are read instead")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "it has 0 titles and its plan 1"),
        (",".join(HEADER).encode() + b"\n", "it has 0 titles and its plan 1"),
        (f"{','.join(HEADER)}\n{LINE}\n{LINE}\n".encode(), "it has 2 titles and its plan 1"),
        (f"{','.join(HEADER)}\n{LINE}".encode(), "line 2 is cut short"),
        (f"{','.join(HEADER)}\n{LINE[:-30]}".encode(), "line 2 is cut short"),
        (f"{LINE}\n".encode(), "line 1 is not id,imdb_id,media_type,"),
        (b"imdb_id,tmdb_id,media_type\n", "line 1 is not id,imdb_id,media_type,"),
        (f"{','.join(HEADER)}\n{'x' * 3_000}".encode(), "line 2 is too long"),
        (f"{','.join(HEADER)}\n\xff".encode("latin-1") + b"\n", "line 2 is no line of outcomes"),
    ],
)
def test_a_file_that_is_not_whole_is_damaged(data: bytes, expected: str) -> None:
    """Cut short at a line or within one, doubled, without its header: one sentence says which."""
    with pytest.raises(DocumentError) as caught:
        read(data, 1)
    assert expected in str(caught.value)
