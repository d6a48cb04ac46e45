"""The settled days of a lake: those it has are read, the others asked and kept."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Final

from harvester.model import MediaType
from harvester.origins.kept_days import kept_days
from harvester.origins.origin import ChangedDay
from harvester.origins.tmdb.api import TmdbClient
from harvester.origins.tmdb.changes.ask import ask_day
from harvester.origins.tmdb.changes.day import ORIGIN, SettledDay, load_day, settled_days
from harvester.stores import Store
from harvester.upstream.tally import Tally

_READS_AT_ONCE: Final = 16
_LOG = logging.getLogger(__name__)


async def missing_days(
    store: Store, media_type: MediaType, since: datetime, now: datetime
) -> list[date]:
    """Return the days that settled after `since` of which the lake has no list."""
    days = settled_days(since, now)
    kept = await kept_days(store, ORIGIN, media_type, days)
    return [day for day in days if day not in kept]


async def changed_days(
    client: TmdbClient,
    store: Store,
    media_type: MediaType,
    since: datetime,
    now: datetime,
    tally: Tally,
    *,
    dry: bool = False,
) -> AsyncIterator[ChangedDay]:
    """Yield each day that settled after `since`, the oldest first; see `Changing.changes`."""
    days = settled_days(since, now)
    kept = await kept_days(store, ORIGIN, media_type, days)
    for start in range(0, len(days), _READS_AT_ONCE):
        batch = days[start : start + _READS_AT_ONCE]
        known = await _loaded(store, media_type, [day for day in batch if day in kept])
        for day in batch:
            found = known.pop(day, None)
            if found is None:
                found = await _asked(client, store, media_type, day, now, tally, dry=dry)
            if not found.complete:
                _LOG.warning(
                    "TMDB serves 500 pages of %s/changes of %s, and %s changes are on later ones: "
                    "their titles become due by their age alone",
                    *(media_type, day, f"{found.lost:,}"),
                )
            yield found


async def _loaded(
    store: Store, media_type: MediaType, days: Sequence[date]
) -> dict[date, ChangedDay]:
    """Return the lists of these days; one that is gone meanwhile is left out."""
    try:
        async with asyncio.TaskGroup() as group:
            reads = [group.create_task(_load(store, media_type, day)) for day in days]
    except ExceptionGroup as errors:  # a user can act on one sentence
        raise errors.exceptions[0] from None
    found = [read.result() for read in reads]
    return {one.day: one for one in found if one is not None}


async def _load(store: Store, media_type: MediaType, day: date) -> ChangedDay | None:
    found = await load_day(store, media_type, day)
    return None if found is None else found.changed


async def _asked(
    client: TmdbClient,
    store: Store,
    media_type: MediaType,
    day: date,
    now: datetime,
    tally: Tally,
    *,
    dry: bool,
) -> ChangedDay:
    """Ask for a day and keep its list; where another process was first, its list stands."""
    listed = await ask_day(client, media_type, day, tally)
    asked_at = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    settled = SettledDay(media_type, day, asked_at, listed.ids, listed.nameless, listed.lost)
    if dry or await store.create(settled.key, settled.to_json()):
        return settled.changed
    return await _load(store, media_type, day) or settled.changed
