r"""A folder's second path, which no engine takes for a pattern.

DuckDB reads `*`, `?` and `[` in a path as a pattern and cannot be told not to; Spark adds `{` and
`\`; both take a folder `dt=2024-05-01` anywhere in it for a partition, and neither can be given
bytes that are no UTF-8. So that `lake ?` never reads `lake 2`, engines get such a folder by a link
in the folder for temporary files.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.errors import SettingError

_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")
_ELSEWHERE = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - only where TMPDIR is no plain path


@contextmanager
def plain_path(folder: Path) -> Iterator[Path]:
    """Give an absolute path of a folder that is made of letters, digits and `/._-` alone.

    The folder itself need not be there yet. The link goes away with the context. Raises
    `SettingError` when no folder for temporary files has such a path.
    """
    whole = os.path.abspath(folder)  # noqa: PTH100 - Path.absolute keeps `..`
    if is_plain(whole):
        yield Path(whole)
        return
    with tempfile.TemporaryDirectory(prefix="harvester-", dir=_for_links()) as above:
        link = Path(above) / "lake"
        link.symlink_to(whole, target_is_directory=True)
        yield link


def is_plain(path: str) -> bool:
    """Say whether no engine sees more in a path than names of folders and files."""
    return _PLAIN.fullmatch(path) is not None


def _for_links() -> str:
    for folder in (tempfile.gettempdir(), *_ELSEWHERE):
        if is_plain(os.path.abspath(folder)) and os.access(folder, os.W_OK):  # noqa: PTH100
            return folder
    raise SettingError(
        "The zones need a folder for temporary files whose path has only letters, digits, '.', "
        "'_' and '-': set TMPDIR to one."
    )
