"""How much the servers of these benchmarks can serve, measured by `wrk`."""

import re
import shutil
import statistics
import subprocess
from collections.abc import Iterator

from benchmarks import machine
from benchmarks.processes import Server, environ, ring, simulator
from benchmarks.rows import Row
from benchmarks.workspace import Workspace

CONNECTIONS = 16
SECONDS = 1
_PATHS = ("find/tt0000010?external_source=imdb_id", "movie/{id}")
_PATHS_BELOW = ("movie/{id}/credits", "movie/{id}/keywords")
_MOVIE = 5
_SPEED = re.compile(r"Requests/sec:\s+([\d.]+)")


def ceilings(_space: Workspace) -> Iterator[Row]:
    """Measure the simulator and the ring with a fan-out's four requests in equal parts."""
    if shutil.which("wrk") is None:
        lacking = "wrk is not installed (apt-get install wrk); nothing else needs it"
        yield Row("", "the servers' ceilings", "", lacking=lacking)
        return
    with simulator("--latency", "0") as server:
        yield Row("", "ceiling of the simulator", "/s", (_ceiling(server),))
    with ring("--popular") as server:
        yield Row("", "ceiling of the ring, popular bodies", "/s", (_ceiling(server),))


def _ceiling(server: Server) -> float:
    paths = [path.format(id=_MOVIE) for path in (*_PATHS, *_PATHS_BELOW)]
    return statistics.harmonic_mean([_speed(server, path) for path in paths])


def _speed(server: Server, path: str) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", "Accept-Encoding: gzip"]
    command += ["-H", "Authorization: Bearer bench", f"{server.base_url}/{path}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ())
    machine.give_client_cores(process.pid)
    out, _ = process.communicate(timeout=SECONDS + 30)
    found = _SPEED.search(out)
    if found is None or "Non-2xx" in out:
        raise RuntimeError(f"wrk could not measure {path}: {out.strip()}")
    return float(found[1])
