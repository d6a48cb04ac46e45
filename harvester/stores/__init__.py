"""Where objects are kept: one Protocol, a local folder and S3 behind it.

Keys are relative to the lake's root, use `/` and never begin with it. A name that begins with `.`
is a store's own business and appears in no listing.
"""

import builtins
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from harvester.errors import RunHeld, SettingError

# What S3 has ever allowed, old us-east-1 names included; S3 itself judges the rest.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,254}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")


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


def open_store(lake: str) -> AbstractAsyncContextManager[Store]:
    """Return the store of a lake: `s3://bucket[/prefix]`, or a local folder (made when needed).

    Nothing is touched before the first method is awaited. Raises `SettingError` for what is
    neither; the message shows no more of it than its scheme, as the rest may hold a password.
    """
    scheme, separator, rest = lake.partition("://")
    if not separator:
        return _open_local(lake)
    if scheme.lower() == "s3":
        return _open_s3(rest)
    shown = f"{scheme}://…" if _SCHEME.fullmatch(scheme) else "this"
    raise SettingError(f"A lake is s3://bucket[/prefix] or a local folder, and {shown} is neither.")


def _open_local(folder: str) -> AbstractAsyncContextManager[Store]:
    from harvester.stores.local.store import LocalStore  # noqa: PLC0415 - it imports this module

    if not folder or "\0" in folder:
        raise SettingError("The lake is empty: give s3://bucket[/prefix] or a local folder.")
    try:
        return nullcontext(LocalStore(Path(folder).expanduser()))
    except RuntimeError as error:
        raise SettingError("The lake begins with ~ but there is no home folder.") from error


def _open_s3(location: str) -> AbstractAsyncContextManager[Store]:
    bucket, _, path = location.partition("/")
    segments = [segment for segment in path.split("/") if segment]
    if not bucket:
        raise SettingError("The lake s3:// names no bucket: write s3://bucket[/prefix].")
    if not _BUCKET.fullmatch(bucket):
        raise SettingError("The lake's bucket is no bucket name: write s3://bucket[/prefix].")
    if {".", ".."} & set(segments):
        raise SettingError("The lake's prefix may not hold . or .. as a folder's name.")

    # aioboto3 takes 0.45 s to import, which `--help` and a local lake need not wait for.
    from harvester.stores.s3.store import open_s3  # noqa: PLC0415 - see above

    return open_s3(bucket, "/".join(segments))
