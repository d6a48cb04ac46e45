"""An execution is killed at any store operation of its steps: the next one takes the run over."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from csvs import movies
from invariants import judge
from killed_harvest import UNIT_SIZE, Driver, Strike, driver
from s3_copy import download
from s3_servers import S3Server

from harvester.run.choose import all_folders
from harvester.run.verify import Checked, verify_run
from harvester.simulator import SimulatorOptions, simulate
from harvester.stores import open_store

UNITS = 2


@pytest.fixture(autouse=True)
def _small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `verify`, in this process, count units as the forked harvests do."""
    monkeypatch.setattr("harvester.lake.documents.plan.UNIT_SIZE", UNIT_SIZE)


async def _owner(lake: str) -> tuple[str | None, bool]:
    """Return who owns the only run of a lake, if it is planned, and whether it is finished."""
    async with open_store(lake) as store:
        for folder in await all_folders(store):
            data = await store.get(folder.owner)
            finished = await store.get(folder.summary) is not None
            return (None if data is None else json.loads(data)["execution"]), finished
    return None, False


async def _sweep(
    forks: Driver,
    environ: dict[str, str],
    lake: Callable[[str], str],
    check: Callable[[str, dict[str, Any]], None],
    step: int,
) -> tuple[int, set[str | None]]:
    """Kill at every `step`-th point; return how many points there were, and who owned the runs."""
    flags = {"inputs": ["m.csv"], "rate": "5000", "date": "2026-11-24"}
    whole = await forks.harvest({**flags, "lake": lake("whole")}, environ, execution="first")
    assert whole["status"] == 0, whole
    assert (await _owner(lake("whole"))) == (None, True)
    instants = [
        Strike(at, when) for at in range(len(whole["operations"])) for when in ("before", "after")
    ][::step]
    owners = set()
    for instant in instants:
        name = f"{instant.at}-{instant.when}"
        here = {**flags, "lake": lake(name)}
        await forks.harvest(here, environ, instant, execution="first")
        owner, finished = await _owner(lake(name))
        owners.add(owner)
        if owner is not None and not finished:  # whoever works alone must wait
            assert (await forks.harvest(here, environ))["error"] == "RunHeld", name
        resumed = await forks.harvest(here, environ, execution="second")
        assert resumed["status"] == 0, name
        assert resumed["report"]["done"] is True, name
        assert (await _owner(lake(name))) == (None, True), name
        check(lake(name), resumed["report"])
        async with open_store(lake(name)) as store:
            run = resumed["report"]["run"]
            assert not [breach async for breach in verify_run(store, run, Checked())], name
    return len(instants), owners


@pytest.mark.parametrize("step", [24, pytest.param(1, marks=[pytest.mark.slow])])
@pytest.mark.timeout(3600)
async def test_local(step: int, tmp_path: Path) -> None:
    """Nobody or the killed execution owns the run, and what it leaves the next one finishes."""
    ids = movies(tmp_path / "m.csv", range(1, UNITS * UNIT_SIZE + 1))

    def check(lake: str, report: dict[str, Any]) -> None:
        judge(Path(lake), report["run"], ids, unit_size=UNIT_SIZE)

    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb, driver() as forks:
        environ = {**os.environ, "TMDB_BASE_URL": tmdb.base_url, "TMDB_TOKEN": "x"}
        instants, owners = await _sweep(forks, environ, str, check, step)
    assert instants * step > 40
    assert owners == {None, "first"}


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_s3(
    seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str], tmp_path: Path
) -> None:
    """The same on a real S3 server, at every third operation."""
    ids = movies(tmp_path / "m.csv", range(1, UNITS * UNIT_SIZE + 1))
    bucket = fresh_bucket(seaweedfs)

    def check(lake: str, report: dict[str, Any]) -> None:
        copy = download(lake, seaweedfs, tmp_path / lake.rpartition("/")[2])
        judge(copy, report["run"], ids, unit_size=UNIT_SIZE)

    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb, driver() as forks:
        environ = {**os.environ, "TMDB_BASE_URL": tmdb.base_url, "TMDB_TOKEN": "x"}
        _, owners = await _sweep(forks, environ, lambda name: f"{bucket}/{name}", check, 3)
    assert owners == {None, "first"}
