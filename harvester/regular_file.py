"""Files that a user names are opened without waiting: nothing but a regular file is read.

The opening of a pipe waits for a writer, a device may have no end, and neither can be read twice.
"""

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path


class NoRegularFile(OSError):
    """A pipe, a socket or a device is where a file should be."""

    def __init__(self) -> None:
        super().__init__(errno.EINVAL, "it is no file but a pipe, a socket or a device")


def check_regular(path: Path) -> None:
    """Raise `NoRegularFile` for what is neither a regular file nor a folder, and `OSError`."""
    _check(path.stat().st_mode)


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file, or a link to one, for reading. Raises as `check_regular` does."""
    check_regular(path)  # the opening of a device may do something
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _check(os.fstat(descriptor).st_mode)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _check(mode: int) -> None:
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise NoRegularFile
