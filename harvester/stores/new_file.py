"""A file or folder that has its name once it is whole: written beside, synced, then renamed."""

import contextlib
import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.errors import UserError
from harvester.stores.files import remove_whole, sync_folder
from harvester.stores.rename import NotOffered, rename_exclusively
from harvester.stores.swap import put_in_place

_BESIDE = re.compile(r"\.harvester-\d+-[0-9a-f]{8}\.new")
_ABANDONED_AFTER = 3600.0


@contextmanager
def written_beside(target: Path, *, force: bool) -> Iterator[Path]:
    """Give a path in a hidden folder beside a target; what is written there takes its name.

    With `force` also in the place of what has that name, a file of a file, a folder of a folder;
    never of a link, a pipe or a device. Where the body raises, nothing is left. Raises `UserError`
    when the name is taken, and where nothing can be written.
    """
    try:
        with named_once_whole(target, force=force) as new:
            yield new
    except OSError as error:
        raise UserError(f"{target} can't be written: {error.strerror or error}") from None


@contextmanager
def named_once_whole(target: Path, *, force: bool) -> Iterator[Path]:
    """Do as `written_beside` does, but raise `OSError` where nothing can be written."""
    beside = target.parent / f".harvester-{os.getpid()}-{secrets.token_hex(4)}.new"
    try:
        _refuse_special(target)
        _sweep(target.parent)
        beside.mkdir()
        new = beside / target.name
        yield new
        _sync(new)
        _rename(new, target, force=force)
    finally:
        remove_whole(beside, ignore_errors=True)


def taken(target: Path) -> UserError:
    """Return the error of a name that something has."""
    return UserError(f"{target} exists: --force replaces it")


def is_special(path: Path) -> bool:
    """Say whether a name is a link's, or that of what is neither a file nor a folder."""
    try:
        mode = path.lstat().st_mode
    except OSError:  # whoever writes there finds out
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _refuse_special(target: Path) -> None:
    if is_special(target):
        raise UserError(f"{target} is no regular file, and is not replaced by one: give another")


def _rename(new: Path, target: Path, *, force: bool) -> None:
    _refuse_special(target)  # it may have come meanwhile
    if force and new.is_dir():
        if target.is_file():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
        put_in_place(new, target)
        return
    if force:
        new.replace(target)
    else:
        try:
            rename_exclusively(new, target)
        except FileExistsError:
            raise taken(target) from None
        except NotOffered:
            if target.exists():
                raise taken(target) from None
            new.rename(target)
    sync_folder(target.parent)


def _sync(path: Path) -> None:
    """Put a file, or the files of a folder, on the disk."""
    for one in path.iterdir() if path.is_dir() else (path,):
        with one.open("rb") as file:
            os.fsync(file.fileno())


def _sweep(folder: Path) -> None:
    """Remove what killed processes left, once nothing was written there for an hour."""
    with contextlib.suppress(PermissionError):  # a folder may be written to, and not be listed
        for path in folder.iterdir():
            if _BESIDE.fullmatch(path.name):
                with contextlib.suppress(OSError):  # another process may be removing it
                    within = () if is_special(path) else path.rglob("*")  # a link's is not ours
                    written = max(one.lstat().st_mtime for one in (path, *within))
                    if time.time() - written > _ABANDONED_AFTER:
                        remove_whole(path)
