"""The body of a title, as a value: what the simulated TMDB says of it, in OMDb's words.

Keys and their order are those of a body recorded in 2026, whose values are texts, `N/A` for none.
Scores lie about TMDB's; of titles that are hardly known there are none of critics.
"""

from datetime import date
from typing import Any, Final

from harvester.model import MediaType
from harvester.simulator.casting import credits_body
from harvester.simulator.chance import Draws
from harvester.simulator.details import details_body
from harvester.simulator.identity import Identity
from harvester.simulator.words import COUNTRIES, LANGUAGES

Json = dict[str, Any]

NOTHING: Final = "N/A"
_RATED: Final[dict[MediaType, tuple[str, ...]]] = {
    "movie": ("G", "PG", "PG-13", "R", "Not Rated", NOTHING),
    "tv": ("TV-PG", "TV-14", "TV-MA", NOTHING),
}
_TYPES: Final[dict[MediaType, str]] = {"movie": "movie", "tv": "series"}
_ACTORS: Final = 3
_EN_DASH: Final = "\u2013"


def title_body(seed: int, identity: Identity, media_type: MediaType) -> Json:
    """Return what OMDb has of a title."""
    draws = Draws(seed, "omdb", identity.number)
    details = details_body(seed, identity, media_type)
    cast, crew = (credits_body(seed, identity, media_type)[name] for name in ("cast", "crew"))
    is_movie = media_type == "movie"
    first = details["release_date" if is_movie else "first_air_date"]
    scores = _scores(draws, identity, details)
    body: Json = {
        "Title": details["title" if is_movie else "name"],
        "Year": _year(details, first, is_movie=is_movie),
        "Rated": draws.pick(_RATED[media_type]),
        "Released": date.fromisoformat(first).strftime("%d %b %Y") if first else NOTHING,
        "Runtime": f"{identity.facts.minutes} min" if identity.facts.minutes else NOTHING,
        "Genre": _listed(identity.facts.genres),
        "Director": _names(crew, "Director") if is_movie else NOTHING,
        "Writer": _names(crew, "Screenplay"),
        "Actors": _listed([one["name"] for one in cast[:_ACTORS]]),
        "Plot": details["overview"] or NOTHING,
        "Language": LANGUAGES[identity.facts.language][1],
        "Country": COUNTRIES[LANGUAGES[identity.facts.language][2]],
        "Awards": _awards(draws) if identity.popular else NOTHING,
        "Poster": _poster(details["poster_path"]),
        "Ratings": [{"Source": source, "Value": value} for source, value in scores.items()],
        "Metascore": scores.get("Metacritic", NOTHING).removesuffix("/100"),
        "imdbRating": scores.get("Internet Movie Database", NOTHING).removesuffix("/10"),
        "imdbVotes": _votes(draws, details["vote_count"]),
        "imdbID": f"tt{identity.number:07d}",
        "Type": _TYPES[media_type],
    }
    if is_movie:
        body |= {"DVD": NOTHING, "BoxOffice": _box_office(draws, details["revenue"])}
        body |= {"Production": NOTHING, "Website": NOTHING}
    else:
        body["totalSeasons"] = str(details["number_of_seasons"])
    return body | {"Response": "True"}


def _year(details: Json, first: str, *, is_movie: bool) -> str:
    if is_movie or not first:
        return first[:4] or NOTHING
    last = "" if details["in_production"] else max(details["last_air_date"] or first, first)[:4]
    return f"{first[:4]}{_EN_DASH}{last}"


def _scores(draws: Draws, identity: Identity, details: Json) -> dict[str, str]:
    """Return each source's score: those of critics stray further from the audience's."""
    mean = details["vote_average"]
    found = {}
    if details["vote_count"]:
        audience = _within(mean + draws.decimal(-1, 1, 1) / 2, 10)
        found["Internet Movie Database"] = f"{audience:.1f}/10"
    if identity.popular:
        found["Rotten Tomatoes"] = f"{_within(mean * 10 + draws.within(-18, 18), 100):.0f}%"
        found["Metacritic"] = f"{_within(mean * 10 + draws.within(-15, 9), 100):.0f}/100"
    return found


def _within(score: float, most: float) -> float:
    return min(max(score, most / 10), most)


def _votes(draws: Draws, count: int) -> str:
    """Return IMDb's votes: of most titles many times as many as TMDB's."""
    return f"{count * draws.within(8, 40) + draws.within(0, 9):,}" if count else NOTHING


def _box_office(draws: Draws, revenue: int) -> str:
    """Return the gross of one country, out of that of the world."""
    return f"${int(revenue * draws.within(25, 60) / 100):,}" if revenue else NOTHING


def _awards(draws: Draws) -> str:
    wins, nominations = draws.within(0, 120), draws.within(1, 250)
    total = f"{wins} win{'s' if wins != 1 else ''} & {nominations} nominations total"
    if draws.happens(0.2):
        count = draws.within(1, 4)
        return f"Won {count} Oscar{'s' if count > 1 else ''}. {total}"
    return f"Nominated for 1 BAFTA Award{total}" if draws.happens(0.1) else total  # sic, 2026


def _poster(path: str | None) -> str:
    return NOTHING if path is None else f"https://m.media-amazon.com/images/M{path}"


def _names(crew: list[Json], job: str) -> str:
    return _listed([one["name"] for one in crew if one["job"] == job])


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(names)) or NOTHING
