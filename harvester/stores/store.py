"""The Protocol of a store: the contract that both a local folder and S3 fulfil.

Keys are relative to the lake's root, use `/` as separator and never begin with it. Names that begin
with `.` are internal to a store and appear in no listing.
"""

import builtins
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from harvester.errors import DocumentError, LakeError, RunHeld

Upload = Literal["written", "same", "replaced", "taken"]
"""How an upload ended: written under a free key; skipped, as the key has the same bytes; written in
place of other bytes; or refused, as the key has other bytes."""


def ignore(_: int) -> None:
    """Ignore the number of bytes sent."""


def too_large(key: str, most: int) -> DocumentError:
    """Return the error of an object that is larger than it may be."""
    return DocumentError(
        f"{key} is damaged: it has more than {most:,} bytes, and never may: move it away"
    )


def missing(uri: str, key: str) -> LakeError:
    """Return the error of an object that is read, and is not there."""
    return LakeError(f"{uri} holds no {key}: check its name, or whether it was removed")


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of a listing: its key and its size in bytes."""

    key: str
    size: int


class Store(Protocol):
    """The objects of one lake. Every write is atomic: a reader never sees part of an object.

    Each method raises `LakeError` when the store denies access (no such bucket, no permission, not
    a folder, read-only) and `StoreDown` when it fails in another way (full, unreachable, still
    failing after the store's own retries).
    """

    @property
    def uri(self) -> str:
        """The lake's root as a user would write it: `s3://bucket/prefix` or a folder's path."""

    @property
    def folder(self) -> Path | None:
        """The lake's root as a folder of this machine, or None where it is none."""

    async def put(self, key: str, data: bytes) -> None:
        """Write an object, replacing any existing one."""

    async def create(self, key: str, data: bytes) -> bool:
        """Write an object only if its key is free; of concurrent writers, the first one wins.

        True when the object now contains `data`, including when a first response was lost and our
        own bytes are found there. False when it contains something else, which is left unchanged.
        """

    async def check_create(self, key: str, data: bytes) -> None:
        """Write an object that is there, and holds `data`, once more as `create` does.

        Raises `LakeError` when that is not refused: on such a store each of two writers would be
        told that it was first.
        """

    async def upload(
        self,
        key: str,
        path: Path,
        sha256: str,
        *,
        replace: bool = False,
        sent: Callable[[int], None] = ignore,
    ) -> Upload:
        """Write an object from a file of any size, without holding all of it in memory.

        `sha256` is the file's, in hex: its bytes are verified as they are sent, and the stored
        object is then compared with what was sent. An object that already has these bytes is left
        unchanged; so is one with other bytes, unless `replace`. `sent` is called with each number
        of bytes that arrived, negative when they will be sent again. Raises `InputError` when the
        file can't be read or does not, or no longer, match `sha256`.
        """

    async def get(self, key: str, *, most: int | None = None) -> bytes | None:
        """Return an object's bytes, or None if there is no such object.

        Raises `DocumentError` for one of more than `most` bytes, without holding it.
        """

    def stream(self, key: str) -> AsyncIterator[bytes]:
        """Yield an object's bytes in chunks of about 1 MiB.

        Raises `LakeError` when there is no such object.
        """

    def list(self, prefix: str) -> AsyncIterator[Entry]:
        """Yield every object whose key begins with `prefix`, ordered by the keys' UTF-8 bytes.

        Of S3 servers, only AWS is known to keep that order; correctness must not depend on it.
        """

    async def folders(self, prefix: str) -> builtins.list[str]:
        """Return the names directly below `prefix` that hold objects.

        `prefix` ends in `/` or is empty. Names have no `/` and sort so: `run-2` before `run-2-x`.
        """

    async def delete(self, key: str) -> None:
        """Remove an object; it is not an error if there is none."""

    async def keeps_versions(self) -> bool:
        """Return whether deleted objects live on as old versions; False where nobody says so."""

    def hold(
        self, key: str, work: str, lost: Callable[[RunHeld], None]
    ) -> AbstractAsyncContextManager[None]:
        """Hold a lease at `key` while the context is open; `work` is what for: `run 2026…`.

        Raises `RunHeld`, which names the work, when a running process holds it. `lost` is called
        with that error when another one took it over because this process was paused for longer
        than a lease lasts.
        """
