"""What a series is, in ten lines at most, out of TVmaze's show, episodes and cast.

A body is whatever TVmaze answered: what has another shape than documented is left out.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from harvester.origins.fact_texts import as_object, as_text, cut, listed

_CAST: Final = 5


def show_facts(responses: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return names and values of what the responses, by endpoint, say of their series."""
    show = as_object(responses.get("show"))
    found = (
        ("title", as_text(show.get("name"))),
        ("on air", _on_air(show)),
        ("network", _network(show)),
        ("schedule", _schedule(as_object(show.get("schedule")))),
        ("genres", ", ".join(_texts(show.get("genres")))),
        ("length", _length(show, responses.get("episodes"))),
        ("status", as_text(show.get("status"))),
        ("rating", _number(as_object(show.get("rating")).get("average"))),
        ("cast", _cast(responses.get("cast"))),
    )
    return [(name, cut(value)) for name, value in found if value]


def _on_air(show: Mapping[str, Any]) -> str:
    first, last = as_text(show.get("premiered")), as_text(show.get("ended"))
    return f"{first} to {last}" if first and last else first


def _network(show: Mapping[str, Any]) -> str:
    """Return who shows it, with the country: a network, else a channel of the web."""
    for name in ("network", "webChannel"):
        shown_by = as_object(show.get(name))
        country = as_text(as_object(shown_by.get("country")).get("name"))
        if by := as_text(shown_by.get("name")):
            return f"{by} ({country})" if country else by
    return ""


def _schedule(schedule: Mapping[str, Any]) -> str:
    return " ".join(
        filter(None, (", ".join(_texts(schedule.get("days"))), as_text(schedule.get("time"))))
    )


def _length(show: Mapping[str, Any], episodes: Any) -> str:
    parts = []
    if isinstance(episodes, list) and episodes:
        parts.append(f"{len(episodes):,} episode{'s' if len(episodes) > 1 else ''}")
    if minutes := _number(show.get("averageRuntime")) or _number(show.get("runtime")):
        parts.append(f"{minutes} min")
    return ", ".join(parts)


def _cast(cast: Any) -> str:
    people = (
        as_object(as_object(one).get("person")) for one in (cast if isinstance(cast, list) else [])
    )
    names = list(dict.fromkeys(name for who in people if (name := as_text(who.get("name")))))
    return listed(names, _CAST)


def _texts(values: Any) -> Iterable[str]:
    return filter(None, map(as_text, values if isinstance(values, list) else []))


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:,}"
