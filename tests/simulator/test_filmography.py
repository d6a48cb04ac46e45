"""A person of the simulated TMDB did what the credits of the titles say, and nothing else."""

from typing import Any

import pytest
from asked_library import asked, body_of
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.simulator.catalogue import named_titles
from harvester.simulator.library import Library
from harvester.simulator.people import FIRST_PERSON_ID, POPULATION
from harvester.simulator.shelf import FIRST
from harvester.simulator.showcase import PEOPLE

LIBRARY = Library(1, population=300)

# As recorded in 2022.
MOVIE = (
    *("adult", "backdrop_path", "genre_ids", "id", "original_language", "original_title"),
    *("overview", "popularity", "poster_path", "release_date", "title", "video"),
    *("vote_average", "vote_count"),
)
SERIES = (
    *("adult", "backdrop_path", "genre_ids", "id", "origin_country", "original_language"),
    *("original_name", "overview", "popularity", "poster_path", "first_air_date", "name"),
    *("vote_average", "vote_count"),
)
KEYS = {
    ("cast", "movie"): (*MOVIE, "character", "credit_id", "order", "media_type"),
    ("cast", "tv"): (*SERIES, "character", "credit_id", "episode_count", "media_type"),
    ("crew", "movie"): (*MOVIE, "credit_id", "department", "job", "media_type"),
    ("crew", "tv"): (
        *SERIES,
        *("credit_id", "department", "episode_count", "job", "media_type"),
    ),
}


def credits_of(person_id: int) -> dict[str, Any]:
    """Return a person's combined credits, its keys held to TMDB's."""
    body = body_of(LIBRARY, f"person/{person_id}/combined_credits")
    assert list(body) == ["cast", "crew", "id"]
    assert body["id"] == person_id
    for part in ("cast", "crew"):
        for credit in body[part]:
            assert tuple(credit) == KEYS[part, credit["media_type"]]
    return body


def in_title(credit: dict[str, Any], part: str, person_id: int) -> dict[str, Any]:
    """Return the entry of the title's credits that a person's credit is."""
    title = body_of(LIBRARY, f"{credit['media_type']}/{credit['id']}/credits")
    (entry,) = [one for one in title[part] if one["credit_id"] == credit["credit_id"]]
    assert entry["id"] == person_id
    return dict(entry)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(PEOPLE))
    | st.integers(FIRST_PERSON_ID, FIRST_PERSON_ID + 400)
    | st.integers(FIRST_PERSON_ID, FIRST_PERSON_ID + POPULATION - 1)
)
def test_every_credit_is_in_the_credits_of_its_title(person_id: int) -> None:
    """Character, job and credit id are those of the title's credits; its facts its details'."""
    body = credits_of(person_id)
    who = body_of(LIBRARY, f"person/{person_id}")
    for part in ("cast", "crew"):
        for credit in body[part]:
            entry = in_title(credit, part, person_id)
            for key in {"character", "job", "department"} & set(credit):
                assert credit[key] == entry[key]
            for key in ("name", "popularity", "profile_path", "known_for_department"):
                assert who[key] == entry[key]
            details = body_of(LIBRARY, f"{credit['media_type']}/{credit['id']}")
            for key in set(MOVIE + SERIES) & set(credit) & set(details):
                assert credit[key] == details[key]


def test_nobody_in_a_listed_title_lacks_it_among_their_credits() -> None:
    """The other direction, for titles of the sample, made ones and those of the shelf."""
    for media_type in ("movie", "tv"):
        shelved = range(FIRST[media_type], FIRST[media_type] + 300, 37)
        for number in (*named_titles(1, media_type)[-16:], *shelved):
            body = body_of(LIBRARY, f"{media_type}/{number}/credits")
            for part in ("cast", "crew"):
                for entry in body[part][:6]:
                    theirs = credits_of(entry["id"])[part]
                    assert (number, entry["credit_id"]) in [
                        (credit["id"], credit["credit_id"]) for credit in theirs
                    ]


def test_a_made_person_has_characters_jobs_movies_and_series() -> None:
    """What a question for a person's films can be tried on."""
    vera, tomas = credits_of(501), credits_of(506)
    assert {credit["media_type"] for credit in vera["cast"]} == {"movie", "tv"}
    characters = [credit["character"] for credit in vera["cast"]]
    assert sum("Captain Ito" in one for one in characters) == 3
    assert sum("Ana" in one for one in characters) == 3
    assert any(credit.get("release_date") == "" for credit in vera["cast"])
    assert {credit["job"] for credit in tomas["crew"]} == {"Director", "Screenplay"}
    assert {credit["media_type"] for credit in tomas["crew"]} == {"movie", "tv"}
    assert credits_of(507) == {"cast": [], "crew": [], "id": 507}


def test_details_of_a_person() -> None:
    """TMDB's keys; a person whose name is not in Latin letters has it beside."""
    body = body_of(LIBRARY, "person/501")
    assert list(body) == [
        *("adult", "also_known_as", "biography", "birthday", "deathday", "gender", "homepage"),
        *("id", "imdb_id", "known_for_department", "name", "place_of_birth", "popularity"),
        "profile_path",
    ]
    assert any(
        body_of(LIBRARY, f"person/{number}")["also_known_as"] for number in range(1000, 1050)
    )


def test_a_person_of_find_has_a_page() -> None:
    """`find` gives persons, too; their id is known, and nobody else's."""
    number = next(
        number
        for number in range(4_000_000, 4_002_000)
        if body_of(LIBRARY, f"find/tt{number}?external_source=imdb_id")["person_results"]
    )
    (found,) = body_of(LIBRARY, f"find/tt{number}?external_source=imdb_id")["person_results"]
    person = body_of(LIBRARY, f"person/{number}")
    assert {key: person[key] for key in ("id", "name", "popularity")} == {
        key: found[key] for key in ("id", "name", "popularity")
    }
    assert credits_of(number)["cast"] == []


@pytest.mark.parametrize("below", ["", "/combined_credits"])
def test_a_person_that_is_not_there_is_a_404(below: str) -> None:
    """An id of nobody is code 34, and what is no number code 6."""
    for path, code in (("111161", 34), ("999999999999", 34), ("nobody", 6)):
        status, body = asked(LIBRARY, f"person/{path}{below}")
        assert (status, body["status_code"]) == (404, code)
