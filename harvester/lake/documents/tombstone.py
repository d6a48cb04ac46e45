"""`expired.json`: that a run's records were deleted for being too old, and which files they were.

    version      1
    run          the run
    expired_at   when it was written, before the first file was deleted
    files        [{"key", "bytes", "sha256"}]: its record files, as its manifests name them, and
                 what was answered to its questions

It is created only if absent and never changed: from then on none of these files counts.
"""

import builtins
from dataclasses import dataclass
from typing import Annotated, Final

import orjson
from msgspec import Meta

from harvester.lake.documents.loading import damaged, get_document, is_moment, plain, read_document
from harvester.lake.keys import RunFolder
from harvester.model import Count, Moment, Sha256
from harvester.stores import Store

VERSION: Final = 1
MOST: Final = 64_000_000
"""Bytes of a tombstone: a file has 200, so that is one of a run of a million titles, each with all
of its records."""

_WAY_OUT: Final = (
    "delete it and run `harvester expire` again: it is written again from the manifests"
)


@dataclass(frozen=True, slots=True, order=True)
class ExpiredFile:
    """A file that a run had; `key` is relative to the lake's root."""

    key: Annotated[str, Meta(min_length=1, max_length=1_024)]
    bytes: Count
    sha256: Sha256


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What the module's docstring describes."""

    run: str
    expired_at: Moment
    files: tuple[ExpiredFile, ...]

    def to_json(self) -> builtins.bytes:
        """Return the tombstone as it is stored."""
        return orjson.dumps({"version": VERSION, **plain(self)}, option=orjson.OPT_APPEND_NEWLINE)


async def load_tombstone(store: Store, folder: RunFolder) -> Tombstone | None:
    """Return a run's tombstone, or None. Raises `DocumentError` when it can't be read."""
    data = await get_document(store, folder.expired, MOST, way_out=_WAY_OUT)
    if data is None:
        return None
    found = read_document(Tombstone, folder.expired, data, way_out=_WAY_OUT)
    if found.run != folder.run or not is_moment(found.expired_at):
        raise damaged(folder.expired, _WAY_OUT)
    return found
