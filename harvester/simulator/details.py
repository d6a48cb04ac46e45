"""The bodies of `find` and of the details of movies and series, as values.

Keys and their order are those of recorded TMDB bodies of 2022-2026; values are null or empty about
as often as in those (backdrop_path 18 %, poster_path 3 %, imdb_id 3 %).
"""

from typing import Any, Final

from harvester.model import MediaType
from harvester.simulator.chance import Draws
from harvester.simulator.identity import Identity
from harvester.simulator.people import image_path, person
from harvester.simulator.words import (
    COMPANIES,
    COUNTRIES,
    GENRES,
    LANGUAGES,
    NETWORKS,
    SENTENCES,
    TAGLINES,
)

Json = dict[str, Any]

FIND_ARRAYS: Final = (
    *("movie_results", "person_results", "tv_results"),
    *("tv_episode_results", "tv_season_results"),
)


def find_body(seed: int, identity: Identity) -> Json:
    """Return the body of `/find/tt…`: five arrays, all empty when TMDB has no match."""
    body: Json = {array: [] for array in FIND_ARRAYS}
    if identity.is_a("movie"):
        body["movie_results"].append(_found(seed, identity, "movie"))
    if identity.is_a("tv"):
        body["tv_results"].append(_found(seed, identity, "tv"))
    if identity.is_a("episode"):
        body["tv_episode_results"].append(_found_episode(seed, identity))
    if identity.is_a("person"):
        body["person_results"].append(_found_person(seed, identity))
    return body


def details_body(seed: int, identity: Identity, media_type: MediaType) -> Json:
    """Return the body of `/movie/{id}` or `/tv/{id}`."""
    if media_type == "movie":
        return _movie(seed, identity)
    return _series(seed, identity)


def _shared(seed: int, identity: Identity, media_type: MediaType) -> Json:
    """Return the fields that `find` and the details have in common."""
    draws, facts = Draws(seed, "title", media_type, identity.number), identity.facts
    month, day = draws.within(1, 12), draws.within(1, 28)
    sentences = draws.within(2, 6) if identity.popular else draws.within(0, 2)
    table = [GENRES[genre][0 if media_type == "movie" else 1] for genre in facts.genres]
    return {
        "adult": False,
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


def _found(seed: int, identity: Identity, media_type: MediaType) -> Json:
    shared, movie = _shared(seed, identity, media_type), media_type == "movie"
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
        item["video"] = False
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


def _named(pairs: list[tuple[int, str]]) -> list[Json]:
    return [{"id": number, "name": name} for number, name in pairs]


def _companies(draws: Draws, count: int, country: str) -> list[Json]:
    return [
        {
            "id": 100 + COMPANIES.index(name),
            "logo_path": None if draws.happens(0.5) else image_path(draws),
            "name": name,
            "origin_country": "" if draws.happens(0.3) else country,
        }
        for name in draws.several(COMPANIES, count)
    ]


def _spoken(language: str) -> list[Json]:
    name, english_name, *_ = LANGUAGES[language]
    return [{"english_name": english_name, "iso_639_1": language, "name": name}]


def _countries(codes: list[str]) -> list[Json]:
    return [{"iso_3166_1": code, "name": COUNTRIES[code]} for code in codes]


def _movie(seed: int, identity: Identity) -> Json:
    shared = _shared(seed, identity, "movie")
    draws, popular = Draws(seed, "movie", identity.number), identity.popular
    collection = {
        "id": identity.number,
        "name": f"{shared['title']} Collection",
        "poster_path": image_path(draws),
        "backdrop_path": None if draws.happens(0.2) else image_path(draws),
    }
    # 3 % of recorded movies have no IMDb id
    nameless = not popular and draws.happens(0.03)
    body: Json = {
        "adult": shared["adult"],
        "backdrop_path": shared["backdrop_path"],
        "belongs_to_collection": collection if popular and draws.happens(0.49) else None,
        "budget": draws.within(1, 200) * 1_000_000 if popular else 0,
        "genres": _named(shared["genres"]),
        "homepage": f"https://movie.example/{identity.number}?a=1&b=2" if popular else "",
        "id": identity.tmdb_id,
        "imdb_id": None if nameless else f"tt{identity.number:07d}",
    }
    if not shared["terse"]:
        body["origin_country"] = shared["countries"]
    body |= {key: shared[key] for key in ("original_language", "original_title", "overview")}
    body |= {
        "popularity": shared["popularity"],
        "poster_path": shared["poster_path"],
        "production_companies": _companies(draws, 5 if popular else 1, shared["countries"][0]),
        "production_countries": _countries(shared["countries"]),
        "release_date": shared["date"],
        "revenue": draws.within(1, 900) * 1_000_003 if popular else 0,
        "runtime": identity.facts.minutes or (None if draws.happens(0.2) else 0),
    }
    if not shared["terse"]:
        body["softcore"] = False
    body |= {
        "spoken_languages": _spoken(identity.facts.language),
        "status": "Released" if shared["date"] else "In Production",
        "tagline": draws.pick(TAGLINES),
        "title": shared["title"],
        "video": False,
    }
    return body | {key: shared[key] for key in ("vote_average", "vote_count")}


def _series(seed: int, identity: Identity) -> Json:
    shared = _shared(seed, identity, "tv")
    draws, popular = Draws(seed, "tv", identity.number), identity.popular
    year, minutes = identity.facts.year or 1999, identity.facts.minutes
    seasons = [
        _season(draws, identity.number * 100 + season, season, f"{year + season - 1}-03-01")
        for season in range(1, (draws.within(3, 12) if popular else draws.within(1, 2)) + 1)
    ]
    creators = [person(seed, draws.within(0, 19_999)) for _ in range(2 if popular else 0)]
    kept = ("id", "name", "gender", "profile_path")
    ended, last = draws.happens(0.7), seasons[-1]
    body: Json = {
        "adult": shared["adult"],
        "backdrop_path": shared["backdrop_path"],
        "created_by": [
            {"id": who["id"], "credit_id": draws.hexadecimal(24)} | {key: who[key] for key in kept}
            for who in creators
        ],
        "episode_run_time": [minutes] if minutes and draws.happens(0.3) else [],
        "first_air_date": shared["date"],
        "genres": _named(shared["genres"]),
        "homepage": f"https://series.example/{identity.number}?a=1&b=2" if popular else "",
        "id": identity.tmdb_id,
        "in_production": not ended,
        "languages": [shared["original_language"]],
        "last_air_date": last["air_date"],
        "last_episode_to_air": _episode(draws, identity, last),
        "name": shared["title"],
        "next_episode_to_air": None if ended else _episode(draws, identity, last),
        "networks": [
            {"id": 10 + NETWORKS.index(name), "logo_path": None, "name": name, "origin_country": ""}
            for name in draws.several(NETWORKS, 1)
        ],
        "number_of_episodes": sum(season["episode_count"] for season in seasons),
        "number_of_seasons": len(seasons),
        "origin_country": shared["countries"],
        "original_language": shared["original_language"],
        "original_name": shared["original_title"],
        "overview": shared["overview"],
        "popularity": shared["popularity"],
        "poster_path": shared["poster_path"],
        "production_companies": _companies(draws, 3 if popular else 1, shared["countries"][0]),
        "production_countries": _countries(shared["countries"]),
        "seasons": seasons,
    }
    if not shared["terse"]:
        body["softcore"] = False
    body |= {
        "spoken_languages": _spoken(identity.facts.language),
        "status": "Ended" if ended else "Returning Series",
        "tagline": draws.pick(TAGLINES),
        "type": "Scripted",
    }
    return body | {key: shared[key] for key in ("vote_average", "vote_count")}


def _season(draws: Draws, number: int, season: int, air_date: str) -> Json:
    return {
        "air_date": air_date,
        "episode_count": draws.within(6, 24),
        "id": number,
        "name": f"Season {season}",
        "overview": "" if draws.happens(0.5) else draws.pick(SENTENCES),
        "poster_path": None if draws.happens(0.2) else image_path(draws),
        "season_number": season,
        "vote_average": draws.decimal(0, 9, 1),
    }


def _episode(draws: Draws, identity: Identity, season: Json) -> Json:
    return {
        "id": season["id"] * 100 + season["episode_count"],
        "name": draws.pick(SENTENCES)[:24],
        "overview": "" if draws.happens(0.3) else draws.pick(SENTENCES),
        "vote_average": draws.decimal(0, 9, 1),
        "vote_count": draws.within(0, 200),
        "air_date": season["air_date"],
        "episode_number": season["episode_count"],
        "production_code": "",
        "runtime": identity.facts.minutes,
        "season_number": season["season_number"],
        "show_id": identity.tmdb_id,
        "still_path": None if draws.happens(0.4) else image_path(draws),
    }
