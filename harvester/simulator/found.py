"""What all mentions of a title have in common, and the body of `find`, as values.

Keys and their order are those of recorded TMDB bodies of 2022-2026; values are null or empty about
as often as in those (backdrop_path 18 %, poster_path 3 %).
"""

from typing import Any, Final

from harvester.model import MediaType
from harvester.simulator.chance import Draws
from harvester.simulator.identity import Identity
from harvester.simulator.people import image_path, person
from harvester.simulator.words import ALL_GENRES, LANGUAGES, SENTENCES

Json = dict[str, Any]

FIND_ARRAYS: Final = (
    *("movie_results", "person_results", "tv_results"),
    *("tv_episode_results", "tv_season_results"),
)


def find_body(seed: int, identity: Identity) -> Json:
    """Return the body of `/find/tt…`: five arrays, all empty when TMDB has no match."""
    body: Json = {array: [] for array in FIND_ARRAYS}
    if identity.is_a("movie"):
        body["movie_results"].append(found_item(seed, identity, "movie"))
    if identity.is_a("tv"):
        body["tv_results"].append(found_item(seed, identity, "tv"))
    if identity.is_a("episode"):
        body["tv_episode_results"].append(_found_episode(seed, identity))
    if identity.is_a("person"):
        body["person_results"].append(_found_person(seed, identity))
    return body


def shared_fields(seed: int, identity: Identity, media_type: MediaType) -> Json:
    """Return the fields that `find` and the details have in common."""
    draws, facts = Draws(seed, "title", media_type, identity.number), identity.facts
    month, day = draws.within(1, 12), draws.within(1, 28)
    sentences = draws.within(2, 6) if identity.popular else draws.within(0, 2)
    told = facts.told
    table = [ALL_GENRES[genre][0 if media_type == "movie" else 1] for genre in facts.genres]
    shared = {
        "adult": False,
        "video": False,
        "backdrop_path": None if draws.happens(0.18) else image_path(draws),
        "genres": list(dict.fromkeys(table)),
        "id": identity.tmdb_id,
        "title": facts.title,
        "original_language": facts.language,
        "original_title": facts.original_title,
        "overview": " ".join(draws.several(SENTENCES, sentences)),
        "popularity": draws.decimal(5, 150, 4) if identity.popular else draws.decimal(0, 4, 4),
        "poster_path": None if draws.happens(0.03) else image_path(draws),
        "date": "" if facts.year is None else f"{facts.year}-{month:02d}-{day:02d}",
        "vote_average": draws.decimal(4, 9, 3),
        "vote_count": draws.within(500, 30_000) if identity.popular else draws.within(0, 90),
        "countries": [LANGUAGES[facts.language][2]],
        "terse": draws.happens(0.2),  # keys change over time: some bodies lack the newest
    }
    if told is not None:
        shared |= {"adult": told.adult, "video": told.video, "date": told.date}
        shared |= {"popularity": told.popularity, "vote_count": told.votes}
    return shared


def found_item(seed: int, identity: Identity, media_type: MediaType) -> Json:
    """Return a title as `find` does; lists have the same fields in another order."""
    shared, movie = shared_fields(seed, identity, media_type), media_type == "movie"
    item = {
        "adult": shared["adult"],
        "backdrop_path": shared["backdrop_path"],
        "id": shared["id"],
        "title" if movie else "name": shared["title"],
        "original_language": shared["original_language"],
        "original_title" if movie else "original_name": shared["original_title"],
        "overview": shared["overview"],
        "poster_path": shared["poster_path"],
        "media_type": media_type,
        "genre_ids": [number for number, _ in shared["genres"]],
        "popularity": shared["popularity"],
        "release_date" if movie else "first_air_date": shared["date"],
    }
    if movie:
        item["video"] = shared["video"]
    item |= {"vote_average": shared["vote_average"], "vote_count": shared["vote_count"]}
    if not movie:
        item["origin_country"] = shared["countries"]
    return item


def _found_episode(seed: int, identity: Identity) -> Json:
    draws = Draws(seed, "episode", identity.number)
    return {
        "id": identity.number,
        "name": identity.facts.title,
        "overview": draws.pick(SENTENCES),
        "media_type": "tv_episode",
        "vote_average": draws.decimal(4, 9, 3),
        "vote_count": draws.within(0, 90),
        "air_date": f"{identity.facts.year or 1999}-{draws.within(1, 12):02d}-01",
        "episode_number": draws.within(1, 24),
        "production_code": "",
        "runtime": identity.facts.minutes,
        "season_number": draws.within(1, 9),
        "show_id": draws.within(100_000, 9_999_999),
        "still_path": None if draws.happens(0.5) else image_path(draws),
    }


def _found_person(seed: int, identity: Identity) -> Json:
    who = person(seed, identity.number % 20_000)
    return {
        "adult": False,
        "id": identity.number,
        "name": who["name"],
        "original_name": who["original_name"],
        "media_type": "person",
        "popularity": who["popularity"],
        "gender": who["gender"],
        "known_for_department": who["known_for_department"],
        "profile_path": who["profile_path"],
        "known_for": [],
    }
