"""A title of the simulated TMDB is the same title by its IMDb id, by `find` and by TMDB's id."""

import json
from typing import Any

import pytest

from harvester.model import MediaType
from harvester.simulator import bodies
from harvester.simulator.identity import FIRST_SECOND_ID, REAL_IDS, identify, identify_title
from harvester.simulator.library import Library
from harvester.simulator.routes import route
from harvester.simulator.showcase import TITLES


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


@pytest.mark.parametrize("seed", [1, 2])
def test_a_second_imdb_id_leads_to_the_title_that_names_the_first(seed: int) -> None:
    """Asked for directly or by `find`, it is TMDB's one title, which names another IMDb id."""
    library = Library(seed)
    for number in (111161, 133093, *range(3_000_000, 3_000_040)):
        first, second = f"tt{number:07d}", f"tt{FIRST_SECOND_ID + number}"
        for path in ("find/{}?external_source=imdb_id", "movie/{}", "movie/{}/credits"):
            assert asked(library, path.format(second)) == asked(library, path.format(first))
        assert asked(library, f"movie/{FIRST_SECOND_ID + number}")[0] == 404
        assert asked(library, f"tv/{FIRST_SECOND_ID + number}")[0] == 404
    path = f"movie/tt{FIRST_SECOND_ID + 111161}?append_to_response=credits,external_ids"
    _, body = asked(library, path)
    assert (body["id"], body["imdb_id"]) == (111161, "tt0111161")
    assert body["external_ids"]["imdb_id"] == "tt0111161"


def test_some_movies_name_no_imdb_id_at_all() -> None:
    """A client that asks for `/movie/tt…` must not believe an answer that names none."""
    bodies_ = [asked(Library(1), f"movie/tt{number}")[1] for number in range(3_000_000, 3_000_200)]
    named = [body["imdb_id"] for body in bodies_ if "imdb_id" in body]
    assert None in named
    assert sum(imdb_id is None for imdb_id in named) < len(named) / 10


def test_numbers_of_made_titles_are_none_of_imdb() -> None:
    """Made titles and second ids have nine digits; what has fewer is as it was."""
    assert min(TITLES) > FIRST_SECOND_ID > 99_999_999
    assert identify(1, FIRST_SECOND_ID - 1).number == FIRST_SECOND_ID - 1
