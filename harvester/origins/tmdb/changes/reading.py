"""One reading of a day's pages: what they list, and whether that is all they should.

What TMDB has sent: items with a null `id` or a null `adult` (jellyfin/TMDbLib#296, and recorded
lists of 2022 and 2023), and a whole day in one page whose totals are 1 (recorded on 2022-11-26).
"""

from array import array
from typing import Annotated, Final

import msgspec

from harvester.origins.tmdb.changes.day import TmdbId

MAX_PAGES: Final = 500
"""Pages that TMDB serves of any list (https://developer.themoviedb.org/docs/errors, code 22);
whether of changes, too, is not documented."""

_Pages = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
_Items = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class _Item(msgspec.Struct, gc=False):
    id: TmdbId | None


class ChangesPage(msgspec.Struct, gc=False):
    """A page of changed titles, and how many pages and items TMDB says there are."""

    results: list[_Item]
    page: _Pages
    total_pages: _Pages
    total_results: _Items


def parse_page(body: bytes, number: int) -> ChangesPage | None:
    """Return the page of this number, None for a body of any other shape."""
    try:
        page = msgspec.json.decode(body, type=ChangesPage)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return page if page.page == number else None


class DayReading:
    """The pages of one reading, added in order.

    It is whole when there are as many items as any of its pages says, and as many pages; items that
    come twice count twice, as TMDB counts them. It is steady when all pages say the same: a list
    that changed while it was read may have moved an item to a page that was read before.
    """

    def __init__(self) -> None:
        self.ids = array("Q")
        self.items = 0
        self.nameless = 0
        self.told = 0
        self.pages = 0
        self.ends_at_wall = False
        self.is_steady = True
        self._read = 0
        self._page_size = 0

    def add(self, page: ChangesPage) -> None:
        """Add the next page."""
        if self._read:
            totals = (page.total_results, page.total_pages)
            self.is_steady &= totals == (self.told, self.pages)
        else:
            self._page_size = len(page.results)
        self._read += 1
        self.items += len(page.results)
        self.told = max(self.told, page.total_results)
        self.pages = max(self.pages, page.total_pages)
        for item in page.results:
            if item.id is None:
                self.nameless += 1
            else:
                self.ids.append(item.id)

    @property
    def is_whole(self) -> bool:
        """Whether it has all that TMDB says there is, or all that is before the wall."""
        if self.ends_at_wall:
            return self.items >= min(self.told, MAX_PAGES * self._page_size)
        return self._read >= self.pages and self.items >= self.told

    @property
    def lost(self) -> int:
        """How many items are behind the wall: at least one a page."""
        if not self.ends_at_wall:
            return 0
        return max(self.told - self.items, self.pages - MAX_PAGES)
