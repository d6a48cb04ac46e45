"""Exports in forked processes, each killed by SIGKILL at another call of the export's code."""

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

_CODE = (
    "/zones/export/",
    "/stores/new_file.py",
    "/stores/swap.py",
    "/stores/rename.py",
    "/stores/files.py",
)
_NOTHING_HAPPENS = {
    *("name", "columns", "descriptions", "meaning", "_expression", "ordered"),
    "is_special",  # which is called for each file that the exports before have left
}
_LAST = 5
"""The last calls give the export its name: a process is killed at each of them."""


def killed_exports(lake: Path, output: str, *, every: int, old: Path | None = None) -> int:
    """Export to `output` for every so-many-th call of a whole export, killed there.

    In `output` stands `{}` for the call's number; where there is an `old` export, a copy of it is
    there before, to be replaced. Returns how many exports were killed.
    """
    words = [str(lake), output, str(every), str(old or "")]
    ended = subprocess.run(
        [sys.executable, str(Path(__file__)), *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return int(ended.stdout)


def _main(lake: str, output: str, every: str, old: str) -> None:
    # What is imported before the forks costs once; no thread may have been started by then.
    from all_imported import import_all  # noqa: PLC0415

    from harvester.stores import open_store  # noqa: PLC0415
    from harvester.zones.export.export import export_refined  # noqa: PLC0415
    from harvester.zones.export.target import parse_target  # noqa: PLC0415

    import_all()

    async def export(name: str) -> None:
        async with open_store(lake) as store:
            await export_refined(store, parse_target(name), force=bool(old))

    def forked(number: int, last: int | None) -> tuple[int, int]:
        """Export in a process of its own; return how it ended, and how many calls there were."""
        name = output.format(number)
        if old:
            (shutil.copytree if Path(old).is_dir() else shutil.copyfile)(old, name.rstrip("/"))
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            calls = _count(last)
            asyncio.run(export(name))
            os.write(writing, str(next(calls)).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as counted:
            found = int(counted.read() or 0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), found - 1

    status, calls = forked(0, None)
    assert status == 0
    points = {*range(calls, 0, -int(every)), *range(calls - _LAST, calls + 1)}
    for point in points:
        status, _ = forked(point, point)
        assert status == -signal.SIGKILL, (point, status)
    sys.stdout.write(str(len(points)))


def _count(last: int | None) -> "itertools.count[int]":
    """Count the calls of the export's functions from 1, and kill this process at the `last`."""
    calls = itertools.count(1)

    def seen(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event != "call" or code.co_name in _NOTHING_HAPPENS or code.co_name.startswith("<"):
            return
        if any(part in code.co_filename for part in _CODE) and next(calls) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(seen)
    threading.setprofile(seen)
    return calls


if __name__ == "__main__":
    _main(*sys.argv[1:])
