"""Runs the real command line in a separate process."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from warm_interpreter import WarmInterpreter

from harvester.simulator import Simulator

TOKEN = "eyJ-a-secret-token"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code and what it said."""

    code: int
    out: str
    err: str


async def start(
    *args: str, tmdb: Simulator | str | None = None, stdin: int = asyncio.subprocess.DEVNULL
) -> asyncio.subprocess.Process:
    """Start `python -m harvester ARGS`; `tmdb` sets TMDB_BASE_URL, and a token with it.

    SIGINT ends it as in a terminal: the tests may run in a shell's background, which ignores it.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "harvester",
        *args,
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environ(tmdb),
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


async def end(process: asyncio.subprocess.Process) -> Ended:
    """Wait for a command's end."""
    out, err = await process.communicate()
    return _ended(process.returncode or 0, out, err)


async def until(so: Callable[[], bool]) -> None:
    """Wait until a condition holds; the test's own timeout is the limit."""
    while not so():  # noqa: ASYNC110 - another process makes it true
        await asyncio.sleep(0.02)


async def harvester(
    *args: str, tmdb: Simulator | str | None = None, tiny: Mapping[str, Any] | None = None
) -> Ended:
    """Run `python -m harvester ARGS` to its end, in a fork of a process that has imported it.

    With `tiny` there is an origin of that name, with these attributes.
    """
    (out, into_out), (err, into_err) = os.pipe(), os.pipe()
    status = await _reader(
        _warm().fork([*args], _environ(tmdb), out=into_out, err=into_err, tiny=tiny)
    )
    for stream in (into_out, into_err):
        os.close(stream)
    said = asyncio.gather(*[(await _reader(stream)).read() for stream in (out, err)])
    child = int(await status.readline())
    try:
        code = int(await status.read())
        return _ended(code, *await said)
    except asyncio.CancelledError:
        os.kill(child, signal.SIGKILL)
        raise


@cache
def _warm() -> WarmInterpreter:
    return WarmInterpreter.start()


def _environ(tmdb: Simulator | str | None) -> dict[str, str]:
    environ = dict(os.environ)
    if tmdb is not None:
        environ["TMDB_BASE_URL"] = tmdb if isinstance(tmdb, str) else tmdb.base_url
        environ["TMDB_TOKEN"] = TOKEN
    return environ


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    return reader


def _ended(code: int, out: bytes, err: bytes) -> Ended:
    ended = Ended(code, out.decode(), err.decode())
    assert TOKEN not in ended.out + ended.err
    return ended
