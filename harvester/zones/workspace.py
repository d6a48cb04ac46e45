"""Where a build works: what it reads, where it writes, and how its tables go live.

A local lake is read where it lies, and its tables are exchanged folder by folder. From S3 what
DuckDB needs is copied here first, by the lake's own store. Spark reads and writes S3 itself, since
its workers see no folder of ours: it writes below `<zone>/_scratch/`. On S3 each new file is one
PUT, which replaces an old one whole; what the new table lacks is deleted afterwards.

Whatever the lake is called, engines see none of it as a pattern: `plain_path`.
"""

import asyncio
import errno
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harvester.errors import LakeError, RunHeld
from harvester.stores import Store
from harvester.stores.files import remove_whole
from harvester.stores.local.confined import inside, regular
from harvester.stores.swap import put_in_place
from harvester.zones.plain_path import plain_path
from harvester.zones.published import mark_of

_AT_ONCE = 16
_SCRATCH = ".zones-"
_DENIED = {
    *(errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ELOOP, errno.ENAMETOOLONG),
}


@dataclass(frozen=True, slots=True)
class Workspace:
    """One build's hands on its lake.

    `root` is the lake's folder, or None in S3; `scratch` a folder here, both by plain paths;
    `shared` is a prefix of keys to write below when the engine writes to the lake itself, else
    None.
    """

    store: Store
    root: Path | None
    scratch: Path
    shared: str | None
    lost: list[RunHeld]

    def place(self, name: str) -> str:
        """Return where the engine is to write a new table."""
        if self.shared is not None:
            return f"{self.store.uri}/{self.shared}{name}"
        return str(self.scratch / "new" / name)

    async def fetch(self, keys: Iterable[str]) -> list[str]:
        """Return where the engine can read each key, in order. Raises what the store raises."""
        if self.shared is not None:
            return [f"{self.store.uri}/{key}" for key in keys]
        return [str(path) for path in await self.copies(keys)]

    async def copies(self, keys: Iterable[str]) -> list[Path]:
        """Return a local path for each key, in order."""
        root = self.root
        if root is not None:
            return [await asyncio.to_thread(self._below, root, regular, key) for key in keys]
        slots = asyncio.Semaphore(_AT_ONCE)

        async def copy(key: str) -> Path:
            path = self.scratch / "copy" / key
            async with slots:
                await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
                with path.open("wb") as file:
                    async for chunk in self.store.stream(key):
                        file.write(chunk)
            return path

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(copy(key)) for key in keys]
        except ExceptionGroup as errors:  # a user can act on one sentence
            raise errors.exceptions[0] from None
        return [task.result() for task in tasks]

    async def fetch_folder(self, folder: str, names: Iterable[str]) -> str:
        """Return where the engine can read a table's folder, which has files of these names.

        `folder` is a key that ends in `/`.
        """
        found = await self.fetch(f"{folder}{name}" for name in names)
        return found[0].rpartition("/")[0]

    async def share(self, path: Path) -> str:
        """Return where the engine can read a file that was written to scratch."""
        if self.shared is None:
            return str(path)
        key = f"{self.shared}staged/{path.name}"
        await self.store.put(key, await asyncio.to_thread(path.read_bytes))
        return f"{self.store.uri}/{key}"

    async def forget(self) -> None:
        """Remove what was copied here."""
        await asyncio.to_thread(remove_whole, self.scratch / "copy", ignore_errors=True)

    async def publish(self, name: str, folder: str) -> str:
        """Put a new table's files in the place of its old ones, and return their mark.

        `folder` is a key that ends in `/`.

        Raises `RunHeld` when another process has taken this build over meanwhile.
        """
        for held in self.lost:
            raise held
        if self.root is not None and self.shared is None:
            target = self._below(self.root, partial(inside, to_write=True), folder)
            new = Path(self.place(name))
            sizes = await asyncio.to_thread(_sizes, new)
            await asyncio.to_thread(put_in_place, new, target)
            return mark_of(sizes)
        sizes = {}
        async for number, data in self._files(name):
            part = f"part-{number}.parquet"
            await self.store.put(f"{folder}{part}", data)
            sizes[part] = len(data)
        async for entry in self.store.list(folder):
            if entry.key.removeprefix(folder) not in sizes:
                await self.store.delete(entry.key)
        return mark_of(sizes)

    async def remove(self, folder: str) -> None:
        """Remove a table's files; `folder` ends in `/`. Raises `RunHeld` as `publish` does."""
        for held in self.lost:
            raise held
        if self.root is not None:
            target = self._below(self.root, inside, folder)
            await asyncio.to_thread(remove_whole, target, ignore_errors=True)
            return
        async for entry in self.store.list(folder):
            await self.store.delete(entry.key)

    def _below(self, root: Path, check: Callable[[Path, str], Path], key: str) -> Path:
        """Return the plain path of a key; what `check` raises names the lake as the user does."""
        check(self.store.folder or root, key)
        return root / key

    async def _files(self, name: str) -> AsyncIterator[tuple[int, bytes]]:
        """Yield the Parquet files of a new table."""
        if self.shared is None:
            new = Path(self.place(name))
            paths = await asyncio.to_thread(lambda: sorted(new.glob("*.parquet")))
            for number, path in enumerate(paths):
                yield number, await asyncio.to_thread(path.read_bytes)
            return
        keys = [entry.key async for entry in self.store.list(f"{self.shared}{name}/")]
        for number, key in enumerate(sorted(key for key in keys if key.endswith(".parquet"))):
            yield number, await self.store.get(key) or b""


@asynccontextmanager
async def open_workspace(store: Store, zone: str, engine: str) -> AsyncIterator[Workspace]:
    """Open a workspace on a lake; its scratch goes away with the context.

    A local lake's scratch is a hidden folder in it, since folders only move within a file system.
    Raises `RunHeld` when another process builds this zone.
    """
    shared = f"{zone}/_scratch/" if store.folder is None and engine == "spark" else None
    lost: list[RunHeld] = []
    with ExitStack() as plain:
        async with store.hold(f"{zone}/_build.lease", f"the build of {zone}", lost.append):
            root = store.folder and plain.enter_context(plain_path(store.folder))
            made = await asyncio.to_thread(_new_scratch, root, f"{_SCRATCH}{zone.casefold()}-")
            scratch = plain.enter_context(plain_path(made))
            work = Workspace(store, root, scratch, shared, lost)
            try:
                await _sweep(work)
                yield work
            except OSError as error:
                if error.errno not in _DENIED:
                    raise
                raise _denied(work, error) from None
            finally:
                remove_whole(made, ignore_errors=True)
                await _sweep(work)


def _denied(work: Workspace, error: OSError) -> LakeError:
    """Return the error of a file or folder that we may not open, move or write to."""
    where = error.filename2 or error.filename or work.store.uri
    if work.root is not None and work.store.folder is not None:
        where = str(where).replace(str(work.root), str(work.store.folder), 1)
    return LakeError(f"{where} can't be read or written: {error.strerror}")


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.glob("*.parquet")}


def _new_scratch(root: Path | None, prefix: str) -> Path:
    """Make a scratch folder; the zone is ours alone, so what a killed build left is nobody's."""
    for left in root.glob(f"{prefix}*") if root is not None else ():
        remove_whole(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=root))


async def _sweep(work: Workspace) -> None:
    """Remove what Spark wrote below the shared prefix."""
    if work.shared is not None:
        async for entry in work.store.list(work.shared):
            await work.store.delete(entry.key)
