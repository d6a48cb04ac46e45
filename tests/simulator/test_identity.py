"""A title of the simulated TMDB is the same title by its IMDb id, by `find` and by TMDB's id."""

import json
from typing import Any

import pytest

from harvester.model import MediaType
from harvester.simulator import bodies
from harvester.simulator.identity import REAL_IDS, identify, identify_title
from harvester.simulator.library import Library
from harvester.simulator.routes import route


def asked(library: Library, path: str) -> tuple[int, Any]:
    """Return status and body of a path below `/3/`."""
    answer = library.answer(route(f"/3/{path}"))
    return answer.status, json.loads(answer.body.raw)


@pytest.mark.parametrize(
    ("media_type", "tmdb_id", "number", "name"),
    [
        ("movie", 278, 111161, "The Shawshank Redemption"),
        ("movie", 680, 110912, "Pulp Fiction"),
        ("tv", 1396, 903747, "Breaking Bad"),
        ("tv", 1399, 944947, "Game of Thrones"),
    ],
)
def test_a_real_id_is_the_samples_title(
    media_type: MediaType, tmdb_id: int, number: int, name: str
) -> None:
    """All but the ids of its bodies is as by the id that `find` gives; external ids name IMDb's."""
    assert REAL_IDS[media_type, tmdb_id] == number
    details = bodies.details(1, tmdb_id, media_type) or {}
    other = bodies.details(1, number, media_type) or {}
    assert details["title" if media_type == "movie" else "name"] == name
    assert (details.pop("id"), other.pop("id")) == (tmdb_id, number)
    for episode in ("last_episode_to_air", "next_episode_to_air"):
        if details.get(episode):
            assert details[episode].pop("show_id") == tmdb_id
            assert other[episode].pop("show_id") == number
    assert details == other
    if media_type == "movie":
        assert details["imdb_id"] == f"tt{number:07d}"
    for endpoint in sorted(bodies.BELOW[media_type]):
        body = bodies.below(1, tmdb_id, media_type, endpoint) or {}
        other = bodies.below(1, number, media_type, endpoint) or {}
        assert (body.pop("id"), other.pop("id")) == (tmdb_id, number)
        link = f"themoviedb.org/{media_type}/"
        as_other = json.dumps(body).replace(f"{link}{tmdb_id}/", f"{link}{number}/")
        assert json.loads(as_other) == other
    ids = bodies.below(1, tmdb_id, media_type, "external_ids") or {}
    assert ids["imdb_id"] == f"tt{number:07d}"


@pytest.mark.parametrize("seed", range(1, 9))
def test_every_real_id_is_a_title_of_any_seed(seed: int) -> None:
    """`movie:278` and `tv:1399` can always be asked for."""
    for media_type, tmdb_id in REAL_IDS:
        details = bodies.details(seed, tmdb_id, media_type)
        assert details is not None
        assert details["id"] == tmdb_id


@pytest.mark.parametrize("seed", range(1, 30))
def test_what_find_gives_an_id_to_keeps_it(seed: int) -> None:
    """No body that an IMDb id leads to changes because its number is a real id of another title."""
    for media_type, tmdb_id in REAL_IDS:
        own = identify(seed, tmdb_id)
        if own.is_a(media_type):
            assert identify_title(seed, media_type, tmdb_id) == own
            assert bodies.find(seed, tmdb_id)[f"{media_type}_results"][0]["id"] == tmdb_id


def test_an_id_that_is_not_there_stays_a_404() -> None:
    """Neither a number without a title, nor a real id of the other media type, is one."""
    library = Library(1)
    for path in ("movie/502", "tv/278", "movie/278/content_ratings", "tv/1399/release_dates"):
        assert asked(library, path)[0] == 404


def test_a_movies_imdb_id_is_no_id_of_tmdb() -> None:
    """`/movie/tt0000278` is no title at seed 1, in whatever order the two are asked for."""
    for paths in (("movie/278", "movie/tt0000278"), ("movie/tt0000278", "movie/278")):
        library = Library(1)
        answers = {path: asked(library, path) for path in paths}
        assert answers["movie/tt0000278"][0] == 404
        assert answers["movie/278"][1]["imdb_id"] == "tt0111161"
    assert asked(Library(1), "movie/tt0111161")[1]["id"] == 111161


def test_appended_objects_are_those_of_the_real_id() -> None:
    """One request for a series and its external ids, as an `append` run asks."""
    status, body = asked(Library(1), "tv/1399?append_to_response=external_ids,credits")
    assert (status, body["id"]) == (200, 1399)
    assert body["external_ids"]["imdb_id"] == "tt0944947"
    assert body["credits"]["cast"]
