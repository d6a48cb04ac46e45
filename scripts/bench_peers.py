"""The harvester beside other tools at the same job: one table, and `peers.json` with every value.

The same titles, servers and cores for all, each tool with the settings that its documentation
advises (`scripts/benchmarks/peers/` says which, and where), and what each left behind beside its
speed. All of it is on loopback and ends by itself within ten minutes.
"""

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks import machine
from benchmarks.output import say
from benchmarks.processes import Ended, Server, harvest, measured, ring, simulator
from benchmarks.workspace import Workspace

ROOT = Path(__file__).parents[1]
LONGEST = 570.0
"""Seconds after which nothing more is begun, and what runs is ended."""

FREE_TITLES, FREE_RUNS = 1_000, 3
LIMIT_TITLES, LIMIT = 250, 50

HEADER = (
    *("who", "titles/s", "CPU s a 1,000 titles", "peak MB", "delivered"),
    *("use of the limit", "429s", "s", "delivered"),
)


@dataclass(frozen=True, slots=True)
class Contender:
    """A tool with its settings: `options` of its command, those at no limit and those at a limit.

    `module` is None for the harvester; `layout` is how its files are read.
    """

    name: str
    module: str | None
    layout: str
    options: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    limited: tuple[str, ...] = ()


_OURS: tuple[tuple[str, ...], tuple[str, ...]] = (("--rate", "100000"), ("--rate", str(LIMIT)))
_DLT = ("dlt_rest", "dataset")

CONTENDERS = (
    Contender("harvester, fan-out", None, "lake", (), *_OURS),
    Contender("harvester, append", None, "lake", ("--requests", "append"), *_OURS),
    Contender("requests, one by one", "sequential", "lines"),
    Contender("dlt, 5 workers", *_DLT, ("--workers", "5")),
    Contender("dlt, 2 workers", *_DLT, ("--workers", "2")),
    Contender("Scrapy", "scrapy_spider", "lines", limited=("--rate", str(LIMIT))),
)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run cost and left behind; `trouble` says how it failed.

    `use` is in per cent of the limit, from the first answer to the last.
    """

    asked: int
    delivered: int
    ended: Ended | None
    trouble: str | None = None
    use: float | None = None
    throttled: int | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the runs work, the Python of the peers, and when all must have ended."""

    space: Workspace
    python: Path
    end: float

    def run(self, who: Contender, server: Server, ids: Path, options: Sequence[str]) -> Run:
        """Have it do the job once, and look at what is there then."""
        asked = len(ids.read_text(encoding="ascii").split())
        left = int(self.end - time.monotonic())
        if left < 1:
            return Run(asked, 0, None, "not begun: the time was up")
        folder, ended, trouble = self.space.lake(), None, None
        try:
            if who.module is None:
                ended = harvest(server, ids, folder, *who.options, *options)
            else:
                module = f"benchmarks.peers.{who.module}"
                of_server = (server.base_url, str(ids), str(folder), "--seconds", str(left))
                ended = measured(
                    [str(self.python), "-m", module, *of_server, *who.options, *options]
                )
        except RuntimeError as error:
            trouble = str(error)
        read = [sys.executable, "-m", "benchmarks.delivered", who.layout, str(ids), str(folder)]
        delivered = int(measured(read).out)
        return Run(asked, delivered, ended and replace(ended, out=""), trouble)

    def free(self, who: Contender, server: Server) -> Run:
        """Run against a server that answers at once and everything."""
        return self.run(who, server, self.space.ids(FREE_TITLES), who.free)

    def limited(self, who: Contender) -> Run:
        """Run against a server that answers after 50 ms, and 429 above its limit."""
        ids = self.space.folder / "movies.csv"
        if not ids.exists():
            name = [sys.executable, "-m", "benchmarks.movie_ids", str(LIMIT_TITLES)]
            ids.write_text(measured(name).out, encoding="ascii")
        options = ("--latency", "50", "--limit", str(LIMIT), "--max-connections", "21")
        with simulator(*options) as server:
            with watching(server) as answers:
                run = self.run(who, server, ids, who.limited)
            statuses = server.stats()["by_status"]
        return Run(
            *(run.asked, run.delivered, run.ended, run.trouble),
            use=use_of_the_limit(answers),
            throttled=statuses.get("429", 0),
        )


def main() -> int:
    """Measure, print the table, write `peers.json`; 1 when something could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, default=ROOT / ".venv-peers" / "bin" / "python")
    parser.add_argument("--runs", type=int, default=FREE_RUNS, help="without a limit (3)")
    parser.add_argument("--output", type=Path, default=ROOT / "peers.json")
    args = parser.parse_args()
    if not args.python.exists():
        parser.error(f"{args.python} is not there; `make bench-peers` installs the peers first")
    facts, began = machine.facts(), time.monotonic()
    say(f"{machine.summary(facts)}\n")
    free: dict[str, list[Run]] = {who.name: [] for who in CONTENDERS}
    limited: dict[str, Run] = {}
    with tempfile.TemporaryDirectory(prefix="harvester-peers-") as folder:
        space = Workspace(Path(folder), ROOT / ".cache" / "bench")
        bench = Bench(space, args.python.absolute(), began + LONGEST)
        for who in CONTENDERS:
            limited[who.name] = bench.limited(who)
            say(f"  {who.name}, at a limit: {time.monotonic() - began:.0f} s so far")
        with ring("--popular") as server:
            for _ in range(args.runs):
                for who in CONTENDERS:  # by turns, so that a busy machine is so for all
                    free[who.name].append(bench.free(who, server))
                say(f"  all without a limit: {time.monotonic() - began:.0f} s so far")
    rows = [cells(who.name, free[who.name], limited[who.name]) for who in CONTENDERS]
    facts["seconds"] = round(time.monotonic() - began)
    runs = [*limited.values(), *(run for each in free.values() for run in each)]
    troubles = sorted({run.trouble for run in runs if run.trouble is not None})
    say("\n".join(("", *markdown(rows), *troubles, f"\nIn {facts['seconds']} s.")))
    result = {
        "machine": facts,
        "free": {name: [asdict(run) for run in each] for name, each in free.items()},
        "limited": {name: asdict(run) for name, run in limited.items()},
    }
    args.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return int(bool(troubles))


@contextmanager
def watching(server: Server) -> Iterator[list[tuple[float, int]]]:
    """Note, 20 times a second while the block lasts, how many good answers there were so far."""
    seen: list[tuple[float, int]] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            seen.append((time.monotonic(), server.stats()["by_status"].get("200", 0)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def use_of_the_limit(seen: Sequence[tuple[float, int]]) -> float | None:
    """Return the good answers from the first to the last, in per cent of what the limit allows."""
    begun = [(at, good) for at, good in seen if good > 1]  # the first may be a check of the token
    if not begun or begun[0][1] == begun[-1][1]:
        return None
    ended = next(each for each in begun if each[1] == begun[-1][1])
    return 100 * (ended[1] - begun[0][1]) / (LIMIT * (ended[0] - begun[0][0]))


def cells(name: str, free: Sequence[Run], limited: Run) -> tuple[str, ...]:
    """Return one contender's line under `HEADER`."""
    whole = [run.ended for run in free if run.ended is not None]

    def middle(values: list[float], form: str) -> str:
        return format(statistics.median(values), form) if values else "-"

    return (
        name,
        middle([FREE_TITLES / each.seconds for each in whole], ",.0f"),
        middle([each.cpu / FREE_TITLES * 1_000 for each in whole], ".2f"),
        middle([each.peak_mb for each in whole], ".0f"),
        f"{min(run.delivered for run in free):,} of {FREE_TITLES:,}",
        "-" if limited.use is None else f"{limited.use:.1f} %",
        str(limited.throttled),
        "-" if limited.ended is None else f"{limited.ended.seconds:.0f}",
        f"{limited.delivered} of {limited.asked}",
    )


def markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table."""
    return [f"| {' | '.join(row)} |" for row in (HEADER, ["---"] * len(HEADER), *rows)]


if __name__ == "__main__":
    sys.exit(main())
