"""Of which days a lake has an origin's list of changed titles."""

from collections.abc import Sequence
from datetime import date

from harvester.lake import keys
from harvester.model import MediaType
from harvester.stores import Store


async def kept_days(
    store: Store, origin: str, media_type: MediaType, days: Sequence[date]
) -> set[date]:
    """Return those of the days of which the lake has a list, by one listing."""
    if not days:
        return set()
    there = {entry.key async for entry in store.list(keys.changes_prefix(origin, media_type))}
    return {day for day in days if keys.changes_key(origin, media_type, day) in there}
