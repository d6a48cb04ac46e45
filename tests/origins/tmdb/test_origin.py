"""TMDB as an origin: folders of its records, what a title must have, what contradicts it."""

from datetime import date
from typing import Any

import pytest

from harvester.lake.documents.plan import Plan
from harvester.model import Asked, InputFacts, Outcome, RequestMode, Title
from harvester.origins.tmdb import endpoints
from harvester.origins.tmdb.origin import TmdbOrigin
from harvester.origins.tmdb.records import ENVELOPE

TMDB = TmdbOrigin()
MOVIE = Title("tt0111161", "movie")
FILM = Title("movie:278", "movie")
HARVESTED = Outcome("harvested", "movie", 278)
NAMED = Outcome("harvested", "movie", 278, imdb_id="tt0111161")


def asked(*names: str) -> Asked:
    """Return what a run asks for."""
    return Asked(names, None, (), None, "array", "simulator")


def test_structures_are_all_folders_that_records_can_stand_in() -> None:
    """A sweep looks into these folders: none may be missing, none may be invented."""
    assert TMDB.folders(asked(*endpoints.DEFAULT)) == [
        "Find",
        "Movies/credits",
        "Movies/details",
        "Movies/keywords",
        "Series/credits",
        "Series/details",
        "Series/keywords",
    ]
    assert TMDB.folders(asked("content_ratings")) == ["Series/content_ratings"]
    assert TMDB.folders(asked("release_dates")) == ["Movies/release_dates"]
    assert TMDB.folders(asked("find")) == ["Find"]
    every = TMDB.folders(asked(*endpoints.NAMES))
    assert len(every) == len(set(every)) == 1 + 2 * 12 - 3


@pytest.mark.parametrize(
    ("title", "outcome", "expected"),
    [
        (MOVIE, HARVESTED, {"find": "Find", "details": "Movies/details"}),
        (FILM, NAMED, {"details": "Movies/details"}),
        (
            Title("tv:1399", "series"),
            Outcome("harvested", "tv", 1399),
            {"details": "Series/details", "content_ratings": "Series/content_ratings"},
        ),
        (MOVIE, Outcome("unmatched", reason="not_found"), {"find": "Find"}),
        (FILM, Outcome("unmatched", reason="not_found"), {}),
        (MOVIE, Outcome("failed", reason="gone"), {}),
    ],
)
def test_a_title_has_a_record_of_each_endpoint_of_its_media_type(
    title: Title, outcome: Outcome, expected: dict[str, str]
) -> None:
    """`find` is for IMDb ids only; an unmatched title has no more than that, a failed one none."""
    assert TMDB.expected(asked("find", "details", "content_ratings"), title, outcome) == expected


@pytest.mark.parametrize(
    ("names", "mode", "most"),
    [
        (("find", "details", "credits", "keywords"), "fanout", 4),
        (("details", "credits"), "fanout", 3),
        (("find",), "fanout", 1),
        (("find", "details", "credits", "keywords"), "append", 2),
        (("find",), "append", 1),
    ],
)
def test_the_most_requests_that_a_title_takes(
    names: tuple[str, ...], mode: RequestMode, most: int
) -> None:
    """`find` is asked in any case; the rest one by one, or all in one."""
    assert TMDB.requests_a_title(asked(*names), mode) == most


@pytest.mark.parametrize(
    ("names", "mode", "known", "requests"),
    [
        (("find", "details", "credits", "keywords"), "fanout", 0, 10 * 4 + 5 * 4 + 2 * 3),
        (("find", "details", "credits", "keywords"), "append", 0, 10 * 2 + 5 * 2 + 2 * 1),
        (("details", "credits", "keywords"), "append", 0, 10 * 1 + 5 * 2 + 2 * 1),
        (("details", "credits", "keywords"), "append", 4, 10 * 1 + 5 * 1 + 2 * 1 + 4),
        (("details", "content_ratings"), "fanout", 3, 10 * 1 + 5 * 2 + 2 * 1 + 12),
        (("find",), "fanout", 0, 10 + 5 + 2 * 1),
    ],
)
def test_the_first_line_counts_what_each_input_takes(
    names: tuple[str, ...], mode: RequestMode, known: int, requests: int
) -> None:
    """Ten movies and five series by IMDb id, and two movies by TMDB's, which need no `find`."""
    inputs = (
        InputFacts("m.csv", "movie", 1, "a", 10, 10, 0),
        InputFacts("s.csv", "series", 1, "b", 5, 5, 0),
        InputFacts("tmdb:collection/9", "movie", 1, "c", 2, 2, 0),
    )
    plan = Plan(
        *("r", "d", date(2026, 11, 24), "2026-11-24T07:00:00Z", inputs, asked(*names)),
        synthetic=False,
        titles=17,
        titles_sha256="a" * 64,
    )
    assert TMDB.requests_of(plan, mode, known) == requests


@pytest.mark.parametrize("version", [1, 2])
def test_the_envelope_is_that_of_the_plans_version(version: int) -> None:
    """`id` came with version 2."""
    plan = Plan(
        *("r", "d", date(2026, 11, 24), "2026-11-24T07:00:00Z", (), asked("find")),
        synthetic=False,
        titles=1,
        titles_sha256="a" * 64,
        version=version,
    )
    assert TMDB.envelope(plan) == (ENVELOPE if version == 2 else ENVELOPE[1:])


def record(**changed: Any) -> dict[str, Any]:
    """Return a good record of a movie's details, with these values instead."""
    good = {
        "imdb_id": "tt0111161",
        "tmdb_id": 278,
        "media_type": "movie",
        "endpoint": "details",
        "response": {"id": 278},
    }
    return good | changed


@pytest.mark.parametrize(
    ("title", "outcome", "found", "said"),
    [
        (MOVIE, HARVESTED, record(), None),
        (FILM, NAMED, record(), None),
        (FILM, HARVESTED, record(imdb_id=None), None),
        (MOVIE, HARVESTED, record(endpoint="find", response={}), None),
        (MOVIE, HARVESTED, record(tmdb_id=279), "has another id or media type than its outcome"),
        (MOVIE, HARVESTED, record(media_type="tv"), "has another id or media type"),
        (MOVIE, HARVESTED, record(imdb_id="tt0068646"), "has another IMDb id than its outcome"),
        (FILM, HARVESTED, record(), "has another IMDb id than its outcome"),
        (FILM, NAMED, record(imdb_id=None), "has another IMDb id than its outcome"),
        (MOVIE, HARVESTED, record(response={"id": 279}), "has another title's response"),
        (MOVIE, HARVESTED, record(response=[]), "has a response that is no object"),
    ],
)
def test_a_record_that_contradicts_its_outcome(
    title: Title, outcome: Outcome, found: dict[str, Any], said: str | None
) -> None:
    """Ids, media type, and the body's own id; a good record has nothing said of it."""
    misfit = TMDB.misfit(found, title, outcome)
    assert misfit is None if said is None else misfit is not None and misfit.startswith(said)
