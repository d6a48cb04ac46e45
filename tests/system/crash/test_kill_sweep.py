"""Killed before and after every store operation, a run of three units resumes completely."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from csvs import movies, series
from invariants import judge
from killed_harvest import UNIT_SIZE, Driver, Strike, driver
from poor_file_system import Feature
from s3_copy import download
from s3_servers import S3Server

from harvester.lake.documents.manifest import committed
from harvester.run.choose import all_folders
from harvester.run.verify import Checked, verify_run
from harvester.simulator import ChangeOptions, Simulator, SimulatorOptions, simulate
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
    first: int = 0,
) -> int:
    """Kill at every `step`-th point from `first`, resume, check; return how many there were."""
    environ = _environ(tmdb)
    flags = {"inputs": inputs, "rate": "5000", "date": "2026-11-24"}
    before = tmdb.stats()["requests"]
    whole = await forks.harvest({**flags, "lake": lake("whole")}, environ, without=without)
    assert whole["status"] == 0
    baseline = tmdb.stats()["requests"] - before
    instants = [
        Strike(at, when) for at in range(len(whole["operations"])) for when in ("before", "after")
    ]
    for instant in instants[first::step]:
        name = f"{instant.at}-{instant.when}"
        here = {**flags, "lake": lake(name)}
        before = tmdb.stats()["requests"]
        killed = await forks.harvest(here, environ, instant, without=without)
        if killed["status"] == 0:  # this time it needed fewer operations
            assert instant.at >= len(killed["operations"])
        else:
            assert killed["status"] == -9, name
        await _outcomes_are_whole(lake(name))
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
        assert await _outcomes_are_whole(lake(name)) == 1
    return len(instants)


async def _outcomes_are_whole(lake: str) -> int:
    """Assert that a run's outcomes, where they are, are those of all its titles; count them.

    They come after all manifests and before the summary.
    """
    found = 0
    async with open_store(lake) as store:
        for folder in await all_folders(store):
            data = await store.get(folder.outcomes)
            if data is None:
                assert await store.get(folder.summary) is None
                continue
            found += 1
            titles = (await store.get(folder.titles) or b"").splitlines()
            header, *lines = data.decode().splitlines()
            assert header == "id,imdb_id,media_type,tmdb_id,outcome,reason,fetched_at"
            assert [line.partition(",")[0] for line in lines] == [
                json.loads(title)["id"] for title in titles
            ]
            assert data.endswith(b"Z\n")
            assert len(await committed(store, folder)) == -(-len(titles) // UNIT_SIZE)
    return found


@pytest.mark.parametrize(
    ("without", "step"),
    [
        ((), 20),
        pytest.param((), 1, marks=[pytest.mark.slow]),
        pytest.param(("links", "locks", "folder syncs"), 1, marks=[pytest.mark.slow]),
    ],
)
@pytest.mark.timeout(300)
async def test_local(without: tuple[Feature, ...], step: int, tmp_path: Path) -> None:
    """A run survives SIGKILL before and after operations on the local store; slow tests: at all.

    So it does on a file system without hard links, locks and fsync of folders.
    """
    inputs, ids = _inputs(tmp_path)

    def check(lake: str, report: dict[str, Any]) -> None:
        judge(Path(lake), report["run"], ids, unit_size=UNIT_SIZE)

    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb, driver() as forks:
        instants = await _sweep(forks, tmdb, str, check, inputs, step, without)
    assert instants > 2 * UNITS * 8


# A third of the points each: together all of them.
_ALL = [pytest.param(3, first, marks=[pytest.mark.slow]) for first in range(3)]


@pytest.mark.parametrize(("step", "first"), [(45, 0), *_ALL])
@pytest.mark.timeout(600)
async def test_s3(
    step: int,
    first: int,
    seaweedfs: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    tmp_path: Path,
) -> None:
    """A run on a real S3 server survives SIGKILL at some operations; slow tests: at all."""
    inputs, ids = _inputs(tmp_path)
    bucket = fresh_bucket(seaweedfs)

    def check(lake: str, report: dict[str, Any]) -> None:
        copy = download(lake, seaweedfs, tmp_path / lake.rpartition("/")[2])
        judge(copy, report["run"], ids, unit_size=UNIT_SIZE)

    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb, driver() as forks:
        instants = await _sweep(
            forks, tmdb, lambda name: f"{bucket}/{name}", check, inputs, step, first=first
        )
    assert instants > 2 * UNITS * 8


QUESTIONS = [
    "tmdb:collection/The Night Ferry",
    "tmdb:export/movies?popularity=130",
    "tmdb:person/Vera Lindholm?character=Captain Ito",
]


@pytest.mark.slow
async def test_questions(tmp_path: Path) -> None:
    """Killed at any operation of download, answers and plan: no run, or the whole plan.

    The same command then gives the titles and records that it gives undisturbed.
    """
    folder = "Raw/TMDB/_harvest"
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb, driver() as forks:
        flags = {"inputs": QUESTIONS, "rate": "5000", "date": "2026-11-24"}
        whole = await forks.harvest({**flags, "lake": "whole"}, _environ(tmdb))
        assert whole["error"] is None, whole
        (wanted,) = tmp_path.glob(f"whole/{folder}/*/plan-titles.jsonl")
        kept = {path.name for path in tmp_path.glob(f"whole/{folder}/*/asked/*")}
        assert kept == {"000-000.jsonl", "002-000.jsonl"}
        assert len(list(tmp_path.glob("whole/Raw/TMDB/JSON/Exports/Movies/*/*/*/*.json.gz"))) == 1
        planned = whole["operations"].index("check_create") + 1  # the rest is that of any run
        instants = [Strike(at, when) for at in range(planned) for when in ("before", "after")]
        for instant in instants:
            name = f"{instant.at}-{instant.when}"
            here = {**flags, "lake": name}
            await forks.harvest(here, _environ(tmdb), instant)
            for plan in tmp_path.glob(f"{name}/{folder}/*/plan.json"):
                assert (plan.parent / "plan-titles.jsonl").read_bytes() == wanted.read_bytes()
                assert {path.name for path in plan.parent.glob("asked/*")} == kept
            resumed = await forks.harvest(here, _environ(tmdb))
            assert resumed["status"] == 0, name
            assert resumed["report"]["done"] is True
            (titles,) = tmp_path.glob(f"{name}/{folder}/*/plan-titles.jsonl")
            assert titles.read_bytes() == wanted.read_bytes()
            async with open_store(name) as store:
                run = resumed["report"]["run"]
                assert not [breach async for breach in verify_run(store, run, Checked())], name
    assert len(instants) >= 20


@pytest.mark.slow
async def test_changes(tmp_path: Path) -> None:
    """Killed at any operation, each day is absent or whole; the next run asks what is absent."""
    between = ("2026-11-20T17:00:00Z", "2026-11-24T20:00:00Z")
    moment = datetime(2026, 11, 24, 20, tzinfo=UTC)
    options = SimulatorOptions(
        latency_ms=0, population=5_000, now=lambda: moment, changes=ChangeOptions(changed=0.1)
    )
    async with simulate(options) as tmdb, driver() as forks:

        def days(lake: str) -> dict[str, bytes]:
            paths = tmp_path.glob(f"{lake}/Raw/TMDB/_harvest/_changes/movie/*/*/*.json")
            return {path.name: path.read_bytes() for path in paths}

        def asked() -> int:
            return int(tmdb.stats()["by_endpoint"].get("movie/changes", 0))

        flags = {"rate": "5000"}
        whole = await forks.harvest({**flags, "lake": "whole"}, _environ(tmdb), changes=between)
        wanted, pages = days("whole"), asked()
        assert list(whole["report"]["days"]) == [f"2026-11-{day}" for day in (20, 21, 22, 23)]
        assert sorted(wanted) == [f"{day}.json" for day in (20, 21, 22, 23)]
        instants = [
            Strike(at, when)
            for at in range(len(whole["operations"]))
            for when in ("before", "after")
        ]
        for instant in instants:
            lake = f"{instant.at}-{instant.when}"
            before = asked()
            killed = await forks.harvest(
                {**flags, "lake": lake}, _environ(tmdb), instant, changes=between
            )
            assert killed["status"] == -9, lake
            assert days(lake).items() <= wanted.items()
            kept = len(days(lake))
            resumed = await forks.harvest({**flags, "lake": lake}, _environ(tmdb), changes=between)
            assert resumed["report"] == whole["report"]
            assert resumed["operations"].count("create") == len(wanted) - kept
            assert days(lake) == wanted
            assert asked() - before <= pages + pages // len(wanted) + len(wanted), lake
    assert len(instants) >= 2 * (1 + len(wanted))
