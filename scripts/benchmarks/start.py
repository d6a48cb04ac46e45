"""Target 7: how soon the command is there, and what a Lambda need not import."""

import json
import sys
from collections.abc import Iterator

from benchmarks.processes import HARVESTER, measured
from benchmarks.rows import Row
from benchmarks.workspace import Workspace

HELP_RUNS = 9
UNWANTED = ("rich", "typer", "click", "zones", "harvester.cli", "harvester.simulator")

_IMPORTED = (
    "import json, sys, time; began = time.process_time(); import harvester.run.harvest; "
    "print(json.dumps([time.process_time() - began, sorted(sys.modules)]))"
)


def start(space: Workspace) -> Iterator[Row]:
    """Time `--help`, and list what a handler that only harvests has imported."""
    seconds = tuple(measured([*HARVESTER, "--help"]).seconds for _ in range(HELP_RUNS))
    yield Row("7", "--help", "s", seconds, at_most=0.3)
    found = [json.loads(measured([sys.executable, "-c", _IMPORTED]).out) for _ in range(space.runs)]
    modules = found[0][1]
    unwanted = [name for name in modules if name.startswith(UNWANTED)]
    yield Row(
        *("7", "modules a Lambda imports without need", "", (float(len(unwanted)),)),
        at_most=0,
        facts={"unwanted": unwanted, "modules": len(modules)},
    )
    yield Row("", "  CPU to import harvester.run.harvest", "s", tuple(each[0] for each in found))
