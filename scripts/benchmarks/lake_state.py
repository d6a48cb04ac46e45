"""Target 9: what the lake knows of 300,000 titles over 30 runs, read in a process of its own."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import measured
from benchmarks.rows import Row
from benchmarks.workspace import Workspace

TITLES, RUNS = 300_000, 30
_CPU_SECONDS, _MEGABYTES = 10, 150
_SHAPES = {"all": "all, then 1 to 2 % a day", "parts": "a thirtieth each"}


def lake_state(space: Workspace) -> Iterator[Row]:
    """Read the state of a lake whose first run has all titles, and of one whose runs share them."""
    for shape, name in _SHAPES.items():
        lake = space.lake(f"lake-state-{shape}")
        measured(_command("lake_state_made", lake, shape))
        found = [
            json.loads(measured(_command("lake_state_reading", lake)).out)
            for _ in range(space.runs)
        ]
        if any(each["titles"] != TITLES for each in found):
            raise RuntimeError(f"{name}: not every title is known: {found}")
        cpu = tuple(each["cpu"] for each in found)
        what = f"CPU for what {RUNS} runs know of {TITLES:,} titles, {name}"
        yield Row("9", what, "s", cpu, at_most=_CPU_SECONDS)
        above = tuple(each["mb"] for each in found)
        yield Row("9", "  memory above the interpreter", "MB", above, at_most=_MEGABYTES)


def _command(module: str, lake: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.{module}", str(lake), *arguments]
