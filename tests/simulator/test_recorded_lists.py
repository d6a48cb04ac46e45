"""The simulator's lists have the keys of recorded ones, in their order; skipped without these."""

import json
from pathlib import Path
from typing import Any

import pytest
from asked_library import body_of

from harvester.simulator.library import Library

RECORDED = Path(__file__).parents[2].parent / "shared" / "tmdb" / "lists"
LIBRARY = Library(1)


def shapes(items: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    """Return the different key orders of items."""
    return {tuple(item) for item in items}


def recorded(name: str) -> dict[str, Any]:
    """Read a recorded body; skip the test where there is none."""
    path = RECORDED / f"{name}.json"
    if not path.exists():
        pytest.skip(f"no recorded lists in {RECORDED}")
    body = json.loads(path.read_bytes())
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize(
    ("name", "path", "array"),
    [
        ("search_movie_inception_2025", "search/movie?query=the", "results"),
        ("search_tv_dallas", "search/tv?query=the", "results"),
        ("search_tv_none", "search/tv?query=zasdlkjf", "results"),
        ("search_person_goodman", "search/person?query=ada", "results"),
        ("discover_movie_default_2022", "discover/movie", "results"),
        ("discover_tv_default_2022", "discover/tv", "results"),
        ("collection_8091_2025", "collection/2344", "parts"),
        ("genre_movie_list_2025", "genre/movie/list", "genres"),
        ("genre_tv_list_2025", "genre/tv/list", "genres"),
    ],
)
def test_keys_and_their_order(name: str, path: str, array: str) -> None:
    """Of the body, and of each item of its array."""
    theirs, ours = recorded(name), body_of(LIBRARY, path)
    assert list(ours) == list(theirs)
    assert shapes(ours[array]) == shapes(theirs[array])


@pytest.mark.parametrize("kind", ["movie", "tv"])
def test_genres_are_the_recorded_ones(kind: str) -> None:
    """Ids, names and order."""
    assert body_of(LIBRARY, f"genre/{kind}/list") == recorded(f"genre_{kind}_list_2025")


def test_what_a_person_is_known_for() -> None:
    """A movie or a series among `known_for` has one of the recorded key orders."""
    theirs = recorded("search_person_goodman")["results"]
    ours = body_of(LIBRARY, "search/person?query=ada")["results"]
    known = shapes([item for person in ours for item in person["known_for"]])
    assert len(known) == 2
    assert known <= shapes([item for person in theirs for item in person["known_for"]])


@pytest.mark.parametrize("part", ["cast", "crew"])
def test_what_a_person_did(part: str) -> None:
    """Movies and series, each with its own keys."""
    theirs = recorded("person_1_combined_credits_2022")
    ours: list[dict[str, Any]] = []
    for person in (501, 506, *range(1000, 1020)):
        body = body_of(LIBRARY, f"person/{person}/combined_credits")
        assert list(body) == list(theirs)
        ours += body[part]
    assert {item["media_type"] for item in ours} == {"movie", "tv"}
    assert shapes(ours) <= shapes(theirs[part])
