"""The processes of a benchmark: servers that end with their block, clients that are measured.

The harvester runs in a process of its own, as users run it; what it costs is what the system says
of that process alone.
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine

SCRIPTS = Path(__file__).parents[1]
HARVESTER = (sys.executable, "-m", "harvester")
_LONGEST = 3_600.0
_URL = re.compile(r"http://127\.0\.0\.1:\d+/3")


@dataclass(frozen=True, slots=True)
class Server:
    """A TMDB of ours on loopback."""

    base_url: str

    def stats(self) -> dict[str, Any]:
        """Return what a simulator served so far."""
        url = f"{self.base_url.removesuffix('/3')}/__stats"
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own loopback
            found: dict[str, Any] = json.load(answer)
            return found


@dataclass(frozen=True, slots=True)
class Ended:
    """What a client printed and cost: seconds of CPU and of the clock, and its peak RSS in MB."""

    out: str
    cpu: float
    seconds: float
    peak_mb: float

    @property
    def report(self) -> dict[str, Any]:
        """The Report that the harvester printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def simulator(*options: str) -> AbstractContextManager[Server]:
    """Run `harvester simulate` with these options."""
    return _serving([*HARVESTER, "simulate", "--port", "0", *options])


def ring(*options: str) -> AbstractContextManager[Server]:
    """Run the server of bodies rendered beforehand."""
    return _serving([sys.executable, "-m", "benchmarks.ring", *options])


def harvest(
    server: Server, ids: Path, lake: Path, *arguments: str, driver: Sequence[str] = ()
) -> Ended:
    """Run the harvester to its end; `driver` are options of `benchmarks.driver`."""
    return measured(_command(ids, lake, arguments, driver), server)


@contextmanager
def harvesting(server: Server, ids: Path, lake: Path, *arguments: str) -> Iterator[None]:
    """Run the harvester while the block lasts, and kill it then."""
    process = _start(_command(ids, lake, arguments, ()), server)
    try:
        yield
        if process.poll() not in {None, 0}:
            raise RuntimeError(f"the harvester ended early, with {process.returncode}")
    finally:
        process.kill()
        process.communicate()


def measured(command: Sequence[str], server: Server | None = None) -> Ended:
    """Run a client to its end. Raises RuntimeError, with its last words, when it fails."""
    started = time.perf_counter()
    process = _start(command, server)
    try:
        out = process.stdout.read() if process.stdout is not None else ""
        said = process.stderr.read() if process.stderr is not None else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        if process.returncode is None:
            process.kill()
        process.communicate()
    if process.returncode:
        last = (said.strip().splitlines() or ["it said nothing"])[-1]
        raise RuntimeError(f"exit {process.returncode}: {last}")
    kilobyte = 1_024 if sys.platform == "linux" else 1  # getrusage(2) counts so
    return Ended(
        out,
        used.ru_utime + used.ru_stime,
        time.perf_counter() - started,
        used.ru_maxrss * kilobyte / 1e6,
    )


def environ(server: Server | None = None) -> dict[str, str]:
    """Return this process's environment without the user's settings, pointed at a server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HARVESTER_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start compiles all our modules
    kept |= {"PYTHONPATH": str(SCRIPTS), "TMDB_TOKEN": "bench"}
    return kept if server is None else {**kept, "TMDB_BASE_URL": server.base_url}


def _command(ids: Path, lake: Path, arguments: Sequence[str], driver: Sequence[str]) -> list[str]:
    run = ["run", str(ids), "--lake", str(lake), "--json", "--quiet", *arguments]
    return [sys.executable, "-m", "benchmarks.driver", *driver, "--", *run]


def _start(command: Sequence[str], server: Server | None) -> "subprocess.Popen[str]":
    # A client says a few lines at most, so that neither pipe can fill while the other is read.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ(server),
    )
    machine.give_client_cores(process.pid)
    return process


@contextmanager
def _serving(command: Sequence[str]) -> Iterator[Server]:
    """Run a server that says its URL first; it gives its place back when the block ends."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environ()
    )
    machine.give_server_core(process.pid)
    try:
        first = process.stderr.readline() if process.stderr is not None else ""
        found = _URL.search(first)
        if found is None:
            raise RuntimeError(f"the server did not start: {first.strip() or 'it said nothing'}")
        yield Server(found[0])
    finally:
        process.kill()
        process.communicate()
