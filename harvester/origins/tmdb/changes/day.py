"""Which UTC days of changes count, and the document that keeps one.

A day counts once it is settled, 16 hours after its end. An answer of TMDB may come out of two
caches that each keep it for up to 8 hours (`Cache-Control: max-age=28800` on recorded lists and
details), so before that moment a list may lack changes of its day, and a title's answer may be of
before its change. Afterwards neither can.
"""

from array import array
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Final

import orjson
from msgspec import Meta

from harvester.lake import keys
from harvester.lake.documents.loading import damaged, get_document, is_moment, plain, read_document
from harvester.model import Count, MediaType, Moment
from harvester.origins.origin import ChangedDay
from harvester.stores import Store

ORIGIN: Final = "TMDB"
VERSION: Final = 1
SETTLES_IN: Final = timedelta(hours=16)
"""After the end of a day."""

FIRST_DAY: Final = date(2012, 10, 5)
"""TMDB's oldest list of changed movies, from which josh/tmdb-index fills its own:
https://github.com/josh/tmdb-index."""

TmdbId = Annotated[int, Meta(ge=1, lt=10**10)]
_MOST_IDS: Final = 100_000
"""Twice what the 500 pages hold that TMDB serves of a day."""

_MOST: Final = 2_000_000
_WAY_OUT: Final = "delete it and run the same command: its day is asked again"


@dataclass(frozen=True, slots=True)
class SettledDay:
    """A day's list as the lake keeps it: ids ascending, each once.

    `nameless` counts items without an id, `lost` those on pages that TMDB does not serve.
    """

    media_type: MediaType
    day: date
    asked_at: Moment
    ids: Annotated[list[TmdbId], Meta(max_length=_MOST_IDS)]
    nameless: Count = 0
    lost: Count = 0

    @property
    def key(self) -> str:
        """Where it is kept."""
        return keys.changes_key(ORIGIN, self.media_type, self.day)

    @property
    def changed(self) -> ChangedDay:
        """What it says."""
        return ChangedDay(
            self.day, settled_at(self.day), array("Q", self.ids), self.lost == 0, self.lost
        )

    def to_json(self) -> bytes:
        """Return the document as it is stored."""
        content = {"version": VERSION, **plain(self)}
        return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


async def load_day(store: Store, media_type: MediaType, day: date) -> SettledDay | None:
    """Return a day's list, None where the lake has none. Raises `DocumentError`."""
    key = keys.changes_key(ORIGIN, media_type, day)
    data = await get_document(store, key, _MOST, way_out=_WAY_OUT)
    return None if data is None else read_day(media_type, day, data)


def read_day(media_type: MediaType, day: date, data: bytes) -> SettledDay:
    """Return a day's list from its document. Raises `DocumentError` where it is damaged."""
    key = keys.changes_key(ORIGIN, media_type, day)
    found = read_document(SettledDay, key, data, way_out=_WAY_OUT)
    if not (
        (found.media_type, found.day) == (media_type, day)
        and is_moment(found.asked_at)
        and datetime.fromisoformat(found.asked_at) >= settled_at(day)
        and all(one < other for one, other in pairwise(found.ids))
    ):
        raise damaged(key, _WAY_OUT)
    return found


def settled_at(day: date) -> datetime:
    """Return the moment from which a day's list, and its titles' answers, hold its changes."""
    return datetime.combine(day, time(tzinfo=UTC)) + timedelta(days=1) + SETTLES_IN


def settled_days(since: datetime, now: datetime) -> list[date]:
    """Return the days that settled after `since` and are settled `now`, the oldest first.

    The first may be the day before `since`, whose changes an answer of that moment may lack.
    """
    first = max((since.astimezone(UTC) - SETTLES_IN).date(), FIRST_DAY)
    end = (now.astimezone(UTC) - SETTLES_IN).date()
    return [first + timedelta(days=ahead) for ahead in range((end - first).days)]
