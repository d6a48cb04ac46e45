"""One run's records are deleted: first its tombstone, then the files. Killed, it is finished later.

The order is what makes it safe: a tombstone says that none of the files counts any more, so no
reader misses one that is gone, and the next `expire` finds what is left.
"""

import hashlib
from contextlib import aclosing

from harvester.clock import now
from harvester.errors import DocumentError, RunHeld
from harvester.lake.documents.manifest import committed_units, manifests
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.tombstone import ExpiredFile, Tombstone, load_tombstone
from harvester.run.ahead import ahead
from harvester.run.expired import origin_files
from harvester.run.receipts import receipts
from harvester.stores import Store

_DELETED_AT_ONCE = 16


async def expire_run(store: Store, plan: Plan) -> None:
    """Delete what a finished run keeps of its origin's answers, holding the run's lease.

    Raises `RunHeld` when another process holds it, or took it over; `DocumentError`, before any
    file is deleted, when a manifest or the tombstone can't be read.
    """
    lost: list[RunHeld] = []
    async with store.hold(plan.folder.lease, f"run {plan.run}", lost.append):
        if await load_tombstone(store, plan.folder) is None:
            await store.create(plan.folder.expired, (await _tombstone(store, plan)).to_json())
            # Another process may have been first: what stands must be readable.
            if await load_tombstone(store, plan.folder) is None:
                raise DocumentError(f"{plan.folder.expired} comes and goes: run the command again")
        doomed = [entry.key async for entry in origin_files(store, plan)]
        if lost:
            raise lost[0]
        async with aclosing(ahead(map(store.delete, doomed), _DELETED_AT_ONCE)) as deleted:
            async for _ in deleted:
                if lost:
                    raise lost[0]


async def _tombstone(store: Store, plan: Plan) -> Tombstone:
    """Return a run's tombstone, from its manifests and the answers to its questions."""
    files = []
    units = await committed_units(store, plan)
    async with aclosing(manifests(store, plan, units)) as found:
        async for manifest in found:
            files += [
                ExpiredFile(file.key, file.bytes, file.sha256)
                for _, file in receipts(plan, manifest)
            ]
    async for entry in store.list(plan.folder.answers):
        if plan.folder.is_asked(entry.key):
            size, hashed = 0, hashlib.sha256()
            async for chunk in store.stream(entry.key):
                size += len(chunk)
                hashed.update(chunk)
            files.append(ExpiredFile(entry.key, size, hashed.hexdigest()))
    return Tombstone(plan.run, now(), tuple(files))
