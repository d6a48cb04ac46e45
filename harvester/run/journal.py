"""A run's documents as they are written: plan, manifests, summary; and what a crash left over.

A manifest is the commit of its unit: it is written last, only if absent, and never changed.
"""

from collections.abc import AsyncIterator
from typing import Any

import orjson

from harvester.lake import keys
from harvester.lake.documents.id_map import HEADER
from harvester.lake.documents.loading import VERSION
from harvester.lake.documents.manifest import Manifest, manifests
from harvester.lake.documents.plan import Plan, Titles, load_plan
from harvester.origins.tmdb import endpoints
from harvester.stores import Entry, Store


async def save_plan(store: Store, plan: Plan, titles: Titles) -> None:
    """Write the titles, then the plan, which makes them count; the first plan stands.

    Titles without a plan were left by a process that died in between, and are replaced.
    """
    key = keys.run_prefix(plan.run) + "plan-titles.jsonl"
    if not await store.create(key, titles.data) and await load_plan(store, plan.run) is None:
        await store.put(key, titles.data)
    content = {"version": VERSION, **_plain(plan), "units": plan.units}
    await store.create(keys.run_prefix(plan.run) + "plan.json", _dump(content))


async def check_store(store: Store, run: str) -> None:
    """Create a planned run's plan once more, which the store must refuse. Raises `LakeError`.

    A store that takes it would take two manifests of one unit, too, and records would be lost.
    No new key is written and none deleted, so that whoever may plan a run may do this.
    """
    key = keys.run_prefix(run) + "plan.json"
    data = await store.get(key)
    if data is not None:
        await store.check_create(key, data)


async def commit(store: Store, manifest: Manifest) -> bool:
    """Write a manifest if its unit has none; False when another process was first."""
    key = keys.manifest_key(manifest.run, manifest.unit)
    return await store.create(key, _dump({"version": VERSION, **_plain(manifest)}))


async def save_summary(store: Store, run: str, summary: bytes) -> None:
    """Write the summary: the run is finished."""
    await store.put(keys.run_prefix(run) + "summary.json", summary)


async def save_id_map(store: Store, plan: Plan) -> None:
    """Write the map of a run whose units all have their manifests: its harvested titles, in order.

    26 bytes a title are in memory, a few manifests at a time.
    """
    lines = bytearray(",".join(HEADER).encode() + b"\n")
    async for manifest in manifests(store, plan.run, range(plan.units)):
        for imdb_id, outcome in manifest.outcomes.items():
            if outcome.outcome == "harvested":
                lines += f"{imdb_id},{outcome.tmdb_id},{outcome.media_type}\n".encode()
    await store.put(keys.id_map_key(plan.run), bytes(lines))


def _plain(value: Plan | Manifest) -> dict[str, Any]:
    plain: dict[str, Any] = orjson.loads(orjson.dumps(value))
    return plain


def _dump(content: dict[str, Any]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


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
