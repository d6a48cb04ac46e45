"""One IMDb title id: parsed from the forms that spreadsheets write, and in canonical form."""

import re
from typing import Final

__all__ = ["canonical", "number_of"]

# `.0` only after bare digits: pandas turns numbers into floats, but never `tt…`.
_TITLE_ID: Final = re.compile(r"tt(\d{1,10})|(\d{1,10})(?:\.0)?", re.ASCII | re.IGNORECASE)


def number_of(text: str) -> int | None:
    """Return the number of an IMDb title id (`TT0111161`, `114709`, `114709.0`), else None."""
    match = _TITLE_ID.fullmatch(text.strip())
    if match is None:
        return None
    return int(match[1] or match[2]) or None  # there is no title 0


def canonical(number: int) -> str:
    """Return the id in TMDB's and IMDb's form: 111161 → `tt0111161`."""
    return f"tt{number:07d}"
