"""A run's documents as they are written: plan, manifests, summary; and the leftovers of a crash.

A manifest is the commit of its unit: it is written last, only if absent, and never changed.
"""

from collections.abc import AsyncIterator
from io import BytesIO

from harvester.errors import InputError
from harvester.lake import keys
from harvester.lake.documents.manifest import Manifest, manifests
from harvester.lake.documents.outcomes import header_line, lines_of
from harvester.lake.documents.plan import MOST, Plan, Titles, load_plan
from harvester.lake.documents.summary import Report
from harvester.origins.table import ORIGINS
from harvester.stores import Entry, Store


async def save_plan(store: Store, plan: Plan, titles: Titles) -> None:
    """Write the titles, then the plan, which makes them count; the first plan stands.

    Titles without a plan were left by a process that died in between, and are replaced. Raises
    `InputError` for a plan that nobody would read again.
    """
    folder, data = plan.folder, plan.to_json()
    if len(data) > MOST:
        raise InputError(
            f"the plan of {len(plan.inputs):,} inputs would have more than {MOST:,} bytes: give "
            "fewer inputs to a run"
        )
    if (
        not await store.create(folder.titles, titles.data)
        and await load_plan(store, folder) is None
    ):
        await store.put(folder.titles, titles.data)
    await store.create(folder.plan, data)


async def check_store(store: Store, folder: keys.RunFolder) -> None:
    """Create a planned run's plan once more, which the store must refuse. Raises `LakeError`.

    A store that takes it would take two manifests of one unit, too, and records would be lost.
    No new key is written and none deleted, so that whoever may plan a run may do this.
    """
    data = await store.get(folder.plan, most=MOST)
    if data is not None:
        await store.check_create(folder.plan, data)


async def commit(store: Store, plan: Plan, manifest: Manifest) -> bool:
    """Write a manifest if its unit has none; False when another process was first."""
    return await store.create(plan.folder.manifest(manifest.unit), manifest.to_json())


async def save_summary(store: Store, plan: Plan, report: Report) -> None:
    """Write the summary: the run is finished."""
    await store.put(plan.folder.summary, report.to_json())


async def save_outcomes(store: Store, plan: Plan) -> None:
    """Write the outcome of each title of a run whose units all have their manifests, in order.

    About 62 bytes a title are in memory, a few manifests at a time.
    """
    lines = BytesIO()  # its bytes are taken without a copy
    lines.write(header_line(plan.asked.origin))
    async for manifest in manifests(store, plan, range(plan.units)):
        lines.write(lines_of(manifest))
    await store.put(plan.folder.outcomes, lines.getvalue())


async def record_files(store: Store, plan: Plan) -> AsyncIterator[Entry]:
    """Yield every object whose name parses exactly as one of this run's record files."""
    asked = plan.asked
    for folder in ORIGINS[asked.origin].folders(asked):
        prefix = keys.records_prefix(asked.origin, folder, plan.date, plan.run)
        parent = prefix.rpartition("/")[0]
        async for entry in store.list(prefix):
            name = keys.parse_record_key(entry.key)
            if (
                name is not None
                and name.run == plan.run
                and name.unit < plan.units
                and entry.key.endswith(f".{keys.SUFFIX[asked.format]}")
                and entry.key.rpartition("/")[0] == parent  # not in a folder of the user's
            ):
                yield entry


async def sweep(store: Store, plan: Plan, named: set[str]) -> None:
    """Delete this run's record files that are not `named`, once every unit has its manifest."""
    leftovers = [entry.key async for entry in record_files(store, plan) if entry.key not in named]
    for key in leftovers:
        await store.delete(key)
