"""The body of a show, as a value: keys and their order are those of recorded shows."""

import re
from typing import Any, Final, NamedTuple

from harvester.simulator.chance import scattered
from harvester.simulator.found import shared_fields
from harvester.simulator.identity import Identity
from harvester.simulator.tvmaze.airing import Airing, airing_of
from harvester.simulator.tvmaze.catalogue import Listed
from harvester.simulator.words import COUNTRIES, LANGUAGES, NETWORKS, PROVIDERS

Json = dict[str, Any]

API: Final = "https://api.tvmaze.com"
SITE: Final = "https://www.tvmaze.com"
LEAST_VOTES: Final = 10
"""Of TMDB's: what has fewer has no rating here."""

_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TYPES: Final = {"Documentary": "Documentary", "Animation": "Animation"}
_GENRES: Final = {"Sci-Fi": "Science-Fiction"}
# country: (zone, hours before UTC without daylight saving)
ZONES: Final = {
    "US": ("America/New_York", -5.0),
    "FR": ("Europe/Paris", 1.0),
    "ES": ("Europe/Madrid", 1.0),
    "BR": ("America/Sao_Paulo", -3.0),
    "DE": ("Europe/Berlin", 1.0),
    "JP": ("Asia/Tokyo", 9.0),
    "KR": ("Asia/Seoul", 9.0),
    "CN": ("Asia/Shanghai", 8.0),
    "RU": ("Europe/Moscow", 3.0),
    "IN": ("Asia/Kolkata", 5.5),
}


class Shown(NamedTuple):
    """What a show and its episodes have in common; `time` is the hour it airs, None online."""

    title: str
    country: str
    minutes: int | None
    hour: int | None
    airing: Airing
    fields: Json


def shown(seed: int, identity: Identity) -> Shown:
    """Return what is known of a series."""
    fields = shared_fields(seed, identity, "tv")
    mixed = scattered(seed + 914, identity.number)
    return Shown(
        title=fields["title"],
        country=fields["countries"][0],
        minutes=identity.facts.minutes,
        hour=None if mixed % 5 == 0 else 18 + mixed % 5,  # one of five is online
        airing=airing_of(seed, identity, fields["date"]),
        fields=fields,
    )


def show_body(seed: int, identity: Identity, listed: Listed, updated: int, version: int) -> Json:
    """Return the body of `/shows/{id}`, as it is after so many changes."""
    series = shown(seed, identity)
    airing, fields = series.airing, series.fields
    mixed = scattered(seed + 915, identity.number)
    ended = airing.last_day if airing.has_ended else None
    genres = identity.facts.genres
    summary = f"<p><b>{series.title}</b> {fields['overview']}</p>" if fields["overview"] else None
    if version:
        summary = f"{summary or ''}<p>Revised {version} times.</p>"
    path = f"shows/{listed.show_id}"
    last = f"{API}/episodes/{listed.show_id * 10_000 + sum(airing.seasons)}"
    return {
        "id": listed.show_id,
        "url": f"{SITE}/{path}/{_slug(series.title)}",
        "name": series.title,
        "type": next((_TYPES[one] for one in genres if one in _TYPES), "Scripted"),
        "language": LANGUAGES[identity.facts.language][1],
        "genres": [_GENRES.get(one, one) for one in genres if one not in _TYPES],
        "status": "Ended" if airing.has_ended else "Running",
        "runtime": None if mixed % 9 == 0 else series.minutes,
        "averageRuntime": series.minutes,
        "premiered": None if airing.premiered is None else airing.premiered.isoformat(),
        "ended": None if ended is None else ended.isoformat(),
        "officialSite": f"https://series.example/{identity.number}" if mixed % 2 else None,
        "schedule": _schedule(series),
        "rating": {"average": rating_of(seed, identity, fields)},
        "weight": mixed % 101,
        "network": _network(series, mixed) if series.hour is not None else None,
        "webChannel": None if series.hour is not None else _channel(mixed),
        "dvdCountry": None,
        "externals": {
            "tvrage": None,
            "thetvdb": 70_000 + mixed % 400_000 if mixed % 7 else None,
            "imdb": f"tt{identity.number:07d}" if listed.is_joined else None,
        },
        "image": _image(mixed) if mixed % 11 else None,
        "summary": summary,
        "updated": updated,
        "_links": {
            "self": {"href": f"{API}/{path}"},
            "previousepisode": {"href": last, "name": f"Episode {airing.seasons[-1]}"},
        },
    }


def rating_of(seed: int, identity: Identity, fields: Json) -> float | None:
    """Return a rating within half a point of TMDB's."""
    if fields["vote_count"] < LEAST_VOTES:
        return None
    away = (scattered(seed + 916, identity.number) % 11 - 5) / 10
    return round(min(10.0, max(1.0, float(fields["vote_average"]) + away)), 1)


def _schedule(series: Shown) -> Json:
    first = series.airing.premiered
    days = [] if first is None else [_DAYS[first.weekday()]]
    return {"time": "" if series.hour is None else f"{series.hour:02d}:00", "days": days}


def _network(series: Shown, mixed: int) -> Json:
    place = mixed % len(NETWORKS)
    return {
        "id": 10 + place,
        "name": NETWORKS[place],
        "country": {
            "name": COUNTRIES[series.country],
            "code": series.country,
            "timezone": ZONES[series.country][0],
        },
        "officialSite": None,
    }


def _channel(mixed: int) -> Json:
    place = mixed % len(PROVIDERS)
    return {"id": 1 + place, "name": PROVIDERS[place], "country": None, "officialSite": None}


def _image(mixed: int) -> Json:
    name = f"{mixed % 600}/{mixed}.jpg"
    at = "https://static.tvmaze.com/uploads/images"
    return {"medium": f"{at}/medium_portrait/{name}", "original": f"{at}/original_untouched/{name}"}


def _slug(title: str) -> str:
    return _NO_SLUG.sub("-", title.lower()).strip("-")
