"""Plans: units, titles kept as bytes, and the digest by which a command finds its run again."""

import dataclasses
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.lake.documents.plan import Plan, Titles
from harvester.lake.title_ids import pack
from harvester.model import Asked, InputFacts, Kind, Reject, Title
from harvester.origins.tmdb.origin import TmdbOrigin
from harvester.run.plan import Group, digest, lay_out

ASKED = Asked(
    endpoints=("find", "details", "credits", "keywords"),
    language=None,
    genres=(),
    limit=None,
    format="array",
    host="api.themoviedb.org",
)
MOVIES = InputFacts("movies.csv", "movie", 12, "a" * 64, 3, 2, 1, (Reject(4, "x", "no id"),))
SERIES = InputFacts("series.csv", "series", 34, "b" * 64, 5, 4, 0, ())
INPUTS: st.SearchStrategy[list[tuple[Kind, list[int]]]] = st.lists(
    st.tuples(
        st.sampled_from(["movie", "series"]), st.lists(st.integers(1, 10**10 - 1), max_size=250)
    ),
    max_size=3,
)


def plan_of(titles: int) -> Plan:
    """Return a plan of this many titles."""
    return Plan("r", "d", date(2026, 1, 1), "t", (MOVIES,), ASKED, True, titles, "s")


@pytest.mark.parametrize(
    ("titles", "sizes"),
    [(0, []), (1, [1]), (99, [99]), (100, [100]), (101, [100, 1]), (350, [100, 100, 100, 50])],
)
def test_a_plan_has_units_of_a_hundred_titles(titles: int, sizes: list[int]) -> None:
    """All units but the last are full, none is empty, and together they are the plan."""
    plan = plan_of(titles)
    assert plan.units == len(sizes)
    assert [plan.unit_size(unit) for unit in range(plan.units)] == sizes
    assert plan.unit_size(plan.units + 7) == 0


def test_titles_come_back_by_unit() -> None:
    """For every count up to 350, the units cut the bytes exactly between titles."""
    for count in range(1, 351):
        titles = lay_out([Group("movie", list(range(1, count + 1)))], None)
        plan = plan_of(count)
        assert len(titles) == count
        found = [titles.unit(unit) for unit in range(plan.units)]
        assert [len(unit) for unit in found] == [plan.unit_size(unit) for unit in range(plan.units)]
        assert [title.imdb_id for unit in found for title in unit] == [
            f"tt{number:07d}" for number in range(1, count + 1)
        ]


@given(INPUTS, st.one_of(st.none(), st.integers(1, 600)))
def test_the_first_titles_are_taken_in_the_inputs_order(
    inputs: list[tuple[Kind, list[int]]], limit: int | None
) -> None:
    """`limit` applies to all inputs together; one id per line, as any JSON reader sees it."""
    titles = lay_out([Group(*one) for one in inputs], limit)
    wanted = [
        {"id": f"tt{number:07d}", "kind": kind} for kind, numbers in inputs for number in numbers
    ][:limit]
    assert len(titles) == len(wanted)
    assert [json.loads(line) for line in titles.data.decode().splitlines()] == wanted
    again = Titles(titles.data)
    assert again.sha256 == titles.sha256
    found = [title for unit in range(-(-len(wanted) // 100)) for title in again.unit(unit)]
    assert all(isinstance(title, Title) for title in found)
    assert [{"id": title.id, "kind": title.kind} for title in found] == wanted


def test_no_titles_make_an_empty_plan() -> None:
    """No titles means no unit and no byte, not one empty unit."""
    titles = lay_out([Group("movie", [])], 5)
    assert (len(titles), titles.data) == (0, b"")


def test_the_digest_is_golden() -> None:
    """The run id of a command must never change by accident: unfinished runs depend on it."""
    assert digest([MOVIES, SERIES], ASKED) == "93ce0b55"
    assert (
        digest(
            [SERIES],
            Asked(("find", "images"), "pt-BR", ("drama",), 100, "lines", "simulator"),
        )
        == "6847f476"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"endpoints": ("find", "details")},
        {"language": "pt-BR"},
        {"genres": ("drama",)},
        {"limit": 1},
        {"format": "lines"},
        {"host": "simulator"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_the_records_changes_the_digest(change: dict[str, Any]) -> None:
    """A different request is a different run."""
    other = dataclasses.replace(ASKED, **change)
    assert digest([MOVIES, SERIES], other) != digest([MOVIES, SERIES], ASKED)


@pytest.mark.parametrize(
    "inputs",
    [
        [SERIES, MOVIES],
        [MOVIES],
        [MOVIES, SERIES, SERIES],
        [dataclasses.replace(MOVIES, sha256="c" * 64), SERIES],
        [dataclasses.replace(MOVIES, kind="series"), SERIES],
    ],
    ids=["order", "fewer", "more", "sha256", "kind"],
)
def test_other_inputs_are_another_run(inputs: list[InputFacts]) -> None:
    """Bytes, order and kind of the inputs are in the digest."""
    assert digest(inputs, ASKED) != digest([MOVIES, SERIES], ASKED)


def test_where_an_input_lies_does_not_matter() -> None:
    """The same bytes under another name, from another folder, resume the same run."""
    moved = dataclasses.replace(MOVIES, name="s3://elsewhere/m.csv", rejects=())
    assert digest([moved, SERIES], ASKED) == digest([MOVIES, SERIES], ASKED)


def test_asked_holds_nothing_of_speed() -> None:
    """Rate, concurrency, duration and request mode are not among the digest's fields."""
    names = [field.name for field in dataclasses.fields(Asked)]
    assert names == [
        *("endpoints", "language", "genres", "limit", "format", "host"),
        *("origin", "where", "only", "max_age"),
    ]


def test_a_field_that_0_1_0_had_not_is_hashed_where_it_is_not_at_its_default() -> None:
    """Another origin, or other rows, is another run; 0.1.0's commands keep theirs (see above)."""
    for later in (
        {"origin": "OMDb"},
        {"where": ("year=1999",)},
        {"only": "due"},
        {"max_age": 86_400},
    ):
        other = dataclasses.replace(ASKED, **later)
        assert digest([MOVIES, SERIES], other) != digest([MOVIES, SERIES], ASKED)


def test_a_title_of_tmdb_is_of_the_kind_that_its_id_names() -> None:
    """Whatever its input is said to be: `tv:1399` is a series."""
    numbers = [pack("tt0111161"), pack("movie:278"), pack("tv:1399")]
    assert lay_out([Group("series", numbers)], None).unit(0) == [
        Title("tt0111161", "series"),
        Title("movie:278", "movie"),
        Title("tv:1399", "series"),
    ]


@pytest.mark.parametrize(
    ("endpoints", "requests"),
    [(("find",), 1), (("find", "details", "credits"), 3), (("details",), 2), ((), 1)],
)
def test_find_is_always_asked(endpoints: tuple[str, ...], requests: int) -> None:
    """A title costs its find request whether or not find's record is kept."""
    assert (
        TmdbOrigin().requests_a_title(dataclasses.replace(ASKED, endpoints=endpoints), "fanout")
        == requests
    )
