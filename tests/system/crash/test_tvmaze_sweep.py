"""Killed at store operations, a run of TVmaze resumes completely, and asks for no page twice."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from killed_harvest import UNIT_SIZE, Driver, Strike, driver
from scripted_tvmaze import breaches, outcomes_of, records_of, series_list

from harvester.simulator import ChangeOptions, Simulator, SimulatorOptions, simulate

MOMENT = datetime(2026, 11, 24, 20, tzinfo=UTC)
OPTIONS = SimulatorOptions(
    latency_ms=0, population=700, now=lambda: MOMENT, changes=ChangeOptions(changed=0.1)
)
FIRST = 850_000_010
ENDPOINTS = ("show", "episodes", "cast")


@pytest.fixture(autouse=True)
def _small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `verify`, in this process, count units as the forked harvests do."""
    monkeypatch.setattr("harvester.lake.documents.plan.UNIT_SIZE", UNIT_SIZE)


def _environ(simulator: Simulator) -> dict[str, str]:
    return {**os.environ, "TVMAZE_BASE_URL": simulator.tvmaze_url}


def _pages(lake: str) -> set[str]:
    return {path.name for path in Path(lake).glob("Raw/TVmaze/_harvest/*/asked/*.json")}


def _timeless(lake: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: {**one, "fetched_at": None} for key, one in records_of(lake).items()}


async def _sweep(forks: Driver, simulator: Simulator, titles: int, step: int) -> int:
    """Kill a run before and after operations, and resume each: the same as undisturbed."""
    series_list(Path("s.txt"), [f"tt{FIRST + number}" for number in range(titles)])
    flags = {"inputs": ["s.txt"], "kind": "series", "rate": "5000", "date": "2026-11-24"}

    async def harvested(lake: str, strike: Strike | None = None) -> dict[str, Any]:
        here = {**flags, "lake": lake}
        return await forks.harvest(here, _environ(simulator), strike, origin="TVmaze")

    def asked(label: str) -> int:
        return int(simulator.stats()["by_endpoint"].get(f"tvmaze/{label}", 0))

    whole = await harvested("whole")
    assert whole["status"] == 0, whole
    wanted, all_pages = _timeless("whole"), _pages("whole")
    assert 0 < len(wanted) < titles * len(ENDPOINTS)  # TVmaze lacks some
    instants = [
        Strike(at, when)
        for at in range(0, len(whole["operations"]), step)
        for when in ("before", "after")
    ]
    for instant in instants:
        name = f"{instant.at}-{instant.when}"
        await harvested(name, instant)
        kept, before = _pages(name), asked("index")
        resumed = await harvested(name)
        assert resumed["status"] == 0, name
        assert resumed["report"]["done"] is True, name
        again = asked("index") - before
        # Two requests tell that the index ends.
        left = len(all_pages - kept)
        assert again in {0, left + ("index-end.json" not in kept)}, (name, again)
        assert _timeless(name) == wanted, name
        assert await breaches(resumed["report"]["run"], name) == [], name
        assert len(outcomes_of(resumed["report"]["run"], name)) == titles
    return len(instants)


@pytest.mark.parametrize("step", [12, pytest.param(1, marks=[pytest.mark.slow])])
@pytest.mark.timeout(300)
async def test_by_lookups(step: int) -> None:
    """One unit of few titles: no page of the index is kept, whatever happens."""
    async with simulate(OPTIONS) as simulator, driver() as forks:
        assert await _sweep(forks, simulator, UNIT_SIZE, step) > 2 * 12 // step
        assert not simulator.stats()["by_endpoint"].get("tvmaze/index")


@pytest.mark.parametrize("step", [24, pytest.param(1, marks=[pytest.mark.slow])])
@pytest.mark.timeout(300)
async def test_by_the_index(step: int) -> None:
    """Two units: a kill while the index is read costs at most the page that was not kept yet."""
    async with simulate(OPTIONS) as simulator, driver() as forks:
        assert await _sweep(forks, simulator, 2 * UNIT_SIZE, step) > 2 * 20 // step


@pytest.mark.slow
async def test_updates() -> None:
    """Killed at any operation, each day is absent or whole; the next run makes what is absent."""
    between = ("2026-11-20T01:00:00Z", "2026-11-24T20:00:00Z")
    async with simulate(OPTIONS) as simulator, driver() as forks:

        async def asked(lake: str, strike: Strike | None = None) -> dict[str, Any]:
            flags = {"rate": "5000", "lake": lake}
            return await forks.harvest(
                flags, _environ(simulator), strike, changes=between, origin="TVmaze"
            )

        def days(lake: str) -> dict[str, bytes]:
            paths = Path(lake).glob("Raw/TVmaze/_harvest/_changes/tv/*/*/*.json")
            return {path.name: path.read_bytes() for path in paths}

        whole = await asked("whole")
        assert list(whole["report"]["days"]) == [f"2026-11-{day}" for day in (19, 20, 21, 22)]
        assert all(whole["report"]["days"].values())
        wanted = days("whole")
        instants = [
            Strike(at, when)
            for at in range(len(whole["operations"]))
            for when in ("before", "after")
        ]
        for instant in instants:
            lake = f"{instant.at}-{instant.when}"
            killed = await asked(lake, instant)
            assert killed["status"] == -9, lake
            assert days(lake).items() <= wanted.items()
            resumed = await asked(lake)
            assert resumed["report"] == whole["report"], lake
            assert days(lake) == wanted
    assert len(instants) >= 2 * (1 + len(wanted))
