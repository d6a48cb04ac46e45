"""Blocking file operations that leave a file complete or absent, even after a power failure.

The order is the usual one: write a hidden file next to the target, fsync it, give it its name in
one step (rename, or an exclusive hard link), fsync the folder, as names are the folder's data.

Not every file system does all of it: exFAT, Android's and many in user space have no hard links,
some network shares no fsync of a folder. An exclusive name is then given by an exclusive rename;
never by O_EXCL on the name itself, under which a killed writer would leave half a file for good.
"""

import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from harvester.errors import InputError
from harvester.regular_file import open_regular
from harvester.stores.rename import NotOffered, rename_exclusively

CHUNK = 1 << 20
_TEMPORARY = re.compile(r"\.harvester-(\d+)-[0-9a-f]{16}\.tmp")
_ABANDONED_AFTER = 3600.0

# What link(2) says where there are no hard links. The folder takes new files, as the hidden one
# shows, so that "not permitted" (Linux, exFAT) and "denied" (Android) are not about our rights.
_NO_LINKS = {
    errno.EPERM,
    errno.EACCES,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.EINVAL,
    errno.EXDEV,
    errno.EMLINK,
    errno.ENOTTY,
}
# What the fsync of a folder says where there is none, or where a folder can't even be opened.
_NO_FOLDER_SYNC = {
    errno.EINVAL,
    errno.EBADF,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOTTY,
    errno.EISDIR,
    errno.EPERM,
    errno.EACCES,
}


class NoExclusiveName(Exception):
    """This file system can't give a file a name only if it is free."""


def replace_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file atomically, replacing any existing one."""
    with _temporary(path.parent, chunks) as temporary:
        temporary.replace(path)
        sync_folder(path.parent)


def create_file(path: Path, chunks: Iterable[bytes]) -> bool:
    """Write a file only if its name is free, across processes; False when it is taken.

    Raises `NoExclusiveName` where the file system has neither hard links nor an exclusive rename.
    """
    with _temporary(path.parent, chunks) as temporary:
        try:
            _name_exclusively(temporary, path)
        except FileExistsError:
            return False
        sync_folder(path.parent)
        return True


def remove_file(path: Path) -> None:
    """Remove a file durably: the folder is synced, too."""
    path.unlink()
    sync_folder(path.parent)


def remove_whole(path: Path, *, ignore_errors: bool = False) -> None:
    """Remove what has a name: a folder with all that is in it, anything else by itself.

    Of a link only the link goes. `rmtree` alone is not for what others may have put there: that of
    Python 3.11 opens what it is given before it looks at it, and so waits for a pipe's writer.
    """
    try:
        if stat.S_ISDIR(path.lstat().st_mode):
            shutil.rmtree(path, ignore_errors=ignore_errors)
        else:
            path.unlink()
    except RecursionError:  # a thousand folders in one another
        if not ignore_errors:
            raise OSError(errno.ENAMETOOLONG, "too many folders in one another", path) from None
    except OSError:
        if not ignore_errors:
            raise


def make_folder(folder: Path) -> None:
    """Create a folder and its parents durably: each new name is synced in its parent."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        sync_folder(new.parent)


def sync_folder(folder: Path) -> None:
    """Put a folder's names on the disk, where its file system can: git, borg and others do so."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def sweep_abandoned(folder: Path) -> None:
    """Remove hidden files left in a folder by a killed process.

    Only those older than an hour whose process no longer exists: a process id says nothing about a
    writer in another container, but no write takes an hour.
    """
    with os.scandir(folder) as entries:
        left = [entry.path for entry in entries if _is_abandoned(entry)]
    for path in left:
        Path(path).unlink(missing_ok=True)


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the rest of an open file."""
    while chunk := file.read(CHUNK):
        yield chunk


def same_bytes(file: BinaryIO, chunks: Iterable[bytes]) -> bool:
    """Return whether an open file consists of these chunks, without reading it as a whole."""
    return all(file.read(len(chunk)) == chunk for chunk in chunks) and not file.read(1)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open an input, whose errors are not the lake's: raises `InputError`."""
    try:
        file = open_regular(path)
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}.") from error
    with file:
        yield file


def changed(name: str) -> InputError:
    """Return the error for a file that has changed since it was first read."""
    return InputError(f"{name} changed while it was uploaded: upload it again.")


def checked(file: BinaryIO, sha256: str, sent: Callable[[int], None]) -> Iterator[bytes]:
    """Yield a file from its start; raises `InputError` at its end if it does not match `sha256`."""
    file.seek(0)
    ours = hashlib.sha256()
    for chunk in chunks_of(file):
        ours.update(chunk)
        yield chunk
        sent(len(chunk))
    if ours.hexdigest() != sha256:
        raise changed(file.name)


def has_sha256(file: BufferedReader, sha256: str) -> bool:
    """Return whether an open file matches `sha256`."""
    return hashlib.file_digest(file, "sha256").hexdigest() == sha256


@contextmanager
def _temporary(folder: Path, chunks: Iterable[bytes]) -> Iterator[Path]:
    """Write chunks to a hidden file, synced to disk, which is always removed afterwards."""
    path = folder / f".harvester-{os.getpid()}-{secrets.token_hex(8)}.tmp"
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        yield path
    finally:
        path.unlink(missing_ok=True)


def _name_exclusively(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    else:
        return
    try:
        rename_exclusively(temporary, path)
    except NotOffered as error:
        raise NoExclusiveName from error


def _is_abandoned(entry: os.DirEntry[str]) -> bool:
    found = _TEMPORARY.fullmatch(entry.name)
    if not found:
        return False
    try:
        age = time.time() - entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:
        return False
    return age > _ABANDONED_AFTER and not _is_alive(int(found[1]))


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
