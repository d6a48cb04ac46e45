"""The Protocol of a store: what a local folder and S3 both promise.

Keys are relative to the lake's root, use `/` and never begin with it. A name that begins with `.`
is a store's own business and appears in no listing.
"""

import builtins
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from harvester.errors import RunHeld

Upload = Literal["written", "same", "replaced", "taken"]
"""How an upload ended: written under a free key; found there, the same bytes; put in place of other
bytes; or refused, since the key holds other bytes."""


def ignore(_: int) -> None:
    """Hear of bytes sent, and do nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of a listing: its key and its size in bytes."""

    key: str
    size: int


class Store(Protocol):
    """One lake's objects. Every write is whole or absent: a reader never sees half an object.

    Each method raises `LakeError` when the store refuses us (no such bucket, no permission, not a
    folder, read-only) and `StoreDown` when it fails in another way (full, unreachable, still
    failing after the edge's own retries).
    """

    @property
    def uri(self) -> str:
        """The lake's root as a user would write it: `s3://bucket/prefix` or a folder's path."""

    async def put(self, key: str, data: bytes) -> None:
        """Write an object, replacing what was there."""

    async def create(self, key: str, data: bytes) -> bool:
        """Write an object only if its key is free; the first writer wins, whoever races.

        True when the object now holds `data`: also when a first answer was lost and our own bytes
        are found there. False when it holds something else, which is left as it was.
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
        """Write an object from a file of any size, never whole in memory.

        `sha256` is the file's, in hex: its bytes are checked as they are sent, and what the store
        then keeps is compared with what was sent. An object that holds these bytes already is left
        alone; one that holds others is, too, unless `replace`. `sent` hears each number of bytes
        that arrived, negative when they are to be sent anew. Raises `InputError` when the file
        can't be read or is not, or no longer, that of `sha256`.
        """

    async def get(self, key: str) -> bytes | None:
        """Return an object's bytes, or None when there is none."""

    def stream(self, key: str) -> AsyncIterator[bytes]:
        """Yield an object's bytes in chunks of about 1 MiB.

        Raises `LakeError` when there is no such object.
        """

    def list(self, prefix: str) -> AsyncIterator[Entry]:
        """Yield every object whose key begins with `prefix`, ordered by the keys' UTF-8 bytes.

        Of S3 servers only AWS is known to keep that order; don't build correctness on it.
        """

    async def folders(self, prefix: str) -> builtins.list[str]:
        """Return the names directly below `prefix` that hold objects.

        `prefix` ends in `/` or is empty. Bare names, sorted as such: `run-2` before `run-2-x`.
        """

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""

    def hold(
        self, key: str, run: str, lost: Callable[[RunHeld], None]
    ) -> AbstractAsyncContextManager[None]:
        """Hold a run's lease at `key` while the context is open.

        Raises `RunHeld` when a living process holds it. `lost` hears it when another took it over
        because this process was paused for longer than the lease's life.
        """
