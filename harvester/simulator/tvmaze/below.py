"""The bodies below a show, as values: its episodes and its cast, as arrays."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from harvester.simulator.casting import credits_body
from harvester.simulator.chance import scattered
from harvester.simulator.identity import Identity
from harvester.simulator.tvmaze.show import API, SITE, ZONES, Shown, shown
from harvester.simulator.words import SENTENCES

Json = dict[str, Any]

MOST_CAST: Final = 30
_GENDERS: Final = {1: "Female", 2: "Male"}


def episodes_body(
    seed: int, identity: Identity, show_id: int, *, with_specials: bool
) -> list[Json]:
    """Return the body of `/shows/{id}/episodes`: a special follows each third season."""
    series = shown(seed, identity)
    found: list[Json] = []
    count = 0
    for season, episodes in enumerate(series.airing.seasons, 1):
        for episode in range(1, episodes + 1):
            count += 1
            found.append(_episode(seed, series, show_id, count, (season, episode)))
        if with_specials and season % 3 == 0:
            # Beyond any regular episode's id; a special has no number.
            special = _episode(seed, series, show_id, 9_000 + season, (season, episodes))
            found.append({**special, "number": None, "type": "significant_special"})
    return found


def _episode(seed: int, series: Shown, show_id: int, count: int, place: tuple[int, int]) -> Json:
    season, episode = place
    number = show_id * 10_000 + count
    mixed = scattered(seed + 917, number)
    day = series.airing.day_of(season, episode)
    hour = series.hour if series.hour is not None else 0
    stamp = None
    if day is not None:
        at = datetime.combine(day, time(hour, tzinfo=UTC))
        stamp = (at - timedelta(hours=ZONES[series.country][1])).isoformat()
    return {
        "id": number,
        "url": f"{SITE}/episodes/{number}",
        "name": f"Episode {episode}",
        "season": season,
        "number": episode,
        "type": "regular",
        "airdate": "" if day is None else day.isoformat(),
        "airtime": "" if series.hour is None else f"{series.hour:02d}:00",
        "airstamp": stamp,
        "runtime": series.minutes,
        "rating": {"average": (50 + mixed % 46) / 10 if mixed % 4 else None},
        "image": None,
        "summary": f"<p>{SENTENCES[mixed % len(SENTENCES)]}</p>" if mixed % 3 else None,
        "_links": {
            "self": {"href": f"{API}/episodes/{number}"},
            "show": {"href": f"{API}/shows/{show_id}", "name": series.title},
        },
    }


def cast_body(seed: int, identity: Identity, show_id: int) -> list[Json]:
    """Return the body of `/shows/{id}/cast`: those whom TMDB's credits have, too."""
    cast = credits_body(seed, identity, "tv")["cast"][:MOST_CAST]
    return [_member(who, show_id * 1_000 + place) for place, who in enumerate(cast)]


def _member(who: Json, character: int) -> Json:
    person = who["id"]
    return {
        "person": {
            "id": person,
            "url": f"{SITE}/people/{person}",
            "name": who["name"],
            "country": None,
            "birthday": None,
            "deathday": None,
            "gender": _GENDERS.get(who["gender"]),
            "image": None,
            "updated": 1_700_000_000 + person,
            "_links": {"self": {"href": f"{API}/people/{person}"}},
        },
        "character": {
            "id": character,
            "url": f"{SITE}/characters/{character}",
            "name": who["character"] or "Self",
            "image": None,
            "_links": {"self": {"href": f"{API}/characters/{character}"}},
        },
        "self": not who["character"],
        "voice": "(voice)" in who["character"],
    }
