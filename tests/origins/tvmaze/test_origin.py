"""What a run needs to know of TVmaze: its records, its requests, and what contradicts them."""

from datetime import date
from typing import Any

import pytest

from harvester.lake.documents.plan import Plan
from harvester.model import Asked, InputFacts, Kind, Outcome, Title
from harvester.origins.table import ORIGINS
from harvester.origins.tvmaze.origin import TvmazeOrigin

TVMAZE = TvmazeOrigin()
ALL = ("show", "episodes", "cast")
TITLE = Title("tt0944947", "series")
HARVESTED = Outcome("harvested", "tv", origin_id=82)


def _asked(*endpoints: str) -> Asked:
    return Asked(endpoints, None, (), None, "array", "api.tvmaze.com", origin="TVmaze")


def _plan(titles: int, kinds: dict[Kind, int], *endpoints: str) -> Plan:
    inputs = tuple(
        InputFacts(kind, kind, 1, "0" * 64, count, count, 0) for kind, count in kinds.items()
    )
    return Plan(
        "r", "d", date(2026, 11, 24), "t", inputs, _asked(*endpoints), False, titles, "0" * 64
    )


def test_it_is_in_the_table() -> None:
    """By its name in the lake's paths."""
    assert ORIGINS["TVmaze"] == TVMAZE
    assert TVMAZE.endpoints == ALL
    assert TVMAZE.default_endpoints == ("show",)
    assert (TVMAZE.default_rate, TVMAZE.token_variables) == (2.0, ())
    assert not TVMAZE.credential("TMDB_TOKEN", "secret")
    assert "CC BY-SA 4.0" in TVMAZE.attribution


def test_records_lie_in_a_folder_an_endpoint() -> None:
    """Those of a harvested title; another has none."""
    assert TVMAZE.folders(_asked(*ALL)) == ["Cast", "Episodes", "Shows"]
    wanted = {"show": "Shows", "cast": "Cast"}
    assert TVMAZE.expected(_asked("show", "cast"), TITLE, HARVESTED) == wanted
    for outcome in (Outcome("unmatched", reason="not_found"), Outcome("failed", reason="gone")):
        assert TVMAZE.expected(_asked(*ALL), TITLE, outcome) == {}


@pytest.mark.parametrize(
    ("titles", "kinds", "endpoints", "wanted"),
    [
        (100, {"series": 100}, ("show",), 200),
        (100, {"series": 100}, ALL, 400),
        (100, {"movie": 100}, ("show",), 0),
        (200, {"movie": 100, "series": 100}, ("show",), 200),
        (100, {"movie": 100, "series": 100}, ("show",), 100),  # of a limit: half of them
        (70_000, {"series": 70_000}, ("show",), 350),
        (70_000, {"series": 70_000}, ALL, 350 + 140_000),
        (0, {}, ("show",), 0),
    ],
)
def test_requests(
    titles: int, kinds: dict[Kind, int], endpoints: tuple[str, ...], wanted: int
) -> None:
    """By lookups while they are fewer than the index takes; a movie takes none."""
    plan = _plan(titles, kinds, *endpoints)
    assert TVMAZE.requests_of(plan, "fanout", 0) == wanted
    assert TVMAZE.requests_a_title(plan.asked, "fanout") == 1 + len(endpoints)


def _record(endpoint: str, **more: Any) -> dict[str, Any]:
    record = {
        "id": TITLE.id,
        "imdb_id": TITLE.id,
        "origin": "TVmaze",
        "origin_id": 82,
        "endpoint": endpoint,
        "fetched_at": "2026-11-24T07:00:00Z",
        "response": {"id": 82} if endpoint == "show" else [],
    }
    assert tuple(record) == TVMAZE.envelope(_plan(1, {"series": 1}, "show"))
    return {**record, **more}


@pytest.mark.parametrize("endpoint", ALL)
def test_a_record_that_fits(endpoint: str) -> None:
    """Nothing contradicts it, asked for by whichever id."""
    assert TVMAZE.misfit(_record(endpoint), TITLE, HARVESTED) is None
    other = Outcome("harvested", "tv", origin_id=82, imdb_id=TITLE.id)
    assert TVMAZE.misfit(_record(endpoint), Title("tv:1399", "series"), other) is None


@pytest.mark.parametrize(
    ("record", "what"),
    [
        (_record("show", origin="TMDB"), "is a record of another origin"),
        (_record("show", origin_id=83), "has another id than its outcome"),
        (_record("show", imdb_id=None), "has another IMDb id than its outcome"),
        (_record("show", response=[]), "has a response that is no object"),
        (_record("show", response={"id": 83}), "has another title's response"),
        (_record("cast", response={}), "has a response that is no array"),
    ],
)
def test_a_record_that_does_not(record: dict[str, Any], what: str) -> None:
    """`verify` says what is wrong."""
    assert TVMAZE.misfit(record, TITLE, HARVESTED) == what
