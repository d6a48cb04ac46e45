"""The endpoint table against what TMDB's documentation says of each method."""

import pytest

from harvester.origins.tmdb import endpoints
from harvester.origins.tmdb.endpoints import ENDPOINTS, NAMES

# Name: below /movie/{id}, below /tv/{id}, whether it takes `language`. Written again from TMDB's
# reference (https://developer.themoviedb.org/reference), as an independent check of the table.
EXPECTED = {
    "details": ("", "", True),
    "credits": ("/credits", "/credits", True),
    "keywords": ("/keywords", "/keywords", False),
    "external_ids": ("/external_ids", "/external_ids", False),
    "aggregate_credits": (None, "/aggregate_credits", True),
    "watch_providers": ("/watch/providers", "/watch/providers", False),
    "release_dates": ("/release_dates", None, False),
    "content_ratings": (None, "/content_ratings", False),
    "alternative_titles": ("/alternative_titles", "/alternative_titles", False),
    "translations": ("/translations", "/translations", False),
    "videos": ("/videos", "/videos", True),
    "images": ("/images", "/images", True),
}


def test_every_endpoint_is_expected_and_the_other_way_round() -> None:
    """No endpoint is added or removed without this test; `find` comes before the table."""
    assert set(ENDPOINTS) == set(EXPECTED)
    assert ("find", *ENDPOINTS) == NAMES
    assert endpoints.DEFAULT == ("find", "details", "credits", "keywords")


@pytest.mark.parametrize("name", EXPECTED)
def test_an_endpoint_has_tmdbs_path_and_language(name: str) -> None:
    """Paths, and whether `language` is sent, are TMDB's."""
    movie, tv, localised = EXPECTED[name]
    endpoint = ENDPOINTS[name]
    assert endpoint.name == name
    assert endpoint.path("movie", 278) == (None if movie is None else f"movie/278{movie}")
    assert endpoint.path("tv", 1396) == (None if tv is None else f"tv/1396{tv}")
    assert endpoint.localised is localised
