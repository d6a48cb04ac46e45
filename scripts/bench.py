"""Every speed target beside its figure: one table, and `bench.json` with every value.

All of it is on loopback, bounded, and ends by itself: the harvester as users run it, in a process
and on cores of its own, against servers of ours on another core. Trust ratios and CPU more than
seconds, and compare only rows of one run: the machine may be shared.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import ceiling, costs, inputs, lake_state, limits, machine, showing, start
from benchmarks.output import say
from benchmarks.rows import Row, table
from benchmarks.workspace import Workspace

ROOT = Path(__file__).parents[1]

PARTS: dict[str, Callable[[Workspace], Iterator[Row]]] = {
    "ceilings": ceiling.ceilings,
    "limit": limits.use_of_the_limit,
    "auto": limits.finding_the_limit,
    "requests": costs.requests_a_title,
    "fan-out": costs.cpu_of_fan_out,
    "append": costs.cpu_of_append,
    "validation": costs.validation,
    "csv": inputs.csv_reading,
    "export": inputs.export_planning,
    "memory": costs.memory,
    "due": lake_state.lake_state,
    "show": showing.showing,
    "start": start.start,
    "tail": limits.fairness_of_the_tail,
    "csv-s3": inputs.csv_reading_from_s3,
}
LONG_ONLY = {"csv-s3"}


def main() -> int:
    """Measure, print the table, write `bench.json`; 1 when something could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="up to 45 minutes: nothing is cut")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="these parts alone")
    parser.add_argument("--runs", type=int, default=3, help="of each figure (3)")
    parser.add_argument("--output", type=Path, default=ROOT / "bench.json")
    args = parser.parse_args()
    facts, began = machine.facts(), time.monotonic()
    say(f"{machine.summary(facts)}\n")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="harvester-bench-") as folder:
        space = Workspace(Path(folder), ROOT / ".cache" / "bench", args.runs, args.long)
        chosen = args.only or [name for name in PARTS if args.long or name not in LONG_ONLY]
        for name in chosen:
            since = time.monotonic()
            rows += _measured(name, space)
            say(f"  {name}: {time.monotonic() - since:.0f} s")
    facts["seconds"] = round(time.monotonic() - began)
    say(f"\n{table(rows)}\n\nIn {facts['seconds']} s.")
    result = {"machine": facts, "rows": [row.as_dict() for row in rows]}
    args.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return int(any(row.trouble is not None for row in rows))


def _measured(name: str, space: Workspace) -> list[Row]:
    """Return a part's rows; one that fails costs the rows that come after it in its part."""
    rows: list[Row] = []
    try:
        rows.extend(PARTS[name](space))
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
        rows.append(Row("", name, "", trouble=str(error)))
    return rows


if __name__ == "__main__":
    sys.exit(main())
