"""Blocking steps on a local file system that leave a file whole or absent, even after a power cut.

The order is the usual one: write a hidden file beside the target, fsync it, give it its name in
one step (rename, or an exclusive hard link), fsync the folder, since a name is the folder's data.
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
    """Write a file whole, in place of what was there."""
    with _temporary(path.parent, chunks) as temporary:
        temporary.replace(path)
        _sync_folder(path.parent)


def create_file(path: Path, chunks: Iterable[bytes]) -> bool:
    """Write a file only if its name is free, whichever process asks; False when it is taken."""
    with _temporary(path.parent, chunks) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        _sync_folder(path.parent)
        return True


def remove_file(path: Path) -> None:
    """Remove a file and the memory of its name."""
    path.unlink()
    _sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, durably: each new name is synced in its parent."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        _sync_folder(new.parent)


def sweep_abandoned(folder: Path) -> None:
    """Remove hidden files that a killed process left here.

    Only those an hour old whose process is gone: a process number says nothing about a writer in
    another container, but no write takes an hour.
    """
    with os.scandir(folder) as entries:
        left = [entry.path for entry in entries if _is_abandoned(entry)]
    for path in left:
        Path(path).unlink(missing_ok=True)


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield what is left of an open file."""
    while chunk := file.read(CHUNK):
        yield chunk


def same_bytes(path: Path, chunks: Iterable[bytes]) -> bool:
    """Compare a file with bytes that come in chunks, in little memory."""
    with path.open("rb") as file:
        return all(file.read(len(chunk)) == chunk for chunk in chunks) and not file.read(1)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open an input, whose troubles are not the lake's: raises `InputError`."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}.") from error
    with file:
        yield file


def changed(name: str) -> InputError:
    """Return what a file is that is no longer what it was when it was read first."""
    return InputError(f"{name} changed while it was uploaded: upload it again.")


def checked(file: BinaryIO, sha256: str, sent: Callable[[int], None]) -> Iterator[bytes]:
    """Yield a file from its start; raises `InputError` at its end if it is not that of `sha256`."""
    file.seek(0)
    ours = hashlib.sha256()
    for chunk in chunks_of(file):
        ours.update(chunk)
        yield chunk
        sent(len(chunk))
    if ours.hexdigest() != sha256:
        raise changed(file.name)


def has_sha256(path: Path, sha256: str) -> bool:
    """Say whether a file's bytes are those of `sha256`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


@contextmanager
def _temporary(folder: Path, chunks: Iterable[bytes]) -> Iterator[Path]:
    """Write chunks to a hidden file, synced to the disk, and remove it whatever happens."""
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
