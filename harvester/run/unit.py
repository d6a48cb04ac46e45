"""One unit of the plan, done wholly or not at all: fetch, pack, store, and last its manifest."""

import asyncio
from collections import deque
from collections.abc import Callable

from harvester.clock import now
from harvester.lake import keys
from harvester.lake.documents.manifest import FileReceipt, Manifest, load_manifest
from harvester.lake.documents.plan import Plan
from harvester.lake.record_files import Packer, RecordFile
from harvester.model import Outcome, Title, TitleResult
from harvester.origins.origin import Fetch
from harvester.run import journal
from harvester.stores import Store
from harvester.upstream.tally import Tally


class Buffer:
    """Counts the bytes of bodies fetched and not yet stored, and says when there is room."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._room = asyncio.Event()
        self._room.set()

    def hold(self, size: int) -> None:
        """Count bytes in, or out when `size` is negative."""
        self._held += size
        if self._held < self._limit:
            self._room.set()
        else:
            self._room.clear()

    async def room(self) -> None:
        """Wait until less than the limit is held."""
        await self._room.wait()


async def harvest_unit(
    store: Store,
    plan: Plan,
    unit: int,
    titles: list[Title],
    fetch: Fetch,
    *,
    tally: Tally,
    buffer: Buffer,
    settle: Callable[[Outcome], None],
) -> Manifest:
    """Harvest one unit and return the manifest that stands for it: ours, or a faster process's.

    `settle` gets each title's outcome as it is fetched. Raises what `fetch` and the store raise, in
    an exception group; then nothing of the unit counts.
    """
    started_at = now()
    packer = Packer(plan.asked.format)
    outcomes: dict[str, Outcome] = {}
    held = 0
    writes: list[asyncio.Task[FileReceipt]] = []

    async def fetch_one(title: Title) -> TitleResult:
        nonlocal held
        result = await fetch(title, tally)
        size = sum(len(record.body) for record in result.records)
        held += size
        buffer.hold(size)
        settle(result.outcome)
        return result

    async def write(file: RecordFile) -> FileReceipt:
        prefix = keys.records_prefix(plan.asked.origin, file.folder, plan.date, plan.run)
        key = keys.record_key(prefix, unit, file.part, file.sha256, plan.asked.format)
        await store.put(key, file.data)
        return FileReceipt(key, file.records, len(file.data), file.sha256)

    try:
        async with asyncio.TaskGroup() as group:
            fetches = deque(group.create_task(fetch_one(title)) for title in titles)
            while fetches:  # in plan order; what is packed is released
                result = await fetches.popleft()
                outcomes[result.title.id] = result.outcome
                closed = (packer.add(record) for record in result.records)
                writes += [group.create_task(write(file)) for file in closed if file is not None]
            writes += [group.create_task(write(file)) for file in packer.finish()]
    finally:
        buffer.hold(-held)
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


async def _yield_to_winner(store: Store, plan: Plan, ours: Manifest) -> Manifest:
    """Delete our files, save those that the winner's manifest names, too (same bytes, same key)."""
    theirs = await load_manifest(store, plan, ours.unit)
    for key in {file.key for file in ours.files} - {file.key for file in theirs.files}:
        await store.delete(key)
    return theirs
