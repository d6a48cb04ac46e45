"""A list cut into pages of 20, as TMDB numbers them: from 1 to 500."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

Json = dict[str, Any]
T = TypeVar("T")

PAGE: Final = 20
LAST_PAGE: Final = 500


def is_page(text: str) -> bool:
    """Return whether TMDB takes this for a page, be there anything on it or not."""
    return text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= LAST_PAGE


def page_of(found: Sequence[T], page: int, make: Callable[[T], Json], *, moved_by: int = 0) -> Json:
    """Return a page of what was found; `total_pages` counts also those above the last one.

    `moved_by` titles at the end of each page are the first ones of the next: what was before them
    has grown in the meantime.
    """
    first = (page - 1) * (PAGE - moved_by)
    return {
        "page": page,
        "results": [make(one) for one in found[first : first + PAGE]],
        "total_pages": max(1, -(-len(found) // PAGE)),  # of nothing, too: recorded in 2025
        "total_results": len(found),
    }
