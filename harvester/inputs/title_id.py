"""One title as a person names it: an id, or the URL of its page at IMDb or TMDB."""

import re
from typing import Final

from harvester.errors import InputError
from harvester.inputs.imdb_id import listed_id
from harvester.lake.title_ids import pack

# https://www.themoviedb.org/movie/278-the-shawshank-redemption, perhaps with a language before
# `movie` or `?language=`, with `/cast` behind it, or of the API: https://api.themoviedb.org/3/tv/1.
_TMDB_PAGE: Final = re.compile(
    r"(?:https?://)?(?:[a-z]{1,10}\.)?(?:themoviedb|tmdb)\.org/(?:3/|[a-z]{2}(?:-[a-z]{2})?/)?"
    r"(movie|tv)/(\d{1,10})(?![\w])(?:[-/?#]\S*)?",
    re.ASCII | re.IGNORECASE,
)
_TMDB_INPUT: Final = re.compile(r"(?:tmdb:)?(movie|tv)[:/](\d{1,10})", re.ASCII | re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,10}", re.ASCII)
_FORMS: Final = "tt0111161, movie:278, tv:1399, or the URL of its page at IMDb or TMDB"


def parse_title_id(text: str) -> int:
    """Return the packed id (`lake.title_ids`) that a text names. Raises `InputError`.

    A bare number is refused: it may be an id of IMDb's as well as of TMDB's.
    """
    stripped = text.strip()
    found = _TMDB_PAGE.fullmatch(stripped) or _TMDB_INPUT.fullmatch(stripped)
    if found is not None and (own := int(found[2])):
        return pack(f"{found[1].lower()}:{own}")
    number = None if found is not None else listed_id(stripped, bare=False)
    if number is not None:
        return number
    shown = stripped if len(stripped) <= 100 else f"{stripped[:100]}…"  # noqa: PLR2004 - a line
    if _NUMBER.fullmatch(stripped) and (bare := int(stripped)):
        raise InputError(
            f"{shown} may be an id of IMDb or of TMDB: "
            f"write tt{bare:07d}, movie:{bare} or tv:{bare}"
        )
    raise InputError(f"{shown!r} names no title: write {_FORMS}")
