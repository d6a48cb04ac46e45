"""What a title is, in ten lines at most, out of OMDb's answer.

A body is whatever OMDb answered: what is missing, of another shape or `N/A` is left out.
"""

from collections.abc import Mapping
from typing import Any, Final

from harvester.origins.fact_texts import as_text, cut
from harvester.origins.omdb.endpoints import TITLE

_NOTHING: Final = "N/A"


def omdb_facts(responses: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return names and values of what the responses, by endpoint, say of their title."""
    title = responses.get(TITLE)
    if not isinstance(title, dict):
        return []
    found = (
        ("title", _text(title, "Title")),
        ("released", _text(title, "Released") or _text(title, "Year")),
        ("rated", _text(title, "Rated")),
        ("genres", _text(title, "Genre")),
        ("length", _text(title, "Runtime")),
        ("ratings", _ratings(title.get("Ratings"))),
        ("votes", _text(title, "imdbVotes")),
        ("awards", _text(title, "Awards")),
        ("box office", _text(title, "BoxOffice")),
        ("made by", _text(title, "Director") or _text(title, "Writer")),
        ("cast", _text(title, "Actors")),
    )
    return [(name, cut(value)) for name, value in found if value]


def _ratings(ratings: Any) -> str:
    rated = [one for one in ratings if isinstance(one, dict)] if isinstance(ratings, list) else []
    named = [(_text(one, "Source"), _text(one, "Value")) for one in rated]
    return ", ".join(f"{source} {value}" for source, value in named if source and value)


def _text(of: Mapping[str, Any], name: str) -> str:
    text = as_text(of.get(name))
    return "" if text == _NOTHING else text
