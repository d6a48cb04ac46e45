"""Blocking file operations that leave a file complete or absent, even after a power failure.

The order is the usual one: write a hidden file next to the target, fsync it, give it its name in
one step (rename, or an exclusive hard link), fsync the folder, as names are the folder's data.
"""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from harvester.errors import InputError

CHUNK = 1 << 20
_TEMPORARY = re.compile(r"\.harvester-(\d+)-[0-9a-f]{16}\.tmp")
_ABANDONED_AFTER = 3600.0


def replace_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file atomically, replacing any existing one."""
    with _temporary(path.parent, chunks) as temporary:
        temporary.replace(path)
        _sync_folder(path.parent)


def create_file(path: Path, chunks: Iterable[bytes]) -> bool:
    """Write a file only if its name is free, across processes; False when it is taken."""
    with _temporary(path.parent, chunks) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        _sync_folder(path.parent)
        return True


def remove_file(path: Path) -> None:
    """Remove a file durably: the folder is synced, too."""
    path.unlink()
    _sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents durably: each new name is synced in its parent."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        _sync_folder(new.parent)


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


def same_bytes(path: Path, chunks: Iterable[bytes]) -> bool:
    """Return whether a file consists of these chunks, without reading it as a whole."""
    with path.open("rb") as file:
        return all(file.read(len(chunk)) == chunk for chunk in chunks) and not file.read(1)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open an input, whose errors are not the lake's: raises `InputError`."""
    try:
        file = path.open("rb")
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


def has_sha256(path: Path, sha256: str) -> bool:
    """Return whether a file matches `sha256`."""
    with path.open("rb") as file:
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


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
