"""One unit of the plan, done wholly or not at all: fetch, pack, store, and last its manifest."""

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from harvester.clock import now
from harvester.lake import keys
from harvester.lake.documents.manifest import FileReceipt, Manifest, load_manifest
from harvester.lake.documents.plan import Plan
from harvester.lake.record_files import Packer, RecordFile
from harvester.model import Outcome, Title, TitleResult
from harvester.origins.origin import Fetch
from harvester.run import journal
from harvester.stores import Store
from harvester.upstream.room import Room, keep
from harvester.upstream.tally import Tally


async def harvest_unit(
    store: Store,
    plan: Plan,
    unit: int,
    titles: list[Title],
    fetch: Fetch,
    *,
    tally: Tally,
    room: Room,
    settle: Callable[[Outcome], None],
) -> Manifest:
    """Harvest one unit and return the manifest that stands for it: ours, or a faster process's.

    `settle` gets each title's outcome as it is fetched. Raises what `fetch` and the store raise, in
    an exception group; then nothing of the unit counts.
    """
    started_at = now()
    packer = Packer(plan.asked.format)
    outcomes: dict[str, Outcome] = {}
    writes: list[asyncio.Task[FileReceipt]] = []

    async def fetch_one(title: Title) -> TitleResult:
        with room.title():
            result = _kept(await fetch(title, tally))
        settle(result.outcome)
        return result

    async def write(file: RecordFile) -> FileReceipt:
        async with room.writing(file.size):
            data = file.data
            sha256 = hashlib.sha256(data).hexdigest()
            prefix = keys.records_prefix(plan.asked.origin, file.folder, plan.date, plan.run)
            key = keys.record_key(prefix, unit, file.part, sha256, plan.asked.format)
            await store.put(key, data)
            return FileReceipt(key, file.records, len(data), sha256)

    async with asyncio.TaskGroup() as group:
        fetches = deque(group.create_task(fetch_one(title)) for title in titles)
        while fetches:  # in plan order; what is stored is released
            result = await fetches.popleft()
            outcomes[result.title.id] = result.outcome
            closed = (packer.add(record) for record in result.records)
            writes += [group.create_task(write(file)) for file in closed if file is not None]
        writes += [group.create_task(write(file)) for file in packer.finish()]
    manifest = Manifest(
        run=plan.run,
        unit=unit,
        outcomes=outcomes,
        files=tuple(task.result() for task in writes),
        requests=tally.requests(),
        timeline=tally.timeline(),
        latency=tally.latency(),
        started_at=started_at,
        finished_at=now(),
    )
    if await journal.commit(store, plan, manifest):
        return manifest
    return await _yield_to_winner(store, plan, manifest)


def _kept(result: TitleResult) -> TitleResult:
    """Return a result whose bodies are all counted; an origin may have kept some as they came."""
    if not any(isinstance(record.body, bytes) for record in result.records):
        return result
    records = (
        replace(record, body=keep(record.body)) if isinstance(record.body, bytes) else record
        for record in result.records
    )
    return replace(result, records=tuple(records))


async def _yield_to_winner(store: Store, plan: Plan, ours: Manifest) -> Manifest:
    """Delete our files, save those that the winner's manifest names, too (same bytes, same key)."""
    theirs = await load_manifest(store, plan, ours.unit)
    for key in {file.key for file in ours.files} - {file.key for file in theirs.files}:
        await store.delete(key)
    return theirs
