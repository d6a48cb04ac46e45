"""Killed before and after every store operation, a run of three units resumes completely."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from csvs import movies, series
from invariants import judge
from killed_harvest import UNIT_SIZE, Driver, Strike, driver
from poor_file_system import Feature
from s3_copy import download
from s3_servers import S3Server

from harvester.run.verify import Checked, verify_run
from harvester.simulator import Simulator, SimulatorOptions, simulate
from harvester.stores import open_store

UNITS = 3
IN_FLIGHT = 3


@pytest.fixture(autouse=True)
def _small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `verify`, in this process, count units as the forked harvests do."""
    monkeypatch.setattr("harvester.lake.documents.plan.UNIT_SIZE", UNIT_SIZE)


def _inputs(folder: Path) -> tuple[list[str], list[str]]:
    """Write the CSVs of three small units whose titles fill all seven folders."""
    ids = movies(folder / "m.csv", range(1, 3 * UNIT_SIZE - 5))
    ids += series(folder / "s.csv", range(3 * UNIT_SIZE - 5, 3 * UNIT_SIZE + 1))
    return ["m.csv", "s.csv"], ids


def _environ(tmdb: Simulator) -> dict[str, str]:
    return {**os.environ, "TMDB_BASE_URL": tmdb.base_url, "TMDB_TOKEN": "x"}


async def _sweep(
    forks: Driver,
    tmdb: Simulator,
    lake: Callable[[str], str],
    check: Callable[[str, dict[str, Any]], None],
    inputs: list[str],
    step: int,
    without: tuple[Feature, ...] = (),
) -> int:
    """Kill at every `step`-th point, resume, check; return how many points there were."""
    environ = _environ(tmdb)
    flags = {"inputs": inputs, "rate": "5000", "date": "2026-11-24"}
    before = tmdb.stats()["requests"]
    whole = await forks.harvest({**flags, "lake": lake("whole")}, environ, without=without)
    assert whole["status"] == 0
    baseline = tmdb.stats()["requests"] - before
    instants = [
        Strike(at, when) for at in range(len(whole["operations"])) for when in ("before", "after")
    ]
    for instant in instants[::step]:
        name = f"{instant.at}-{instant.when}"
        here = {**flags, "lake": lake(name)}
        before = tmdb.stats()["requests"]
        killed = await forks.harvest(here, environ, instant, without=without)
        if killed["status"] == 0:  # this time it needed fewer operations
            assert instant.at >= len(killed["operations"])
        else:
            assert killed["status"] == -9, name
        resumed = await forks.harvest(here, environ, without=without)
        assert resumed["status"] == 0, name
        # Each process checks once whether TMDB is up; only units in flight are repeated.
        spent = tmdb.stats()["requests"] - before
        assert spent <= baseline + 1 + IN_FLIGHT * UNIT_SIZE * 4, name
        assert resumed["report"]["done"] is True
        check(lake(name), resumed["report"])
        async with open_store(lake(name)) as store:
            run = resumed["report"]["run"]
            assert not [breach async for breach in verify_run(store, run, Checked())], name
    return len(instants)


@pytest.mark.parametrize("without", [(), ("links", "locks", "folder syncs")])
async def test_local(without: tuple[Feature, ...], tmp_path: Path) -> None:
    """A run survives SIGKILL before and after every operation on the local store.

    So it does on a file system without hard links, locks and fsync of folders.
    """
    inputs, ids = _inputs(tmp_path)

    def check(lake: str, report: dict[str, Any]) -> None:
        judge(Path(lake), report["run"], ids, unit_size=UNIT_SIZE)

    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb, driver() as forks:
        instants = await _sweep(forks, tmdb, str, check, inputs, 1, without)
    assert instants > 2 * UNITS * 8


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=[pytest.mark.slow])])
@pytest.mark.timeout(600)
async def test_s3(
    step: int, seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str], tmp_path: Path
) -> None:
    """A run on a real S3 server survives SIGKILL at every fourth operation; slow tests: at all."""
    inputs, ids = _inputs(tmp_path)
    bucket = fresh_bucket(seaweedfs)

    def check(lake: str, report: dict[str, Any]) -> None:
        copy = download(lake, seaweedfs, tmp_path / lake.rpartition("/")[2])
        judge(copy, report["run"], ids, unit_size=UNIT_SIZE)

    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb, driver() as forks:
        instants = await _sweep(forks, tmdb, lambda name: f"{bucket}/{name}", check, inputs, step)
    assert instants > 2 * UNITS * 8
