"""The settled days of a lake: those it has are read, the others made of one answer and kept."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from harvester.model import MediaType
from harvester.origins.kept_days import kept_days
from harvester.origins.origin import ChangedDay
from harvester.origins.tvmaze.api import TvmazeClient
from harvester.origins.tvmaze.endpoints import ORIGIN
from harvester.origins.tvmaze.updates.ask import ask_updates
from harvester.origins.tvmaze.updates.day import (
    MEDIA_TYPE,
    list_day,
    load_day,
    settled_days,
)
from harvester.stores import Store
from harvester.upstream.tally import Tally


async def missing_days(
    store: Store, media_type: MediaType, since: datetime, now: datetime
) -> list[date]:
    """Return the days that settled after `since` of which the lake has no list."""
    if media_type != MEDIA_TYPE:
        return []
    days = settled_days(since, now)
    kept = await kept_days(store, ORIGIN, media_type, days)
    return [day for day in days if day not in kept]


async def updated_days(
    client: TvmazeClient,
    store: Store,
    media_type: MediaType,
    since: datetime,
    now: datetime,
    tally: Tally,
    *,
    dry: bool = False,
) -> AsyncIterator[ChangedDay]:
    """Yield each day that settled after `since`, the oldest first; see `Changing.changes`.

    All days that the lake lacks are made of one answer.
    """
    if media_type != MEDIA_TYPE:
        return
    days = settled_days(since, now)
    kept = await kept_days(store, ORIGIN, media_type, days)
    updates: Mapping[date, Sequence[int]] | None = None
    asked_at = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    before = await load_day(store, days[0] - timedelta(days=1)) if days else None
    for day in days:
        found = await load_day(store, day) if day in kept else None
        if found is None:
            if updates is None:
                updates = await ask_updates(client, day, now, tally)
            newest = day == days[-1]
            found = list_day(day, updates, before, asked_at=asked_at, is_newest=newest)
            if not dry and not await store.create(found.key, found.to_json()):
                found = await load_day(store, day) or found  # of another process, which was first
        yield found.changed
        before = found
