"""The content of one field of a row."""

from collections.abc import Callable
from functools import lru_cache

from harvester.inputs.layout import SHOWN_VALUE, printable

__all__ = ["decoded", "genre_test", "no_id"]


def no_id(value: str) -> str:
    """Return the reason for rejecting a value that is not an IMDb title id."""
    return f"'{printable(value, SHOWN_VALUE)}' is not an IMDb title id"


def decoded(raw: bytes) -> str:
    """Return bytes as text; invalid UTF-8 becomes replacement characters."""
    return raw.decode("utf-8", "replace")


def genre_test(genres: frozenset[str]) -> Callable[[str | bytes], bool]:
    """Return a test for comma-separated lists with one of `genres`; cached, as lists repeat."""

    @lru_cache(maxsize=1024)
    def wanted(listed: str | bytes) -> bool:
        listed = decoded(listed) if isinstance(listed, bytes) else listed
        return any(genre.strip().casefold() in genres for genre in listed.split(","))

    return wanted
