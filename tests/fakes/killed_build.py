"""The zones' function in forked processes, each killed by SIGKILL at another step of the lake's.

A step is what changes the lake: a table that takes its place, one that is removed, a state saved.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any


def killed_builds(lake: Path, copies: str, *, every: int) -> int:
    """Build copies of a lake, killed before and after every so-many-th step of a whole build.

    In `copies` stands `{}` for the number of the kill; `0` is built to its end. Returns how many
    builds were killed.
    """
    words = [str(lake), copies, str(every)]
    ended = subprocess.run(
        [sys.executable, str(Path(__file__)), *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return int(ended.stdout)


def _main(lake: str, copies: str, every: str) -> None:
    # What is imported before the forks costs once; no thread may have been started by then.
    from all_imported import import_all  # noqa: PLC0415

    from handlers.zones import handler  # noqa: PLC0415
    from harvester.stores.swap import put_in_place  # noqa: PLC0415
    from harvester.zones import state, workspace  # noqa: PLC0415
    from harvester.zones.engines import duckdb  # noqa: F401, PLC0415

    import_all()

    def build(folder: str) -> None:
        os.environ["HARVESTER_LAKE"] = folder
        with contextlib.redirect_stdout(sys.stderr):
            assert handler({"step": "both"}, _Context())["done"]

    def forked(number: int) -> tuple[int, int]:
        """Build in a process of its own; return how it ended, and how many moments there were."""
        folder = copies.format(number)
        shutil.copytree(lake, folder)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            moments = _Moments(number)
            workspace.put_in_place = moments.around(put_in_place)  # type: ignore[attr-defined]
            workspace.Workspace.remove = moments.awaited(workspace.Workspace.remove)  # type: ignore[method-assign]
            state.save_state = moments.awaited(state.save_state)
            build(folder)
            os.write(writing, str(moments.seen).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as counted:
            found = int(counted.read() or 0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), found

    status, moments = forked(0)
    assert status == 0
    points = range(1, moments + 1, int(every))
    for point in points:
        status, _ = forked(point)
        assert status == -signal.SIGKILL, (point, status)
    sys.stdout.write(str(len(points)))


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000


class _Moments:
    """Counts the moments before and after each step, and kills this process at the `last`."""

    def __init__(self, last: int) -> None:
        self._last = last
        self.seen = 0

    def _pass(self) -> None:
        self.seen += 1
        if self.seen == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, step: Any) -> Any:
        def counted(*args: Any) -> None:
            self._pass()
            step(*args)
            self._pass()

        return counted

    def awaited(self, step: Any) -> Any:
        async def counted(*args: Any) -> None:
            self._pass()
            await step(*args)
            self._pass()

        return counted


if __name__ == "__main__":
    _main(*sys.argv[1:])
