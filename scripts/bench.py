"""Speed on loopback: medians and spreads of a few figures, each of several runs.

What is measured is the harvester as users run it, in a process of its own, against the simulator in
another. The machine is shared: trust ratios and CPU, not seconds.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

HARVESTER = (sys.executable, "-m", "harvester")
PORT = 8094
RUNS = 3
TITLES = 1_000
LIMITED_TITLES = 300
RATE = 40.0
ROWS_A_TITLE = 4
CSV_TITLES = 100_000


def main() -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory(prefix="harvester-bench-") as folder:
        rows = [
            ("--help", "s", _help),
            (f"CPU for {TITLES:,} titles, no limit, no latency", "s", lambda: _unlimited(folder)),
            (f"use of a {RATE:g}/s limit", "%", lambda: _limited(folder)),
            (f"CPU for the ids of {CSV_TITLES * ROWS_A_TITLE:,} rows", "s", lambda: _csv(folder)),
        ]
        for name, unit, measure in rows:
            _print(name, unit, measure)


def _print(name: str, unit: str, measure: Callable[[], float]) -> None:
    values = sorted(measure() for _ in range(RUNS))
    median = statistics.median(values)
    spread = f"{values[0]:.2f} to {values[-1]:.2f}"
    print(f"{name:48} {median:8.2f} {unit:2} ({spread})", flush=True)  # noqa: T201


def _help() -> float:
    started = time.perf_counter()
    subprocess.run([*HARVESTER, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _unlimited(folder: str) -> float:
    return _harvest(folder, TITLES, rate=100_000, simulator=["--latency", "0"])[0]


def _limited(folder: str) -> float:
    """Return the requests sent while the run worked, of those the rate allows, in per cent."""
    limit = ["--latency", "50", "--limit", str(RATE)]
    steps = _harvest(folder, LIMITED_TITLES, rate=RATE, simulator=limit)[1]
    return 100 * statistics.median(steps[1:-1]) / (RATE * 10)


def _csv(folder: str) -> float:
    path = Path(folder) / "movies.csv"
    if not path.exists():
        row = (
            "|T|T|1999|100|Drama|7.0|100|actor|A person|Another|1950|\\N|actor|tt0000001,tt0000002"
        )
        lines = (f"tt{n:07d}{row}\n" * ROWS_A_TITLE for n in range(1, CSV_TITLES + 1))
        header = "id|tituloPincipal" + "|c" * 13
        path.write_text(f"{header}\n" + "".join(lines), encoding="utf-8")
    program = (
        "import sys, time; from harvester.source import TitleReader\n"
        "reader = TitleReader('x', seen=set()); before = time.process_time()\n"
        "with open(sys.argv[1], 'rb') as file:\n"
        "    while chunk := file.read(1 << 20): reader.feed(chunk)\n"
        "reader.close(); print(time.process_time() - before)"
    )
    command = [sys.executable, "-c", program, str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _harvest(
    folder: str, titles: int, *, rate: float, simulator: list[str]
) -> tuple[float, list[int]]:
    """Harvest into a new lake; return the client's CPU seconds and requests in each 10 s."""
    ids = Path(folder) / "ids.csv"
    ids.write_text("".join(f"tt{n:07d}\n" for n in range(1, titles + 1)), encoding="ascii")
    lake = tempfile.mkdtemp(dir=folder)
    environ = {**os.environ, "TMDB_BASE_URL": f"http://127.0.0.1:{PORT}/3", "TMDB_TOKEN": "bench"}
    serve = [*HARVESTER, "simulate", "--port", str(PORT), *simulator]
    server = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(2)
        command = [*HARVESTER, "run", str(ids), "--lake", lake, "--rate", str(rate), "--quiet"]
        before = _cpu()
        subprocess.run(command, check=True, env=environ)
        spent = _cpu() - before
    finally:
        server.kill()
        server.wait()
    steps: Counter[int] = Counter()
    for path in Path(lake).rglob("units/[0-9]*.json"):
        for step, sent, _ in json.loads(path.read_bytes())["timeline"]:
            steps[step] += sent
    return spent, [sent for _, sent in sorted(steps.items())]


def _cpu() -> float:
    """Return the CPU seconds of the children that have ended, so not of a running server."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
