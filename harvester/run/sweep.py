"""Leftovers of a crash: record files that no manifest names."""

from collections.abc import AsyncIterator

from harvester.lake import keys
from harvester.origins.tmdb import endpoints
from harvester.run.plan import Plan
from harvester.stores import Entry, Store


async def record_files(store: Store, plan: Plan) -> AsyncIterator[Entry]:
    """Yield every object whose name parses exactly as one of this run's record files."""
    for structure in endpoints.structures(plan.asked.endpoints):
        prefix = keys.records_prefix(structure, plan.date, plan.run)
        folder = prefix.rpartition("/")[0]
        async for entry in store.list(prefix):
            name = keys.parse_record_key(entry.key)
            if (
                name is not None
                and name.run == plan.run
                and name.unit < plan.units
                and entry.key.rpartition("/")[0] == folder  # not in a folder of the user's
            ):
                yield entry


async def sweep(store: Store, plan: Plan, named: set[str]) -> None:
    """Delete this run's record files that are not `named`, once every unit has its manifest."""
    leftovers = [entry.key async for entry in record_files(store, plan) if entry.key not in named]
    for key in leftovers:
        await store.delete(key)
