"""The bodies of the details of movies and series, as values.

Keys and their order are those of recorded TMDB bodies of 2022-2026; values are null or empty about
as often as in those (imdb_id 3 %).
"""

from typing import Any

from harvester.model import MediaType
from harvester.simulator.chance import Draws
from harvester.simulator.found import shared_fields
from harvester.simulator.identity import Identity
from harvester.simulator.people import image_path, person
from harvester.simulator.showcase import collection_of, heading
from harvester.simulator.words import (
    COMPANIES,
    COUNTRIES,
    LANGUAGES,
    NETWORKS,
    SENTENCES,
    TAGLINES,
)

Json = dict[str, Any]


def details_body(seed: int, identity: Identity, media_type: MediaType) -> Json:
    """Return the body of `/movie/{id}` or `/tv/{id}`."""
    if media_type == "movie":
        return _movie(seed, identity)
    return _series(seed, identity)


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
    shared = shared_fields(seed, identity, "movie")
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
    made = collection_of(identity.number)
    if made is not None:
        body["belongs_to_collection"] = heading(seed, made)
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
        "video": shared["video"],
    }
    return body | {key: shared[key] for key in ("vote_average", "vote_count")}


def _series(seed: int, identity: Identity) -> Json:
    shared = shared_fields(seed, identity, "tv")
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
