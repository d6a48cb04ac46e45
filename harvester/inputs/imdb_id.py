"""One IMDb title id: parsed from the forms that spreadsheets write, and in canonical form."""

import re
from typing import Final

__all__ = ["canonical", "number_of"]

# `.0` only after bare digits: pandas turns numbers into floats, but never `tt…`. A slash and
# a query remain of a URL that was cut.
_TITLE_ID: Final = re.compile(
    r"tt(\d{1,10})(?:/?(?:\?\S*)?)|(\d{1,10})(?:\.0)?", re.ASCII | re.IGNORECASE
)
# https://www.imdb.com/title/tt0111161/, perhaps with a language before `title`, and `imdb://tt…`.
_URL: Final = re.compile(
    r"(?:(?<![\w-])imdb\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?title/|(?<!\w)imdb:(?://)?)"
    r"tt(\d{1,10})(?!\w)",
    re.ASCII | re.IGNORECASE,
)
_WRAPPING: Final = " \t\r\n\v\f\xa0\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\"'"
"""White space, zero-width characters and quotes, which copying leaves around an id."""


def number_of(text: str, *, bare: bool = True) -> int | None:
    """Return the number of an IMDb title id (`TT0111161`, `114709`, `114709.0`), else None.

    An id inside an IMDb URL is read, too. Without `bare` a number needs its `tt`.
    """
    match = _TITLE_ID.fullmatch(text.strip().strip(_WRAPPING))
    if match is not None:
        digits = match[1] or (match[2] if bare else None)
        return int(digits) or None if digits else None  # there is no title 0
    found = {int(digits) for digits in _URL.findall(text)} if "imdb" in text.casefold() else set()
    return found.pop() or None if len(found) == 1 else None


def canonical(number: int) -> str:
    """Return the id in TMDB's and IMDb's form: 111161 → `tt0111161`."""
    return f"tt{number:07d}"
