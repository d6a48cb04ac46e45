"""Whether of an expired run the files are gone, and its manifests name what its tombstone names."""

from collections.abc import AsyncIterator

from harvester.lake.documents.manifest import Manifest
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.tombstone import ExpiredFile, Tombstone, load_tombstone
from harvester.run.expired import origin_files
from harvester.stores import Store


async def expired_files(store: Store, plan: Plan) -> "ExpiredFiles | None":
    """Return the files of a run that is expired, else None. Raises `DocumentError`."""
    tombstone = await load_tombstone(store, plan.folder)
    return None if tombstone is None else ExpiredFiles(plan, tombstone)


class ExpiredFiles:
    """The files of an expired run, held to its manifests; a misfit is a key, and what is wrong."""

    def __init__(self, plan: Plan, tombstone: Tombstone) -> None:
        self._plan = plan
        self._deleted = {file for file in tombstone.files if not plan.folder.is_asked(file.key)}
        self._named: set[ExpiredFile] = set()

    def add(self, manifest: Manifest) -> None:
        """Add what a manifest names."""
        files = (ExpiredFile(one.key, one.bytes, one.sha256) for one in manifest.files)
        self._named.update(files)

    async def misfits(self, store: Store, *, all_read: bool) -> AsyncIterator[tuple[str, str]]:
        """Yield what tombstone and manifests, if all were read, name apart, and what is there."""
        for file in sorted(self._named - self._deleted):
            yield file.key, "is not in expired.json as its manifest names it"
        if all_read:
            for file in sorted(self._deleted - self._named):
                yield file.key, "is in expired.json, but no manifest names it so"
        async for entry in origin_files(store, self._plan):
            yield entry.key, "is there, but its run is expired: `harvester expire` deletes it"
