"""Plans the export of movies as a run does; prints titles, CPU seconds and MB above the start.

`python -m benchmarks.export_planning LAKE`. What a run has imported anyway is imported before;
TMDB_BASE_URL and TMDB_EXPORT_URL say whom to ask.
"""

import asyncio
import json
import sys
import time

import harvester.stores.local.store  # noqa: F401 - a run has imported it
from benchmarks.csv_reading import peak_mb
from harvester.run.choose import plan_of
from harvester.run.workers import plan_run
from harvester.settings import load_settings
from harvester.stores import open_store


async def _planned(lake: str) -> dict[str, float]:
    settings = load_settings({"inputs": ["tmdb:export/movies"], "lake": lake})
    began, before = time.process_time(), peak_mb()
    ranges = await plan_run(settings, workers=1)
    cpu, mb = time.process_time() - began, peak_mb() - before
    async with open_store(lake) as store:
        plan = await plan_of(store, ranges.run or "")
    return {"titles": plan.titles, "cpu": cpu, "mb": mb}


def main() -> None:
    """Plan the export and print one JSON object."""
    sys.stdout.write(json.dumps(asyncio.run(_planned(sys.argv[1]))))


if __name__ == "__main__":
    main()
