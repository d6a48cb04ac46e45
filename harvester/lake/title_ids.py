"""A title's id as a number: what lists of millions of titles are kept as.

An IMDb id is its own number; TMDB's ids have a high bit for their media type. Only this module
knows that. A number fits an unsigned 64-bit integer, so `array("Q")` holds 8 bytes a title.
"""

import re
from typing import Final

from harvester.model import MediaType

_MOVIE: Final = 1 << 62
_TV: Final = 1 << 63
_BASE: Final[dict[MediaType, int]] = {"movie": _MOVIE, "tv": _TV}
_TMDB_ID: Final = re.compile(r"(movie|tv):([1-9]\d{0,9})", re.ASCII)
_IMDB_ID: Final = re.compile(r"tt(\d{1,18})", re.ASCII)


def pack(title_id: str) -> int:
    """Return an id's number. Raises `ValueError` for what is no title's id."""
    if found := _IMDB_ID.fullmatch(title_id):
        return int(found[1])
    if found := _TMDB_ID.fullmatch(title_id):
        return (_MOVIE if found[1] == "movie" else _TV) | int(found[2])
    raise ValueError(f"{title_id!r} is not a title's id")


def unpack(number: int) -> str:
    """Return the id as the plan writes it: `tt0111161`, `movie:278`, `tv:1399`."""
    if number < _MOVIE:
        return f"tt{number:07d}"
    return f"tv:{number ^ _TV}" if number & _TV else f"movie:{number ^ _MOVIE}"


def pack_tmdb(media_type: MediaType, tmdb_id: int) -> int:
    """Return the number of a title that is asked for by TMDB's id."""
    return _BASE[media_type] | tmdb_id


def tmdb_id_of(title_id: str) -> tuple[MediaType, int] | None:
    """Return media type and id of a title asked for by TMDB's id; None for an IMDb id."""
    found = _TMDB_ID.fullmatch(title_id)
    if found is None:
        return None
    return ("movie" if found[1] == "movie" else "tv"), int(found[2])


def media_type_of(number: int) -> MediaType | None:
    """Return the media type that a number itself names; None for an IMDb id."""
    if number < _MOVIE:
        return None
    return "tv" if number & _TV else "movie"
