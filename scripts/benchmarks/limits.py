"""Targets 1, 2 and 8: how much of TMDB's limit a run uses, and what it is refused."""

import time
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.processes import Server, harvest, harvesting, simulator
from benchmarks.rows import Row
from benchmarks.workspace import Workspace

RATE = 50
TITLES = 400
TAIL_TITLES, TAIL_RUNS = 800, 2
LATENCY = ("--latency", "50")
SLOW = "slow=0.01"

HIDDEN_LIMITS = (20, 45, 100)
AUTO_SECONDS, AUTO_LONG_SECONDS = 60, 300
AUTO_TITLES = 12_000
MAX_RATE = 200

_WITH_OURS = "21"
"""The harvester's 20 connections, and one to ask for what was served."""

_UNITS_LEFT_OUT = 3
"""At the end of a run: there fewer units than usual are in flight, and their tails show."""

_TITLES_A_UNIT = 100


@dataclass(frozen=True, slots=True)
class _Paced:
    """What one run at a limit showed."""

    use: float
    throttled: float
    worst_here: float
    worst_there: float


def use_of_the_limit(space: Workspace) -> Iterator[Row]:
    """Run at exactly the rate that the server enforces with a bucket of 5."""
    limit = (*LATENCY, "--limit", str(RATE))
    runs = [_paced(space, TITLES, 1, *limit) for _ in range(space.runs)]
    at = f"at {RATE}/s, 50 ms"
    facts = {"rate": RATE, "titles": TITLES, "bucket": 5}
    use = tuple(run.use for run in runs)
    yield Row("1", f"use of the limit {at}", "%", use, at_least=99, facts=facts)
    throttled = tuple(run.throttled for run in runs)
    yield Row("1", f"429s {at}", "", throttled, at_most=0, worst=True)
    here = tuple(run.worst_here for run in runs)
    yield Row("1", "worst second by our clock", "", here, at_most=RATE + 1, worst=True)
    there = tuple(run.worst_there for run in runs)
    yield Row("1", "worst second at the server", "", there, at_most=RATE + 2, worst=True)


def fairness_of_the_tail(space: Workspace) -> Iterator[Row]:
    """Run with one answer in a hundred four seconds late."""
    options = (*LATENCY, "--limit", str(RATE), "--faults", SLOW)
    runs = space.runs if space.long else min(space.runs, TAIL_RUNS)
    paced = (_paced(space, TAIL_TITLES, _UNITS_LEFT_OUT, *options) for _ in range(runs))
    use = tuple(run.use for run in paced)
    yield Row("8", "use of the limit, 1 % of answers +4 s", "%", use, at_least=98)


def finding_the_limit(space: Workspace) -> Iterator[Row]:
    """Let `--rate auto` find limits it is not told, all at the same time: each costs little."""
    seconds = AUTO_LONG_SECONDS if space.long else AUTO_SECONDS
    flags = ("--rate", "auto", "--max-rate", str(MAX_RATE))
    ids = space.ids(AUTO_TITLES)
    with ExitStack() as stack:
        servers = []
        for limit in HIDDEN_LIMITS:
            options = (*LATENCY, "--limit", str(limit), "--max-connections", _WITH_OURS)
            server = stack.enter_context(simulator(*options))
            lake = space.lake(f"lake-{limit}")
            stack.enter_context(harvesting(server, ids, lake, *flags))
            servers.append(server)
        for server in servers:
            _until_asked(server)
        before = [server.stats() for server in servers]
        time.sleep(seconds)
        after = [server.stats() for server in servers]
    for limit, first, last in zip(HIDDEN_LIMITS, before, after, strict=True):
        sent = last["requests"] - first["requests"]
        refused = _refused(last) - _refused(first)
        good = 100 * (sent - refused) / (limit * seconds)
        name = f"auto rate, hidden limit {limit}/s, {seconds} s"
        facts = {"requests": sent, "throttled": refused, "worst_second": last["worst_second"]}
        yield Row("2", name, "%", (good,), at_least=95, facts=facts)
        share = 100 * refused / max(sent, 1)
        yield Row("2", "  429s of its requests", "%", (share,), at_most=0.5)


def steady_use(starts: Sequence[float], rate: float, left_out: float) -> float:
    """Return the requests started while the run was in full swing, in per cent of `rate`.

    `starts` are in seconds, in order; the first is the check of the token. The first second and the
    share `left_out` of the requests at the end are not looked at.
    """
    begin, end = starts[1] + 1, starts[int(len(starts) * (1 - left_out))]
    first, last = bisect_left(starts, begin), bisect_left(starts, end)
    return 100 * (last - first) / (rate * (end - begin))


def worst_second(starts: Sequence[float]) -> int:
    """Return the most requests started in any one second."""
    return max(bisect_left(starts, start + 1) - at for at, start in enumerate(starts))


def _paced(space: Workspace, titles: int, units_left_out: int, *options: str) -> _Paced:
    path = space.folder / "starts"
    with simulator(*options) as server:
        arguments = ("--rate", str(RATE))
        ids = space.ids(titles)
        harvest(server, ids, space.lake(), *arguments, driver=("--starts", str(path)))
        stats = server.stats()
    starts = _read(path)
    use = steady_use(starts, RATE, units_left_out * _TITLES_A_UNIT / titles)
    return _Paced(use, _refused(stats), worst_second(starts), stats["worst_second"])


def _read(path: Path) -> Sequence[float]:
    starts = array("d")
    starts.frombytes(path.read_bytes())
    if any(later < earlier for earlier, later in pairwise(starts)):
        raise ValueError("requests were noted out of order")
    return starts


def _refused(stats: dict[str, Any]) -> int:
    found: int = stats["by_status"].get("429", 0)
    return found


def _until_asked(server: Server) -> None:
    """Wait until the run has asked for its first title."""
    for _ in range(200):
        if server.stats()["requests"] > 1:
            return
        time.sleep(0.05)
    raise RuntimeError("the harvester asked for nothing in ten seconds")
