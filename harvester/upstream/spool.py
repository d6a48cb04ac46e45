"""A temporary file without a name, for bodies that memory has no room for.

It consists of pages, so that what a dropped body leaves is used again. It is opened by the first
body: most runs never do.
"""

import os
import tempfile
from collections.abc import Callable
from typing import BinaryIO, cast

from harvester.errors import StoreDown

PAGE = 64 * 1024


class Spooled:
    """Bytes in a spool; their pages are free again when this object is dropped."""

    __slots__ = ("_pages", "_size", "_spool")

    def __init__(self, spool: "Spool", pages: list[int], size: int) -> None:
        self._spool = spool
        self._pages = pages
        self._size = size

    def __len__(self) -> int:
        """Return how many bytes there are."""
        return self._size

    def __bytes__(self) -> bytes:
        """Read them."""
        return self._spool.read(self._pages, self._size)

    def __del__(self) -> None:
        self._spool.free(self._pages)


class Spool:
    """The file, in `$TMPDIR`, else in /var/tmp, as /tmp may be memory; else where Python says."""

    def __init__(self, freed: Callable[[], None]) -> None:
        self.held = 0
        self._freed = freed
        self._file: BinaryIO | None = None
        self._pages = 0
        self._free: list[int] = []

    def put(self, data: bytes) -> Spooled:
        """Write bytes. Raises `StoreDown` when they can't be, such as for want of space."""
        pages = [self._take() for _ in range(0, len(data), PAGE)]
        spooled = Spooled(self, pages, len(data))
        folder = roomy_folder()
        try:
            if self._file is None:
                # Not a context: it is open as long as the run.
                self._file = cast("BinaryIO", tempfile.TemporaryFile(dir=folder, buffering=0))  # noqa: SIM115
            view = memoryview(data)
            for number, page in enumerate(pages):
                _write(self._file.fileno(), view[number * PAGE :][:PAGE], page * PAGE)
        except OSError as error:
            raise no_room("large answers", error) from None
        return spooled

    def read(self, pages: list[int], size: int) -> bytes:
        """Return what is in these pages."""
        if self._file is None:
            return b""
        file = self._file.fileno()
        return b"".join(
            os.pread(file, min(PAGE, size - number * PAGE), page * PAGE)
            for number, page in enumerate(pages)
        )

    def free(self, pages: list[int]) -> None:
        """Take pages back, and say so."""
        self._free += pages
        self.held -= len(pages) * PAGE
        self._freed()

    def close(self) -> None:
        """Close the file, which deletes it."""
        if self._file is not None:
            self._file.close()

    def _take(self) -> int:
        self.held += PAGE
        if self._free:
            return self._free.pop()
        self._pages += 1
        return self._pages - 1


def roomy_folder() -> str | None:
    """Return the folder for temporary files that may be large; None: as Python says."""
    named = "TMPDIR" in os.environ
    return None if named or not os.access("/var/tmp", os.W_OK) else "/var/tmp"  # noqa: S108 - without a name


def no_room(what: str, error: OSError) -> StoreDown:
    """Return the error that tells what can't be kept in the folder for large temporary files."""
    return StoreDown(
        f"can't keep {what} in {roomy_folder() or tempfile.gettempdir()} ({error.strerror}): "
        "free some space, or set TMPDIR to another folder"
    )


def _write(file: int, view: memoryview, start: int) -> None:
    while view:
        written = os.pwrite(file, view, start)
        view, start = view[written:], start + written
