"""The simulated OMDb's titles: shaped as a recorded one, and in line with the simulated TMDB."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.model import MediaType
from harvester.simulator import bodies
from harvester.simulator.identity import identify
from harvester.simulator.omdb.title import title_body

# As in a body recorded in 2026.
KEYS = (
    *("Title", "Year", "Rated", "Released", "Runtime", "Genre", "Director", "Writer", "Actors"),
    *("Plot", "Language", "Country", "Awards", "Poster", "Ratings", "Metascore", "imdbRating"),
    *("imdbVotes", "imdbID", "Type"),
)
OF_A_MOVIE = ("DVD", "BoxOffice", "Production", "Website")
MEDIA_TYPES: tuple[MediaType, ...] = ("movie", "tv")
SHAPES = {
    "Year": r"N/A|\d{4}(\u2013(\d{4})?)?",
    "Released": r"N/A|\d\d [A-Z][a-z]{2} \d{4}",
    "Runtime": r"N/A|\d+ min",
    "Metascore": r"N/A|\d{1,3}",
    "imdbRating": r"N/A|\d{1,2}\.\d",
    "imdbVotes": r"N/A|\d{1,3}(,\d{3})*",
    "imdbID": r"tt\d{7,}",
    "Type": "movie|series",
    "Response": "True",
    "BoxOffice": r"N/A|\$\d{1,3}(,\d{3})*",
    "totalSeasons": r"\d+",
}


@settings(deadline=None, max_examples=150)
@given(number=st.integers(1, 9_999_999), media=st.sampled_from(MEDIA_TYPES))
def test_keys_and_values_are_shaped_as_recorded(number: int, media: MediaType) -> None:
    """All values are texts, but for the ratings; `N/A` is none."""
    body = title_body(1, identify(1, number), media)
    more = OF_A_MOVIE if media == "movie" else ("totalSeasons",)
    assert list(body) == [*KEYS, *more, "Response"]
    for name, value in body.items():
        if name == "Ratings":
            assert all(set(one) == {"Source", "Value"} for one in value)
            continue
        assert isinstance(value, str)
        assert value
        if name in SHAPES:
            assert re.fullmatch(SHAPES[name], value), (name, value)


@pytest.mark.parametrize("number", [111161, 903747, 2, 102])
def test_it_says_what_the_simulated_tmdb_says(number: int) -> None:
    """Title, year, seasons and runtime are TMDB's; scores lie about it, votes are more."""
    identity = identify(1, number)
    media: MediaType = "movie" if identity.is_a("movie") else "tv"
    details = bodies.details(1, number, media)
    assert details is not None
    body = title_body(1, identity, media)
    date = details["release_date" if media == "movie" else "first_air_date"]
    assert body["Title"] == details["title" if media == "movie" else "name"]
    assert body["Year"][:4] == date[:4]
    assert body["imdbID"] == f"tt{number:07d}"
    assert abs(float(body["imdbRating"]) - details["vote_average"]) <= 0.6
    votes = int(body["imdbVotes"].replace(",", ""))
    assert votes >= details["vote_count"] * 8
    if media == "tv":
        assert int(body["totalSeasons"]) == details["number_of_seasons"]
    elif details["revenue"]:
        assert int(body["BoxOffice"].strip("$").replace(",", "")) < details["revenue"]
    scores = {one["Source"]: one["Value"] for one in body["Ratings"]}
    if identity.popular:
        critics = int(scores["Rotten Tomatoes"].rstrip("%"))
        assert abs(critics / 10 - details["vote_average"]) <= 2
        assert scores["Metacritic"] == f"{body['Metascore']}/100"
    assert scores["Internet Movie Database"] == f"{body['imdbRating']}/10"


def test_it_is_the_same_each_time() -> None:
    """The seed and the number decide."""
    one, again = (json.dumps(title_body(1, identify(1, 111161), "movie")) for _ in range(2))
    assert one == again
    assert one != json.dumps(title_body(2, identify(2, 111161), "movie"))
