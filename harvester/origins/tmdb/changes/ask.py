"""One day's changes, asked of TMDB: all pages, once more when they do not hold all that is told.

A day D is asked as `start_date=D&end_date=D+1`, as josh/tmdb-index does. Whether TMDB takes
`end_date` as the midnight before that day or after it is not documented. Either way the list has
every change of D; with the changes of D+1 it has too many, which costs requests and misses nothing.
`start_date=D&end_date=D` might be an empty window.

A list that is not whole, or that changed while it was read, is read again, up to twice, and the ids
of all readings count. After that a whole one is taken although it still changes: what comes into
the list of a settled day is of the day after.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from harvester.errors import UpstreamDown
from harvester.model import MediaType
from harvester.origins.tmdb.api import TmdbClient
from harvester.origins.tmdb.changes.reading import MAX_PAGES, ChangesPage, DayReading, parse_page
from harvester.upstream.client import Failure
from harvester.upstream.tally import Tally

READ_AGAIN: Final = 2
"""How often a day is read again whose pages do not hold all that they say, or do not agree."""

_AT_ONCE: Final = 20
_NAMES: Final[dict[MediaType, str]] = {"movie": "movies", "tv": "series"}


@dataclass(frozen=True, slots=True)
class DayList:
    """What TMDB lists of a day: distinct ids, ascending.

    `nameless` counts items without an id, `lost` those on pages that TMDB does not serve.
    """

    ids: list[int]
    nameless: int
    lost: int


@dataclass(frozen=True, slots=True)
class _Day:
    """Asks for the pages of one day's list."""

    client: TmdbClient
    media_type: MediaType
    day: date
    tally: Tally

    async def page(self, number: int) -> ChangesPage | None:
        """Return a page, None where TMDB refuses one beyond its last. Raises `UpstreamDown`."""
        path = f"{self.media_type}/changes"
        params = {
            "start_date": self.day.isoformat(),
            "end_date": (self.day + timedelta(days=1)).isoformat(),
            "page": str(number),
        }
        body = await self.client.get(
            path,
            path,
            params,
            expected=None,
            tally=self.tally,
            is_answer=lambda body: parse_page(body, number) is not None,
        )
        if isinstance(body, bytes):
            return parse_page(body, number)
        if number > MAX_PAGES and _is_refusal(body):
            return None
        raise UpstreamDown(
            f"TMDB does not answer page {number} of {path} of {self.day} ({body.reason}); "
            "run the command again later"
        )

    async def pages(self, numbers: Iterable[int]) -> list[ChangesPage]:
        """Return these pages in order, asked at the same time; those before a refused one."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self.page(number)) for number in numbers]
        except ExceptionGroup as errors:  # a user can act on one sentence
            raise errors.exceptions[0] from None
        found = []
        for task in tasks:
            page = task.result()
            if page is None:
                break
            found.append(page)
        return found

    async def read(self) -> DayReading:
        """Read all pages once."""
        reading = DayReading()
        following = 1
        while following <= max(reading.pages, 1):
            numbers = _following(following, reading.pages)
            pages = await self.pages(numbers)
            for page in pages:
                reading.add(page)
            if len(pages) < len(numbers):
                reading.ends_at_wall = True
                break
            following = numbers[-1] + 1
        return reading


def _following(first: int, pages: int) -> range:
    """Return the pages to ask for at once; the first one alone, and the first behind the wall."""
    if first in {1, MAX_PAGES + 1}:
        return range(first, first + 1)
    last = min(first + _AT_ONCE - 1, pages)
    return range(first, (min(last, MAX_PAGES) if first <= MAX_PAGES else last) + 1)


async def ask_day(client: TmdbClient, media_type: MediaType, day: date, tally: Tally) -> DayList:
    """Return the titles of a media type that changed on a UTC day.

    Raises `UpstreamDown` when the list does not come whole, and what the client raises.
    """
    asked = _Day(client, media_type, day, tally)
    ids: set[int] = set()
    for again in range(1 + READ_AGAIN):
        reading = await asked.read()
        ids.update(reading.ids)
        if reading.is_whole and (reading.is_steady or again == READ_AGAIN):
            return DayList(sorted(ids), reading.nameless, reading.lost)
    raise UpstreamDown(
        f"TMDB says that {reading.told:,} {_NAMES[media_type]} changed on {day} and lists "
        f"{reading.items:,}; run the command again later"
    )


def _is_refusal(failure: Failure) -> bool:
    return failure.reason in {"http_400", "http_404", "http_422"}
