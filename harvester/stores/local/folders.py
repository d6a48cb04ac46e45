"""What lies in a local lake's folders: no entry, however odd, hides the others or has no end."""

import errno
import logging
import os
from pathlib import Path
from typing import Final

from harvester.errors import DocumentError
from harvester.stores.local.confined import inside, is_absence, refused_by_system

_LOG = logging.getLogger(__name__)

DEEPEST: Final = 32
"""Folders within one another that are looked into; a lake's own files lie below ten at most."""


class Folders:
    """The folders of a lake below `root`; what lies too deep is left out, and told once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._has_told = False

    def scan(self, folder: str) -> dict[str, int | None]:
        """Return the keys directly below a folder (`""` or `…/`); folders have no size.

        Raises `DocumentError` where that folder alone is a link or can't be read, and `OSError`.
        """
        found: dict[str, int | None] = {}
        if folder.count("/") > DEEPEST:
            self._leave_out(folder)
            return found
        try:
            with os.scandir(inside(self._root, folder)) as entries:
                for entry in entries:
                    if not entry.name.startswith("."):
                        found |= self._listed(folder, entry)
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                if os.path.lexists(self._root):  # else it is the lake's own name that is too long
                    self._leave_out(folder)
            elif not is_absence(self._root, error):
                raise refused_by_system(self._root, error) from error
        return found

    def hold_object(self, folder: str) -> bool:
        """Return whether a file lies below; also where that can't be known: its reader is told."""
        todo = [folder]
        while todo:
            try:
                found = self.scan(todo.pop())
            except DocumentError:
                return True
            if any(size is not None for size in found.values()):
                return True
            todo += found
        return False

    def _listed(self, folder: str, entry: os.DirEntry[str]) -> dict[str, int | None]:
        """Return what an entry is listed as: nothing where it is gone, or a link to nowhere."""
        is_link = entry.is_symlink()  # whoever opens it is told; `os.path` raises nothing of it
        if entry.is_dir(follow_symlinks=False) or (is_link and os.path.isdir(entry.path)):  # noqa: PTH112
            return {f"{folder}{entry.name}/": None}
        if not (entry.is_file(follow_symlinks=False) or (is_link and os.path.isfile(entry.path))):  # noqa: PTH113
            return {}
        try:
            return {folder + entry.name: entry.stat(follow_symlinks=False).st_size}
        except FileNotFoundError:
            return {}
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            self._leave_out(folder)
            return {}

    def _leave_out(self, folder: str) -> None:
        if not self._has_told:
            self._has_told = True
            _LOG.warning(
                "%s lies deeper than any file of a lake: nothing in it is looked at; remove it",
                folder,
            )
