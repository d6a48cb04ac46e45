"""Targets 3, 4 and 6: what a title costs in requests, CPU and memory."""

import statistics
import sys
from collections.abc import Iterator

from benchmarks.processes import Ended, Server, harvest, measured, ring
from benchmarks.rows import Row
from benchmarks.workspace import Workspace

UNPACED = ("--rate", "100000")
APPEND = ("--requests", "append")
EIGHT = "find,details,credits,keywords,external_ids,watch_providers,videos,images"

COUNTED_TITLES = 300
CPU_TITLES = 6_000
SMALL_RUN = 5_000
LARGE_RUN, LARGEST_RUN = 20_000, 250_000

# (name, flags of the run, flags of the yardstick, stock CPU, CPU with `fast`): seconds a 1,000
_MODES = (
    ("fan-out", (), (), 1.1, 0.9),
    ("append", APPEND, ("--append",), 0.85, 0.65),
)
_YARDSTICK_RATIO = 1.25
_VALIDATION_PER_CENT = 5.0


def requests_a_title(space: Workspace) -> Iterator[Row]:
    """Count the requests of each request mode; every title is a movie, and nothing fails."""
    with ring() as server:
        yield _counted(space, server, "fan-out", 4)
        yield _counted(space, server, "append", 2, *APPEND)
        yield _counted(space, server, "append, eight endpoints", 2, *APPEND, "--endpoints", EIGHT)
        known = space.folder / "outcomes.csv"
        (written,) = space.folder.glob("lake/Raw/TMDB/_harvest/*/outcomes.csv")
        known.write_bytes(written.read_bytes())
        flags = (*APPEND, "--endpoints", "details,credits,keywords", "--id-map", str(known))
        yield _counted(space, server, "append, ids known", 1, *flags)


def _counted(space: Workspace, server: Server, name: str, most: int, *flags: str) -> Row:
    ended = harvest(server, space.ids(COUNTED_TITLES), space.lake(), *UNPACED, *flags)
    sent = ended.report["requests"]["sent"] / COUNTED_TITLES
    return Row("3", f"requests a title, {name}", "", (sent,), at_most=most)


def cpu_of_fan_out(space: Workspace) -> Iterator[Row]:
    """Measure 4 requests a title, without and with the extra `fast`."""
    yield from _cpu(space, *_MODES[0])


def cpu_of_append(space: Workspace) -> Iterator[Row]:
    """Measure 2 requests a title, without and with the extra `fast`."""
    yield from _cpu(space, *_MODES[1])


def _cpu(
    space: Workspace,
    name: str,
    flags: tuple[str, ...],
    yardstick_flags: tuple[str, ...],
    stock_target: float,
    fast_target: float,
) -> Iterator[Row]:
    """Measure ours and the minimal pipeline by turns, with bodies of popular titles."""
    ids = space.ids(CPU_TITLES)
    with ring("--popular") as server:
        for loop, hide, target in (
            ("stock loop", ("--stock",), stock_target),
            ("fast extra", (), fast_target),
        ):
            ours, least = [], []
            for _ in range(space.runs):
                lake = space.lake()
                ours.append(harvest(server, ids, lake, *UNPACED, *flags, driver=hide))
                least.append(_minimal(space, server, *hide, *yardstick_flags))
            cpu = tuple(ended.cpu / CPU_TITLES * 1_000 for ended in ours)
            yardstick = tuple(ended.cpu / CPU_TITLES * 1_000 for ended in least)
            pairs = zip(cpu, yardstick, strict=True)
            ratio = statistics.median(our / their for our, their in pairs)
            facts = {
                "titles": CPU_TITLES,
                "titles_a_second": [CPU_TITLES / ended.seconds for ended in ours],
                "peak_mb": [ended.peak_mb for ended in ours],
            }
            yield Row(
                *("4", f"CPU a 1,000 titles, {name}, {loop}", "s", cpu, target),
                ratio=ratio,
                ratio_at_most=_YARDSTICK_RATIO,
                facts=facts,
            )
            yield Row("", "  the minimal pipeline", "s", yardstick)
            speed = tuple(CPU_TITLES / ended.seconds for ended in ours)
            yield Row("", "  titles a second, start included", "", speed)


def validation(space: Workspace) -> Iterator[Row]:
    """Measure what the proof of each body takes of a run's CPU, with bodies of popular titles.

    It is timed where it happens: two runs differ by more than what is looked for.
    """
    ids, timed = space.ids(CPU_TITLES), space.folder / "validating"
    with ring("--popular") as server:
        for name, flags, *_ in _MODES:
            seconds, shares = [], []
            for _ in range(space.runs):
                driver = ("--validating", str(timed))
                ended = harvest(server, ids, space.lake(), *UNPACED, *flags, driver=driver)
                seconds.append(float(timed.read_text(encoding="ascii")))
                shares.append(100 * seconds[-1] / ended.cpu)
            what = f"validation of bodies, of all CPU, {name}"
            yield Row("9", what, "%", tuple(shares), _VALIDATION_PER_CENT)
            per_title = tuple(1e6 * took / CPU_TITLES for took in seconds)
            yield Row("", "  of a title", "us", per_title)


def _minimal(space: Workspace, server: Server, *flags: str) -> Ended:
    command = [sys.executable, "-m", "benchmarks.minimal", *flags, server.base_url]
    return measured([*command, str(space.ids(CPU_TITLES)), str(space.lake())])


def memory(space: Workspace) -> Iterator[Row]:
    """Measure peak RSS by the number of titles, with long-tail bodies.

    The largest run counts its record files and keeps none of them.
    """
    with ring() as server:
        small = _peak(space, server, SMALL_RUN)
        yield Row("6", f"peak RSS, {SMALL_RUN:,} titles", "MB", (small,))
        large = _peak(space, server, LARGE_RUN)
        yield from _grown(LARGE_RUN, large, small)
        if space.long:
            largest = _peak(space, server, LARGEST_RUN, "--discard")
            yield from _grown(LARGEST_RUN, largest, small)


def _grown(titles: int, peak: float, small: float) -> Iterator[Row]:
    yield Row("6", f"peak RSS, {titles:,} titles", "MB", (peak,), at_most=150)
    yield Row("6", f"  above {SMALL_RUN:,} titles", "MB", (peak - small,), at_most=50)


def _peak(space: Workspace, server: Server, titles: int, *driver: str) -> float:
    return harvest(server, space.ids(titles), space.lake(), *UNPACED, driver=driver).peak_mb
