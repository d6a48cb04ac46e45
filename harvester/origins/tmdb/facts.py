"""What a title is, in ten lines at most, out of TMDB's details, credits and keywords.

A body is whatever TMDB answered: what has another shape than documented is left out.
"""

from collections.abc import Mapping
from typing import Any, Final

from harvester.origins.fact_texts import as_object, as_text, cut, listed

_CAST: Final = 5
_KEYWORDS: Final = 8


def title_facts(responses: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return names and values of what the responses, by endpoint, say of their title."""
    details = as_object(responses.get("details"))
    credits_ = as_object(responses.get("credits"))
    keywords = as_object(responses.get("keywords"))
    found = (
        ("title", _title(details)),
        ("released", _released(details)),
        ("genres", _names(details.get("genres"))),
        ("length", _length(details)),
        ("status", as_text(details.get("status"))),
        ("votes", _votes(details)),
        ("popularity", _number(details.get("popularity"))),
        ("made by", _makers(details, credits_)),
        ("cast", _names(credits_.get("cast"), _CAST)),
        ("keywords", _names(keywords.get("keywords", keywords.get("results")), _KEYWORDS)),
    )
    return [(name, cut(value)) for name, value in found if value]


def _title(details: Mapping[str, Any]) -> str:
    title = as_text(details.get("title")) or as_text(details.get("name"))
    original = as_text(details.get("original_title")) or as_text(details.get("original_name"))
    return f"{title} ({original})" if title and original not in {"", title} else title or original


def _released(details: Mapping[str, Any]) -> str:
    """Return the date, or the first and the last of a series."""
    first = as_text(details.get("release_date")) or as_text(details.get("first_air_date"))
    last = as_text(details.get("last_air_date"))
    return f"{first} to {last}" if first and last not in {"", first} else first


def _length(details: Mapping[str, Any]) -> str:
    parts = []
    for name, unit in (("number_of_seasons", "seasons"), ("number_of_episodes", "episodes")):
        if count := _number(details.get(name)):
            parts.append(f"{count} {unit[:-1] if count == '1' else unit}")
    minutes = details.get("runtime")
    if not minutes:
        times = details.get("episode_run_time")
        minutes = times[0] if isinstance(times, list) and times else None
    if minutes and (shown := _number(minutes)):
        parts.append(f"{shown} min")
    return ", ".join(parts)


def _votes(details: Mapping[str, Any]) -> str:
    count, mean = _number(details.get("vote_count")), _number(details.get("vote_average"))
    return f"{count}, mean {mean}" if count and mean else count


def _makers(details: Mapping[str, Any], credits_: Mapping[str, Any]) -> str:
    """Return who directed a movie, or created a series."""
    crew = credits_.get("crew")
    directors = [
        one
        for one in (crew if isinstance(crew, list) else [])
        if isinstance(one, dict) and one.get("job") == "Director"
    ]
    return _names(details.get("created_by")) or _names(directors)


def _names(items: Any, at_most: int = 10) -> str:
    """Return the names of a list of objects, the first ones."""
    if not isinstance(items, list):
        return ""
    names = [name for one in items if (name := as_text(as_object(one).get("name")))]
    return listed(names, at_most)


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
