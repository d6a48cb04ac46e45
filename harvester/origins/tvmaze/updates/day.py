"""Which UTC days of updates count, and the document that keeps one.

TVmaze tells of each show when it was updated last, so an update is hidden by the next one. A day's
list therefore has the shows whose last update is of that day, and those that an earlier asking saw
updated on it, before they were updated again. What was updated after the newest settled day is
kept beside that day's list for the lists to come: so a show that changes every day is in all.

A day counts once it is settled, 24 hours after its end: so long the index may be out of a cache,
other answers for one hour (https://www.tvmaze.com/api#caching).
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Final

import orjson
from msgspec import Meta

from harvester.lake import keys
from harvester.lake.documents.loading import damaged, get_document, is_moment, plain, read_document
from harvester.model import MediaType, Moment
from harvester.origins.origin import ChangedDay
from harvester.origins.tvmaze.endpoints import ORIGIN
from harvester.stores import Store

VERSION: Final = 1
SETTLES_IN: Final = timedelta(hours=24)
"""After the end of a day."""

MEDIA_TYPE: Final[MediaType] = "tv"
"""Of all that TVmaze has."""

ShowId = Annotated[int, Meta(ge=1, lt=2**32)]
_MOST_IDS: Final = 200_000
"""Twice what TVmaze has in 2026."""

_MOST_DAYS: Final = 100
_MOST: Final = 5_000_000
_WAY_OUT: Final = "delete it and run the same command: its day is asked again"

_Ids = Annotated[list[ShowId], Meta(max_length=_MOST_IDS)]


@dataclass(frozen=True, slots=True)
class UpdatedDay:
    """A day's shows as the lake keeps them: ids ascending, each once.

    `later` has the shows that were updated on days which were not settled when it was asked for.
    """

    day: date
    asked_at: Moment
    ids: _Ids
    later: Annotated[dict[date, _Ids], Meta(max_length=_MOST_DAYS)] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Where it is kept."""
        return day_key(self.day)

    @property
    def changed(self) -> ChangedDay:
        """What it says."""
        return ChangedDay(self.day, settled_at(self.day), array("Q", self.ids))

    def to_json(self) -> bytes:
        """Return the document as it is stored."""
        content = {"version": VERSION, "media_type": MEDIA_TYPE, **plain(self)}
        return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def day_key(day: date) -> str:
    """Return the key of a day's list."""
    return keys.changes_key(ORIGIN, MEDIA_TYPE, day)


async def load_day(store: Store, day: date) -> UpdatedDay | None:
    """Return a day's list, None where the lake has none. Raises `DocumentError`."""
    data = await get_document(store, day_key(day), _MOST, way_out=_WAY_OUT)
    return None if data is None else read_day(day, data)


def read_day(day: date, data: bytes) -> UpdatedDay:
    """Return a day's list from its document. Raises `DocumentError` where it is damaged."""
    key = day_key(day)
    found = read_document(UpdatedDay, key, data, way_out=_WAY_OUT)
    if not (
        found.day == day
        and is_moment(found.asked_at)
        and datetime.fromisoformat(found.asked_at) >= settled_at(day)
        and all(later > day for later in found.later)
        and all(map(_ascends, (found.ids, *found.later.values())))
    ):
        raise damaged(key, _WAY_OUT)
    return found


def list_day(
    day: date,
    updates: Mapping[date, Iterable[int]],
    before: UpdatedDay | None,
    *,
    asked_at: str,
    is_newest: bool,
) -> UpdatedDay:
    """Return a settled day's list. Pure.

    `updates` are shows by the day of their last update, `before` is the list of the day before, and
    the newest settled day keeps what was updated after it.
    """
    known = {} if before is None else before.later
    later = {when: set(ids) for when, ids in known.items() if when > day}
    if is_newest:
        for when, ids in updates.items():
            if when > day:
                later.setdefault(when, set()).update(ids)
    return UpdatedDay(
        day,
        asked_at,
        sorted({*updates.get(day, ()), *known.get(day, ())}),
        {when: sorted(ids) for when, ids in sorted(later.items())},
    )


def settled_at(day: date) -> datetime:
    """Return the moment from which each answer of TVmaze holds a day's updates."""
    return datetime.combine(day, time(tzinfo=UTC)) + timedelta(days=1) + SETTLES_IN


def settled_days(since: datetime, now: datetime) -> list[date]:
    """Return the days that settled after `since` and are settled `now`, the oldest first."""
    first = (since.astimezone(UTC) - SETTLES_IN).date()
    end = (now.astimezone(UTC) - SETTLES_IN).date()
    return [first + timedelta(days=ahead) for ahead in range((end - first).days)]


def _ascends(ids: list[int]) -> bool:
    return all(one < other for one, other in pairwise(ids))
