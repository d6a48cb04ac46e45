"""A file system that lacks what many have: hard links, exclusive renames, locks, fsync of folders.

exFAT, Android's, Google Drive's, gcsfuse's and network shares' each lack some of it.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Iterable
from typing import Any, Literal, Protocol

from harvester.stores import files
from harvester.stores.rename import NotOffered

Feature = Literal["links", "exclusive renames", "locks", "folder syncs"]


class Patch(Protocol):
    """What puts one thing in another's place: pytest's monkeypatch, or plain `setattr`."""

    def __call__(self, target: Any, name: str, value: Any, /) -> None:
        """Replace an attribute."""


def take_away(features: Iterable[str], patch: Patch, number: int = errno.ENOTSUP) -> None:
    """Let the system calls of these features fail as where there are none."""

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    def not_offered(*_: Any) -> None:
        raise NotOffered

    fsync = os.fsync

    def sync_file(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            fail()
        fsync(descriptor)

    wanted = set(features)
    if "links" in wanted:
        patch(os, "link", fail)
    if "exclusive renames" in wanted:
        patch(files, "rename_exclusively", not_offered)
    if "locks" in wanted:
        patch(fcntl, "flock", fail)
    if "folder syncs" in wanted:
        patch(os, "fsync", sync_file)
