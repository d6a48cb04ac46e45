"""Renames that the standard library does not offer: never over another name, or two names at once.

Linux has both in renameat2(2), macOS in renamex_np(2). Each file system decides which it takes:
https://man7.org/linux/man-pages/man2/rename.2.html
"""

import ctypes
import errno
import os
from pathlib import Path

_AT_FDCWD = -100
# Linux's RENAME_NOREPLACE and RENAME_EXCHANGE, macOS's RENAME_EXCL and RENAME_SWAP.
_LINUX = {"exclusive": 1, "exchange": 2}
_MACOS = {"exclusive": 4, "exchange": 2}
_MISSING = {
    errno.EINVAL,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOTTY,
    errno.EPERM,  # a container's filter of system calls
}


class NotOffered(Exception):
    """This system or file system has no such rename."""


def rename_exclusively(old: Path, new: Path) -> None:
    """Give a file another name if that is free.

    Raises `FileExistsError` when it is taken, `NotOffered`, and any other `OSError`.
    """
    _rename(old, new, "exclusive")


def exchange(one: Path, other: Path) -> None:
    """Give each of two names what the other stands for. Raises `NotOffered`, `OSError`."""
    _rename(one, other, "exchange")


def _rename(old: Path, new: Path, how: str) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(old), os.fsencode(new)
    if hasattr(library, "renameat2"):
        code = library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _LINUX[how])
    elif hasattr(library, "renamex_np"):
        code = library.renamex_np(*names, _MACOS[how])
    else:
        raise NotOffered
    if code == 0:
        return
    number = ctypes.get_errno()
    if number in _MISSING:
        raise NotOffered
    raise OSError(number, os.strerror(number), str(new))
