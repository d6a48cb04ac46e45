"""Files of a local lake are opened without leaving it: no link is followed, nothing but files read.

Whoever may write into a lake may put a link in the place of any of its names, or a pipe that never
answers. The lake's root itself may be a link: that is the user's own word.
"""

import contextlib
import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

from harvester.errors import DocumentError

_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# What open(2) says of a link under O_NOFOLLOW, and of a socket.
_NO_FILE = {errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP}
# What is wrong with one name, not with the lake.
_OF_ONE = {errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENAMETOOLONG}


def inside(root: Path, key: str, *, to_write: bool = False) -> Path:
    """Return the path of a key. Raises `DocumentError` where a folder above it is a link.

    A key that ends in `/` may be no link itself. What is not there yet is no link; a file in the
    place of a folder above is found by whoever opens the path, and refused to who is `to_write`.
    """
    path, folder = root / key, root
    for segment in key.split("/")[:-1]:
        folder /= segment
        try:
            mode = folder.lstat().st_mode
        except OSError:
            break
        if stat.S_ISLNK(mode):
            raise _refused(folder, "is a link")
        if to_write and folder != path and not stat.S_ISDIR(mode):
            raise DocumentError(f"{shown(folder)} is no folder, as a lake has there: move it away")
    return path


def open_file(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open a regular file, and return its descriptor.

    Raises `DocumentError` for anything else, and `OSError`. A folder raises `IsADirectoryError`.
    """
    try:
        before = path.lstat().st_mode
    except FileNotFoundError:
        before = stat.S_IFREG
    _check(path, before)  # the opening of a device may do something
    try:
        descriptor = os.open(path, flags | _SAFELY, 0o666)
    except OSError as error:
        if error.errno in _NO_FILE:
            raise _refused(path, "is no file") from error
        raise
    try:
        _check(path, os.fstat(descriptor).st_mode)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def regular(root: Path, key: str) -> Path:
    """Return the path of a key that is a regular file, for who opens paths. Raises `DocumentError`.

    Where there is nothing, whoever opens the path finds that out.
    """
    path = inside(root, key)
    with contextlib.suppress(OSError):
        _check(path, path.lstat().st_mode)
    return path


def read_file(path: Path) -> BufferedReader:
    """Open a regular file for reading. Raises as `open_file` does."""
    return os.fdopen(open_file(path), "rb")


def is_absence(root: Path, error: OSError) -> bool:
    """Distinguish "no such object" from "no lake": the root is a file, or is below one."""
    return isinstance(error, FileNotFoundError | IsADirectoryError) or (
        isinstance(error, NotADirectoryError) and root.is_dir()
    )


def refused_by_system(root: Path, error: OSError) -> DocumentError | OSError:
    """Return the error of a file or folder that alone can't be read, else what was raised."""
    path = Path(os.fsdecode(error.filename or root))
    if error.errno not in _OF_ONE or path == root or not os.access(root, os.R_OK | os.X_OK):
        return error
    return DocumentError(
        f"{shown(path)} can't be read ({error.strerror}): let it be read, or remove it"
    )


def _check(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise _refused(path, "is a link" if stat.S_ISLNK(mode) else "is no regular file")


def _refused(path: Path, what: str) -> DocumentError:
    return DocumentError(
        f"{shown(path)} {what}, which a lake may not hold there: remove it, or copy it in"
    )


def shown(path: Path | str | bytes) -> str:
    """Return a path as a sentence names it."""
    return os.fsencode(path).decode(errors="backslashreplace")
