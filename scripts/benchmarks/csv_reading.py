"""Reads one input as a run does; prints rows, ids, CPU seconds and MB above the interpreter.

`python -m benchmarks.csv_reading INPUT [FIELD=VALUE]`, of the rows that hold that condition. What a
run has imported anyway is imported before.
"""

import asyncio
import json
import resource
import sys
import time

from harvester.inputs.input import read_titles
from harvester.inputs.locate import find_inputs
from harvester.lake.conditions import condition
from harvester.stores import open_store


def peak_mb() -> float:
    """Return the peak RSS of this process, in MB."""
    kilobyte = 1_024 if sys.platform == "linux" else 1  # getrusage(2) counts so
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilobyte / 1e6


async def _read(name: str, *conditions: str) -> dict[str, float]:
    if name.startswith("s3://"):
        import harvester.stores.s3.store  # noqa: F401, PLC0415 - 0.45 s that a lake in S3 costs anyway
    async with open_store("unused") as store:
        inputs = await find_inputs((name,), None, store)
    began, before = time.process_time(), peak_mb()
    (found,) = await read_titles(inputs, [condition(text) for text in conditions])
    cpu = time.process_time() - began
    return {
        "rows": found.facts.rows,
        "ids": len(found.numbers),
        "cpu": cpu,
        "mb": peak_mb() - before,
    }


def main() -> None:
    """Read the input and print one JSON object."""
    sys.stdout.write(json.dumps(asyncio.run(_read(*sys.argv[1:]))))


if __name__ == "__main__":
    main()
