"""Reads the state of a lake; prints titles, CPU seconds and MB above the interpreter.

`python -m benchmarks.lake_state_reading LAKE`. What a run has imported anyway is imported before.
"""

import asyncio
import json
import sys
import time

from benchmarks.csv_reading import peak_mb
from harvester.run.lake_state.reading import Scope, read_lake_state
from harvester.stores import open_store

_ENDPOINTS = ("find", "details", "credits", "keywords")


async def _read(lake: str) -> dict[str, float]:
    async with open_store(lake) as store:
        began, before = time.process_time(), peak_mb()
        state = await read_lake_state(store, Scope("TMDB", "api.test", None), _ENDPOINTS)
        cpu = time.process_time() - began
    return {"titles": len(state), "cpu": cpu, "mb": peak_mb() - before}


def main() -> None:
    """Read the lake and print one JSON object."""
    sys.stdout.write(json.dumps(asyncio.run(_read(sys.argv[1]))))


if __name__ == "__main__":
    main()
