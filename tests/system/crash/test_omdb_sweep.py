"""Killed before and after every store operation, a unit of OMDb is done whole, and counted."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from csvs import movies
from killed_harvest import UNIT_SIZE, Strike, driver

from harvester.run.verify import Checked, verify_run
from harvester.simulator import SimulatorOptions, simulate
from harvester.simulator.omdb import OmdbOptions
from harvester.stores import open_store

KEY = "5ecre7-k3y"
TITLES = UNIT_SIZE


@pytest.fixture(autouse=True)
def _small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `verify`, in this process, count units as the forked harvests do."""
    monkeypatch.setattr("harvester.lake.documents.plan.UNIT_SIZE", UNIT_SIZE)


def _reserved(lake: str) -> int:
    """Return how many requests are reserved, on whatever day."""
    files = Path(lake).glob("Raw/OMDb/_harvest/_quota/*/*.json")
    return sum(json.loads(path.read_bytes()).get("requests", 0) for path in files)


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=[pytest.mark.slow])])
@pytest.mark.timeout(300)
async def test_one_unit(step: int, tmp_path: Path) -> None:
    """Resumed, it has all records of all titles; no more was ever sent than was reserved."""
    movies(tmp_path / "m.csv", range(1, TITLES + 1))
    options = SimulatorOptions(latency_ms=0, omdb=OmdbOptions(key=KEY))
    async with simulate(options) as simulator, driver() as forks:
        flags = {"inputs": ["m.csv"], "origin": "omdb", "rate": "5000", "date": "2026-11-25"}
        environ = {**os.environ, "OMDB_BASE_URL": simulator.omdb_url, "OMDB_API_KEY": KEY}

        def sent() -> int:
            return int(simulator.stats()["by_endpoint"].get("omdb/title", 0))

        async def harvested(lake: str, strike: Strike | None = None) -> dict[str, Any]:
            return await forks.harvest({**flags, "lake": lake}, environ, strike)

        whole = await harvested("whole")
        assert whole["status"] == 0, whole
        assert (_reserved("whole"), sent()) == (TITLES, TITLES)
        wanted = whole["report"]["titles"]
        points = [
            Strike(at, when)
            for at in range(len(whole["operations"]))
            for when in ("before", "after")
        ]
        for point in points[::step]:
            name = f"{point.at}-{point.when}"
            before = sent()
            await harvested(name, point)
            resumed = await harvested(name)
            assert resumed["status"] == 0, name
            assert resumed["report"]["titles"] == wanted, name
            spent = sent() - before
            assert TITLES <= spent <= _reserved(name) <= 2 * TITLES, name
            async with open_store(name) as store:
                run = resumed["report"]["run"]
                found = [breach async for breach in verify_run(store, run, Checked())]
            assert found == [], name
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
    assert len(points) > 2 * 8
