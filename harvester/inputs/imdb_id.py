"""One title's id, read from whatever a spreadsheet made of it."""

import re
from typing import Final

from harvester.lake.title_ids import pack_tmdb, tmdb_id_of

__all__ = ["listed_id", "number_of"]

# `.0` only after bare digits: pandas makes floats of numbers, never of `tt…`.
_TITLE_ID: Final = re.compile(r"tt(\d{1,10})|(\d{1,10})(?:\.0)?", re.ASCII | re.IGNORECASE)


def number_of(text: str) -> int | None:
    """Return the number of an IMDb title id (`TT0111161`, `114709`, `114709.0`), else None."""
    match = _TITLE_ID.fullmatch(text.strip())
    if match is None:
        return None
    return int(match[1] or match[2]) or None  # there is no title 0


def listed_id(text: str) -> int | None:
    """Return the packed id that a line of a list names: an IMDb id, `movie:278`, `tv:1399`."""
    number = number_of(text)
    if number is None and ":" in text:
        own = tmdb_id_of(text.strip())
        number = None if own is None else pack_tmdb(*own)
    return number
