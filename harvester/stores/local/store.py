"""The lake as a local folder."""

import asyncio
import builtins
import errno
import os
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import TypeVar

from harvester.errors import LakeError, RunHeld, StoreDown
from harvester.stores.files import (
    CHUNK,
    NoExclusiveName,
    checked,
    create_file,
    has_sha256,
    make_folder,
    opened,
    remove_file,
    replace_file,
    same_bytes,
    sweep_abandoned,
)
from harvester.stores.keys import check_key, check_new_key, check_prefix
from harvester.stores.local.confined import inside, is_absence, read_file, refused_by_system, shown
from harvester.stores.local.folders import Folders
from harvester.stores.local.lease import held_file
from harvester.stores.local.working import worked
from harvester.stores.store import Entry, Upload, ignore, missing, too_large

T = TypeVar("T")

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FAILING = {errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EMFILE, errno.ENFILE, errno.EBUSY}


class LocalStore:
    """A `Store` in one folder, which the first write creates; reading does not."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders = Folders(root)
        self._ready: set[Path] = set()

    @property
    def uri(self) -> str:
        """The folder's path; bytes that are no UTF-8 are shown by their numbers."""
        return shown(self._root)

    @property
    def folder(self) -> Path | None:
        """The folder itself."""
        return self._root

    async def put(self, key: str, data: bytes) -> None:
        """Write an object using a hidden file and a rename."""
        check_new_key(key)
        await self._in_thread(lambda: replace_file(self._prepare(key), [data]))

    async def create(self, key: str, data: bytes) -> bool:
        """Write an object using a hidden file and an exclusive link, safe across processes."""
        check_new_key(key)

        def create() -> bool:
            path = self._prepare(key)
            if create_file(path, [data]):
                return True
            with read_file(path) as file:
                return same_bytes(file, [data])

        return await self._in_thread(create)

    async def check_create(self, key: str, data: bytes) -> None:
        """Give a file once more a name that is taken, which must fail."""
        check_new_key(key)
        if await self._in_thread(lambda: create_file(self._prepare(key), [data])):
            raise LakeError(
                f"The lake {self.uri} lies on a file system that gives one file's name to another, "
                "so one process could overwrite another's work: choose a folder on another one."
            )

    async def upload(
        self,
        key: str,
        path: Path,
        sha256: str,
        *,
        replace: bool = False,
        sent: Callable[[int], None] = ignore,
    ) -> Upload:
        """Write a file as `put` and `create` do, then read it back to verify it."""
        check_new_key(key)
        loop = asyncio.get_running_loop()

        def tell(number: int) -> None:
            loop.call_soon_threadsafe(sent, number)

        def held() -> bool | None:
            """Say whether the object is the file; None if there is no object."""
            there = self._open(key)
            if there is None:
                return None
            with there:
                return has_sha256(there, sha256)

        def upload() -> Upload:
            with opened(path) as file:
                target = self._prepare(key)
                there = held()
                if there:
                    return "same"
                if there is False and not replace:
                    return "taken"
                if there is False:
                    replace_file(target, checked(file, sha256, tell))
                elif not create_file(target, checked(file, sha256, tell)):
                    return "written" if held() else "taken"
            if not held():
                raise StoreDown(
                    f"The lake {self.uri} keeps other bytes as {key} than were sent: write again."
                )
            return "replaced" if there is False else "written"

        return await self._in_thread(upload)

    async def get(self, key: str, *, most: int | None = None) -> bytes | None:
        """Return a file's bytes; a folder of that name is not an object, as in S3."""
        check_key(key)

        def get() -> bytes | None:
            file = self._open(key)
            if file is None:
                return None
            with file:
                # Asked for more, a file makes room for it first.
                size = os.fstat(file.fileno()).st_size
                if most is not None and size > most:
                    raise too_large(key, most)
                data = file.read() if most is None else file.read(size + 1)
            if most is not None and len(data) > most:
                raise too_large(key, most)
            return data

        return await self._in_thread(get)

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Yield a file's bytes; if it is replaced meanwhile, its old content is read to the end."""
        check_key(key)
        file = await self._in_thread(lambda: self._open(key))
        if file is None:
            raise missing(self.uri, key)
        try:
            while chunk := await self._in_thread(lambda: file.read(CHUNK)):
                yield chunk
        finally:
            file.close()

    async def list(self, prefix: str) -> AsyncIterator[Entry]:
        """Yield objects folder by folder, in S3's overall order.

        A folder sorts by its name plus `/`: `a-b` comes before `a/b`, as in S3.
        """
        check_prefix(prefix)
        above = prefix.rpartition("/")[0]
        todo = [f"{above}/" if above else ""]
        sizes: dict[str, int] = {}
        while todo:
            key = todo.pop()
            if key and not key.endswith("/"):
                yield Entry(key, sizes.pop(key))
                continue
            found = await self._in_thread(partial(self._folders.scan, key))
            wanted = {name: size for name, size in found.items() if _may_hold(name, prefix)}
            sizes |= {name: size for name, size in wanted.items() if size is not None}
            todo += sorted(wanted, key=os.fsencode, reverse=True)

    async def folders(self, prefix: str) -> builtins.list[str]:
        """Return the folders directly below that contain an object; empty ones are skipped."""
        check_prefix(prefix)
        found = await self._in_thread(lambda: self._folders.scan(prefix))
        below = [key for key, size in found.items() if size is None]
        return sorted(
            [
                key.removeprefix(prefix).rstrip("/")
                for key in below
                if await self._in_thread(partial(self._folders.hold_object, key))
            ]
        )

    async def delete(self, key: str) -> None:
        """Remove a file, but not its folder."""
        check_key(key)

        def delete() -> None:
            path = inside(self._root, key)
            try:
                remove_file(path)
            except OSError as error:
                if not is_absence(self._root, error) and not path.is_dir():
                    raise

        await self._in_thread(delete)

    async def keeps_versions(self) -> bool:
        """Return False: a folder keeps none."""
        return False

    @asynccontextmanager
    async def hold(
        self, key: str, work: str, lost: Callable[[RunHeld], None]
    ) -> AsyncIterator[None]:
        """Lock a hidden file; the kernel unlocks it when this process ends: it is never `lost`."""
        del lost
        check_new_key(key)
        path = await self._in_thread(lambda: self._prepare(key))
        with ExitStack() as stack:
            try:
                stack.enter_context(held_file(path.with_name(f".{path.name}"), work))
            except OSError as error:
                raise self._translated(error) from error
            yield

    def _prepare(self, key: str) -> Path:
        """Create a key's folder; the first time, remove files that killed processes left there."""
        path = inside(self._root, key, to_write=True)
        if path.parent not in self._ready or not path.parent.is_dir():
            make_folder(path.parent)
            sweep_abandoned(path.parent)
            self._ready.add(path.parent)
        return path

    def _open(self, key: str) -> BufferedReader | None:
        try:
            return read_file(inside(self._root, key))
        except OSError as error:
            if is_absence(self._root, error):
                return None
            raise refused_by_system(self._root, error) from error

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run blocking work, translating what it raises; it may be done twice (`worked`)."""
        try:
            return await worked(work)
        except OSError as error:
            raise self._translated(error) from error
        except NoExclusiveName as error:
            raise LakeError(
                f"The lake {self.uri} lies on a file system without hard links and without "
                "exclusive renames, one of which a run needs: choose a folder on another one, "
                "or an S3 bucket."
            ) from error

    def _translated(self, error: OSError) -> LakeError | StoreDown:
        why = error.strerror or type(error).__name__
        if error.errno in _FULL:
            return StoreDown(f"The lake {self.uri} is full ({why}): make room, then resume.")
        if error.errno in _FAILING:
            return StoreDown(f"The lake {self.uri} is failing ({why}): fix it, then resume.")
        place = error.filename2 or error.filename
        if error.errno == errno.EISDIR and place is not None:
            return LakeError(f"{shown(place)} is a folder, where a lake has a file: move it away.")
        return LakeError(f"The lake {self.uri} refuses us ({why}): give a folder we may write to.")


def _may_hold(key: str, prefix: str) -> bool:
    return key.startswith(prefix) or (key.endswith("/") and prefix.startswith(key))
