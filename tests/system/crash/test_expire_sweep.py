"""`expire`, killed before and after any operation and given again, ends as it does undisturbed."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from csvs import movies
from killed_harvest import UNIT_SIZE, Driver, Strike, driver
from s3_copy import download, upload
from s3_servers import S3Server

from harvester.run.verify import Checked, verify_run
from harvester.simulator import Simulator, SimulatorOptions, simulate
from harvester.stores import open_store

HARVEST = Path("Raw/TMDB/_harvest")


@pytest.fixture(autouse=True)
def _small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `verify`, in this process, count units as the forked harvests do."""
    monkeypatch.setattr("harvester.lake.documents.plan.UNIT_SIZE", UNIT_SIZE)


async def _three_runs(forks: Driver, tmdb: Simulator, folder: Path) -> list[str]:
    """Harvest two runs that are then made old, and a young one; return their ids.

    The young one has all titles of the first, and not all of the second, which asked a question.
    """
    environ = {**os.environ, "TMDB_BASE_URL": tmdb.base_url, "TMDB_TOKEN": "x"}
    runs = []
    for number, titles in enumerate((range(1, 10), range(8, 14), range(1, 12))):
        movies(folder / f"{number}.csv", titles)
        inputs = [f"{number}.csv", *(["tmdb:movie/Pulp Fiction?year=1994"] if number == 1 else [])]
        flags = {"inputs": inputs, "rate": "5000", "date": f"2026-01-0{number + 1}", "lake": "made"}
        ended = await forks.harvest(flags, environ)
        assert ended["status"] == 0, ended
        runs.append(ended["report"]["run"])
        if number < 2:
            path = folder / "made" / HARVEST / runs[-1] / "summary.json"
            summary = json.loads(path.read_bytes())
            path.write_text(
                json.dumps({**summary, "finished_at": f"2026-01-0{number + 1}T00:00:00Z"})
            )
    return runs


def _tree(lake: Path) -> dict[str, bytes]:
    """Return every object of a lake but leases, which say nothing once their process is dead.

    Of a tombstone without its time.
    """
    found = {}
    for path in lake.rglob("*"):
        if path.is_file() and not path.name.startswith(".") and path.name != "lease.json":
            data = path.read_bytes()
            if path.name == "expired.json":
                data = json.dumps({**json.loads(data), "expired_at": None}).encode()
            found[path.relative_to(lake).as_posix()] = data
    return found


def _records(tree: dict[str, bytes], run: str) -> set[str]:
    """Return the keys of what a run has of TMDB's answers."""
    return {key for key in tree if f"/{run}-" in key or key.startswith(f"{HARVEST}/{run}/asked/")}


async def _sweep(
    forks: Driver,
    tmdb: Simulator,
    runs: list[str],
    lakes: "Folders | Bucket",
    step: int,
    *,
    force: bool,
) -> None:
    """Kill at every `step`-th point, expire again, and compare with what it does undisturbed."""
    made = lakes.tree("made")

    async def expire(lake: str, instant: Strike | None = None) -> dict[str, Any]:
        environ = {**os.environ, "TMDB_BASE_URL": tmdb.base_url, "TMDB_TOKEN": "x"}
        return await forks.harvest({"lake": lakes.uri(lake)}, environ, instant, expire=force)

    lakes.copy("whole")
    whole = await expire("whole")
    assert whole["status"] == 0, whole
    gone = [one["run"] for one in whole["report"]["deleted"]]
    assert gone == (runs[:2] if force else runs[:1])
    assert [one["run"] for one in whole["report"]["left"]] == ([] if force else runs[1:2])
    wanted = lakes.tree("whole")
    assert not any(_records(wanted, run) for run in gone)
    kept = [run for run in runs if run not in gone]
    async with open_store(lakes.uri("whole")) as store:
        for run in runs:
            assert not [breach async for breach in verify_run(store, run, Checked())]
    instants = [
        Strike(at, when) for at in range(len(whole["operations"])) for when in ("before", "after")
    ]
    for instant in instants[::step]:
        lake = f"{instant.at}-{instant.when}"
        lakes.copy(lake)
        killed = await expire(lake, instant)
        assert killed["status"] == -9, lake
        tree = lakes.tree(lake)
        for run in runs:
            missing = _records(made, run) - _records(tree, run)
            assert not missing or f"{HARVEST}/{run}/expired.json" in tree, (lake, run)
            assert not missing or run in gone, (lake, run)
        again = await expire(lake)
        assert again["status"] == 0, again
        assert lakes.tree(lake) == wanted, lake
        lakes.remove(lake)
    assert all(_records(wanted, run) == _records(made, run) for run in kept)
    assert len(instants) > 2 * sum(len(_records(made, run)) for run in gone)


class Folders:
    """Copies of a lake beside it, as folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def uri(self, name: str) -> str:
        """Return the lake to name to the harvester."""
        return str(self._folder / name)

    def copy(self, name: str) -> None:
        """Copy the lake `made`."""
        shutil.copytree(self._folder / "made", self._folder / name)

    def tree(self, name: str) -> dict[str, bytes]:
        """Return what a copy holds."""
        return _tree(self._folder / name)

    def remove(self, name: str) -> None:
        """Remove a copy."""
        shutil.rmtree(self._folder / name)


class Bucket(Folders):
    """Copies of a lake that is a folder, in a bucket."""

    def __init__(self, folder: Path, bucket: str, server: S3Server) -> None:
        super().__init__(folder)
        self._bucket = bucket
        self._server = server

    def uri(self, name: str) -> str:
        """Return the lake to name to the harvester."""
        return f"{self._bucket}/{name}"

    def copy(self, name: str) -> None:
        """Copy the lake `made` to the bucket."""
        upload(self._folder / "made", self.uri(name), self._server)

    def tree(self, name: str) -> dict[str, bytes]:
        """Return what a copy holds, read with another client."""
        if name == "made":
            return super().tree(name)
        downloaded = self._folder / "downloaded"
        shutil.rmtree(downloaded, ignore_errors=True)
        return _tree(download(f"{self.uri(name)}/", self._server, downloaded))

    def remove(self, name: str) -> None:
        """Leave a copy where it is: the bucket is of this test alone."""


@pytest.mark.parametrize(
    ("force", "step"),
    [
        (False, 20),
        pytest.param(False, 1, marks=[pytest.mark.slow]),
        pytest.param(True, 1, marks=[pytest.mark.slow]),
    ],
)
@pytest.mark.timeout(300)
async def test_killed_anywhere(force: bool, step: int, tmp_path: Path) -> None:
    """Whatever is missing has a tombstone; given again, the lake is as without the kill.

    The run that holds the only records of some titles keeps every file, unless it is forced.
    """
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb, driver() as forks:
        runs = await _three_runs(forks, tmdb, tmp_path)
        await _sweep(forks, tmdb, runs, Folders(tmp_path), step, force=force)


@pytest.mark.parametrize("step", [60, pytest.param(3, marks=[pytest.mark.slow])])
@pytest.mark.timeout(300)
async def test_killed_on_s3(
    step: int, seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str], tmp_path: Path
) -> None:
    """So it does on a real S3 server, where a lease outlives the process that held it."""
    bucket = fresh_bucket(seaweedfs)
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb, driver() as forks:
        runs = await _three_runs(forks, tmdb, tmp_path)
        await _sweep(forks, tmdb, runs, Bucket(tmp_path, bucket, seaweedfs), step, force=True)
