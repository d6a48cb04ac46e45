"""70,000 series against an index of 85,000 shows: few requests, little memory, TVmaze's pace."""

import asyncio
import json
import sys
from pathlib import Path

import fast_harvest
import pytest
from scripted_tvmaze import breaches, outcomes_of, series_list

from harvester.simulator import SimulatorOptions, simulate
from harvester.simulator.tvmaze import TvmazeOptions
from harvester.simulator.tvmaze.catalogue import Shows

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

TITLES = 70_000
SHOWS = 85_000
POPULATION = 89_500
FACTOR = 8
MB = 1_000_000
FIRST = 850_000_000


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_all_of_a_large_index() -> None:
    """Its pages and little else are asked for; each title is what the index says of it."""
    shows = Shows(1, POPULATION)
    assert sum(shows.show(one) is not None for one in range(1, shows.last_id + 1)) >= SHOWS
    ids = [f"tt{FIRST + number}" for number in range(TITLES)]
    series_list(Path("s.txt"), ids)
    options = SimulatorOptions(
        latency_ms=0, population=POPULATION, tvmaze=TvmazeOptions(limit=20 * FACTOR)
    )
    async with simulate(options) as simulator:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, fast_harvest.__file__, "s.txt", "l", simulator.tvmaze_url),
            str(FACTOR),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
        stats = simulator.stats()
    assert process.returncode == 0
    told = json.loads(output)
    starts, report = told["starts"], told["report"]
    assert report["finish_reason"] == "finished"
    assert stats["requests"] == len(starts) <= 800
    assert stats["by_endpoint"] == {
        "tvmaze/show": 1,
        "tvmaze/index": shows.last_id // 250 + 1 + 2,
    }
    assert "429" not in stats["by_status"]
    assert all(later - first > 10 for first, later in zip(starts, starts[20:], strict=False))
    assert told["peak"] <= 150 * MB
    outcomes = outcomes_of(report["run"])
    assert len(outcomes) == TITLES
    for number, imdb_id in enumerate(ids):
        found = shows.by_imdb_number(FIRST + number)
        assert outcomes[imdb_id].get("origin_id") == (None if found is None else found.show_id)
    assert 0.8 * TITLES < report["titles"]["harvested"] < TITLES
    assert report["titles"]["failed"] == 0
    assert await breaches(report["run"]) == []
    print(f"{len(starts)} requests, {told['peak'] / MB:.0f} MB, {starts[-1] - starts[0]:.0f} s")  # noqa: T201
