"""Two processes on one run: the lease keeps the second out, and without it nothing breaks."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import end, harvester, start, until
from csvs import movies
from invariants import judge
from killed_harvest import UNIT_SIZE, Strike, driver
from s3_copy import download
from s3_servers import S3Server

from harvester.simulator import SimulatorOptions, simulate

FAST = SimulatorOptions(latency_ms=0)
SHORT_LEASE = (2.0, 0.5)


@pytest.fixture(params=["local", "s3"])
def lake(
    request: pytest.FixtureRequest, fresh_bucket: Callable[[S3Server], str], tmp_path: Path
) -> str:
    """Give a lake on each store."""
    if request.param == "local":
        return str(tmp_path / "l")
    return fresh_bucket(request.getfixturevalue("seaweedfs"))


def _judge(lake: str, run: str, ids: list[str], unit_size: int, server: S3Server | None) -> None:
    if lake.startswith("s3://"):
        assert server is not None
        copy = Path("copy")
        judge(download(lake, server, copy), run, ids, unit_size=unit_size)
    else:
        judge(Path(lake), run, ids, unit_size=unit_size)


async def test_the_second_says_who_holds_the_run_and_leaves(
    lake: str, seaweedfs: S3Server, tmp_path: Path
) -> None:
    """While one process runs, another exits with 6, names it, and requests no title from TMDB.

    The first stands still meanwhile, so that it can't end before the second has begun.
    """
    ids = movies(tmp_path / "m.csv", range(1, 301))
    command = ["run", "m.csv", "--lake", lake, "--json"]
    async with simulate(FAST) as tmdb:
        first = await start(*command, "--rate", "1000", tmdb=tmdb)
        await until(lambda: tmdb.stats()["by_endpoint"].get("find", 0) > 0)
        first.send_signal(signal.SIGSTOP)
        second = await harvester(*command, tmdb=tmdb)
        first.send_signal(signal.SIGCONT)
        assert second.code == 6, second.err
        assert f"process {first.pid} " in second.err
        ended = await end(first)
        assert ended.code == 0, ended.err
        assert tmdb.stats()["by_endpoint"]["find"] == 300
        third = await harvester(*command, tmdb=tmdb)
    assert "nothing to do" in third.err
    run = next(line.split()[1].rstrip(":") for line in ended.err.splitlines() if "run 2" in line)
    _judge(lake, run, ids, 100, seaweedfs)


async def test_a_dead_process_is_succeeded_at_once(
    lake: str, seaweedfs: S3Server, tmp_path: Path
) -> None:
    """SIGKILL leaves a lease behind; the next process on the same host does not wait."""
    movies(tmp_path / "m.csv", range(1, 201))
    command = ["run", "m.csv", "--lake", lake, "--rate", "300", "--json"]
    async with simulate(FAST) as tmdb:
        first = await start(*command, tmdb=tmdb)
        await until(lambda: tmdb.stats()["by_endpoint"].get("find", 0) > 20)
        os.kill(first.pid, signal.SIGKILL)
        await first.communicate()
        second = await harvester(*command, tmdb=tmdb)
    assert second.code == 0, second.err


@pytest.mark.parametrize(
    "at",
    [1, pytest.param(2, marks=[pytest.mark.slow]), pytest.param(3, marks=[pytest.mark.slow])],
)
async def test_a_zombie_changes_nothing_that_is_committed(
    at: int, seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str], tmp_path: Path
) -> None:
    """Paused before a manifest's PUT past its lease, its unit redone by another, then resumed."""
    ids = movies(tmp_path / "m.csv", range(1, 3 * UNIT_SIZE + 1))
    lake = fresh_bucket(seaweedfs)
    flags: dict[str, Any] = {"inputs": ["m.csv"], "lake": lake, "rate": "5000"}
    roomy = SimulatorOptions(latency_ms=0, max_connections=200)  # the zombie keeps its own one open
    async with simulate(roomy) as tmdb, driver() as zombies, driver() as others:
        environ = {**os.environ, "TMDB_BASE_URL": tmdb.base_url, "TMDB_TOKEN": "x"}
        stopped = Strike(at, "before", "create", signal.SIGSTOP)  # the first create is the plan's
        zombie = await zombies.start(flags, environ, stopped, lease=SHORT_LEASE)
        await until(lambda: _state(zombie) == "T")
        patient = (3600.0, 600.0)  # whoever looks judges the lease's age
        held = await others.harvest(flags, environ, lease=patient)
        assert held["error"] == "RunHeld"
        await asyncio.sleep(SHORT_LEASE[0] + 1.5)  # the store's clock has whole seconds
        other = await others.harvest(flags, environ, lease=SHORT_LEASE)
        assert other["status"] == 0
        assert other["report"]["done"] is True
        run = other["report"]["run"]
        before = download(lake, seaweedfs, tmp_path / "before")
        os.kill(zombie, signal.SIGCONT)
        woken = await zombies.ended()
        assert woken["status"] == 0
        assert woken["report"]["finish_reason"] in {"held", "finished"}
    after = download(lake, seaweedfs, tmp_path / "after")
    judge(after, run, ids, unit_size=UNIT_SIZE)
    for path in (before / "Raw/TMDB/JSON").rglob("*.json"):
        assert (after / path.relative_to(before)).read_bytes() == path.read_bytes()


@pytest.mark.slow
async def test_without_a_lease_the_manifests_alone_keep_the_invariants(
    lake: str, seaweedfs: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four processes race on one run without leases: every unit is committed once."""
    ids = movies(tmp_path / "m.csv", range(1, 3 * UNIT_SIZE + 1))
    flags = {"inputs": ["m.csv"], "lake": lake, "rate": "5000"}
    async with simulate(SimulatorOptions(latency_ms=0, max_connections=200)) as tmdb:
        environ = {**os.environ, "TMDB_BASE_URL": tmdb.base_url, "TMDB_TOKEN": "x"}

        async def one() -> dict[str, Any]:
            async with driver() as forks:
                return await forks.harvest(flags, environ, lease=None, leaseless=True)

        ends = await asyncio.gather(*(one() for _ in range(4)))
    assert [ended["status"] for ended in ends] == [0] * 4
    assert {ended["report"]["done"] for ended in ends} == {True}
    run = ends[0]["report"]["run"]
    _judge(lake, run, ids, UNIT_SIZE, seaweedfs)


def _state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
