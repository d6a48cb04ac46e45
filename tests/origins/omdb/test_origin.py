"""What a run knows of OMDb, and what its records must be."""

import json
from dataclasses import replace
from typing import Any

import pytest
from scripted_omdb import title

from harvester.model import Asked, Outcome, Title
from harvester.origins.joined_records import ENVELOPE, joined_record
from harvester.origins.omdb.facts import omdb_facts
from harvester.origins.omdb.origin import OmdbOrigin
from harvester.origins.table import ORIGINS

ASKED = Asked(("title",), None, (), None, "array", "www.omdbapi.com", "OMDb")
MOVIE = Title("tt0111161", "movie")
BY_TMDB = Title("movie:278", "movie")
HARVESTED = Outcome("harvested", "movie", origin_id="tt0111161")
FOUND = replace(HARVESTED, imdb_id="tt0111161")


def record(of: Title = MOVIE, **changed: Any) -> dict[str, Any]:
    """Return a record as it is read again, with some values changed."""
    made = joined_record(
        of,
        imdb_id="tt0111161",
        origin="OMDb",
        origin_id="tt0111161",
        endpoint="title",
        folder="Titles",
        fetched_at="2026-11-25T12:00:00Z",
        body=title("tt0111161"),
    )
    assert made.folder == "Titles"
    content: dict[str, Any] = json.loads(made.envelope + bytes(made.body) + b"}")
    assert tuple(content) == ENVELOPE
    return content | changed


def test_it_is_in_the_table() -> None:
    """By its name in paths; it needs a key and says where to get one."""
    origin = ORIGINS["OMDb"]
    assert origin.token_variables == ("OMDB_API_KEY",)
    assert origin.token_url.startswith("https://www.omdbapi.com/")
    assert origin.credential("OMDB_API_KEY", "k").params == {"apikey": "k"}
    assert "CC BY-NC" in origin.attribution
    assert origin.most_voted_first
    assert origin.requests_a_title(ASKED, "fanout") == 1
    assert origin.folders(ASKED) == ["Titles"]


def test_only_a_harvested_title_has_a_record() -> None:
    """An error in OMDb's words is none."""
    origin = OmdbOrigin()
    assert origin.expected(ASKED, MOVIE, HARVESTED) == {"title": "Titles"}
    for name in ("unmatched", "failed"):
        outcome = Outcome("unmatched" if name == "unmatched" else "failed", reason="x")
        assert origin.expected(ASKED, MOVIE, outcome) == {}


@pytest.mark.parametrize(
    ("of", "outcome", "changed", "misfit"),
    [
        (MOVIE, HARVESTED, {}, None),
        (BY_TMDB, FOUND, {}, None),
        (MOVIE, HARVESTED, {"origin": "TMDB"}, "another origin"),
        (MOVIE, HARVESTED, {"origin_id": "tt0111162"}, "another id"),
        (MOVIE, HARVESTED, {"imdb_id": "tt0111162"}, "another IMDb id"),
        (BY_TMDB, HARVESTED, {}, "another IMDb id"),
        (MOVIE, Outcome("unmatched", reason="x"), {}, "another id"),
        (MOVIE, HARVESTED, {"response": []}, "no object"),
        (MOVIE, HARVESTED, {"response": {"imdbID": "tt0111162"}}, "another title's response"),
        (MOVIE, HARVESTED, {"response": {}}, "another title's response"),
    ],
)
def test_what_contradicts_an_outcome(
    of: Title, outcome: Outcome, changed: dict[str, Any], misfit: str | None
) -> None:
    """Origin, ids, and whose response it is."""
    found = OmdbOrigin().misfit(record(of, **changed), of, outcome)
    assert (found is None) if misfit is None else (found is not None and misfit in found)


def test_facts() -> None:
    """In OMDb's words; `N/A` and what is of another shape is left out."""
    body = json.loads(title("tt0111161", Awards="Won 2 Oscars.", Rated="N/A", Director=7))
    body["Ratings"] = [{"Source": "Metacritic", "Value": "82/100"}, {"Source": "X"}, 3]
    facts = dict(omdb_facts({"title": body}))
    assert facts["title"] == "Title tt0111161"
    assert facts["released"] == "1978\u20131991"
    assert facts["ratings"] == "Metacritic 82/100"
    assert facts["awards"] == "Won 2 Oscars."
    assert not facts.keys() & {"rated", "made by", "cast"}
    odd_ones: list[Any] = [[], None, {"Ratings": 3, "Title": None}]
    for odd in odd_ones:
        assert omdb_facts({"title": odd}) == []
    assert omdb_facts({}) == []
