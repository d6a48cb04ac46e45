"""Runs the real command line in a separate process."""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from harvester.simulator import Simulator

TOKEN = "eyJ-a-secret-token"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code and what it said."""

    code: int
    out: str
    err: str


async def start(*args: str, tmdb: Simulator | str | None = None) -> asyncio.subprocess.Process:
    """Start `python -m harvester ARGS`; `tmdb` sets TMDB_BASE_URL, and a token with it."""
    environ = dict(os.environ)
    if tmdb is not None:
        environ["TMDB_BASE_URL"] = tmdb if isinstance(tmdb, str) else tmdb.base_url
        environ["TMDB_TOKEN"] = TOKEN
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "harvester",
        *args,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environ,
    )


async def end(process: asyncio.subprocess.Process) -> Ended:
    """Wait for a command's end."""
    out, err = await process.communicate()
    ended = Ended(process.returncode or 0, out.decode(), err.decode())
    assert TOKEN not in ended.out + ended.err
    return ended


async def until(so: Callable[[], bool]) -> None:
    """Wait until a condition holds; the test's own timeout is the limit."""
    while not so():  # noqa: ASYNC110 - another process makes it true
        await asyncio.sleep(0.02)


async def harvester(*args: str, tmdb: Simulator | str | None = None) -> Ended:
    """Run `python -m harvester ARGS` to its end."""
    return await end(await start(*args, tmdb=tmdb))
