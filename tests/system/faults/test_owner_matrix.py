"""S3's faults on each request about who owns a run: passing ones cost nothing, others are told."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from csvs import movies
from fault_proxy import LOSE, FaultProxy, cut, refuse, running_proxy
from invariants import judge
from s3_copy import download
from s3_servers import S3Server

from harvester.errors import StoreDown
from harvester.lake.documents.owner import Owner
from harvester.lake.documents.summary import Report
from harvester.lake.keys import RunFolder
from harvester.run import owner
from harvester.run.stop import Stop
from harvester.run.workers import finish_run, harvest_range, plan_run
from harvester.settings import Settings
from harvester.simulator import SimulatorOptions, simulate
from harvester.stores import open_store
from harvester.upstream.credential import Credential

_DOWN = refuse("503 Service Unavailable", "SlowDown")
FAULTS = [refuse("500 Internal Server Error", "InternalError"), _DOWN, LOSE]
REQUESTS = (
    "PUT lease.json",
    "PUT owner.json",
    "GET owner.json",
    "PUT owner-seen.json",
    "DELETE owner.json",
    "DELETE owner-seen.json",
)


@dataclass(frozen=True, slots=True)
class Machine:
    """The steps of an engine, in a bucket behind a proxy that may fail."""

    settings: Settings
    proxy: FaultProxy
    ids: list[str]

    async def plan(self, execution: str) -> str:
        """Plan, or take over; return the run."""
        planned = await plan_run(self.settings, workers=1, execution=execution)
        assert planned.run is not None
        return planned.run

    async def work(self, run: str, execution: str) -> Report:
        """Harvest both units."""
        return await harvest_range(
            self.settings, run, range(2), workers=1, stop=Stop(), execution=execution
        )


@pytest.fixture
async def machine(
    seaweedfs: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Machine]:
    """Make a CSV, a bucket, a TMDB and a proxy in front of S3; nobody waits for an older owner."""
    monkeypatch.setattr(owner, "HANDOVER_SECONDS", 0.0)
    ids = movies(tmp_path / "m.csv", range(1, 151))
    token = Credential(headers={"Authorization": "Bearer x"})
    async with (
        simulate(SimulatorOptions(latency_ms=0)) as tmdb,
        running_proxy(seaweedfs.endpoint) as proxy,
    ):
        more: dict[str, Any] = {"inputs": ("m.csv",), "rate": 3000.0, "credential": token}
        made = Settings(lake=fresh_bucket(seaweedfs), base_url=tmdb.base_url, **more)
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.endpoint)
        yield Machine(made, proxy, ids)


@pytest.mark.parametrize("request_kind", REQUESTS)
async def test_a_fault_that_passes(
    request_kind: str, machine: Machine, seaweedfs: S3Server, tmp_path: Path
) -> None:
    """Each fault occurs once on one kind of request: the run ends, and nobody owns it."""
    last = cut(3) if request_kind.startswith("GET") else refuse("409 Conflict", "OperationAborted")
    faults = FAULTS if request_kind.startswith("DELETE") else [*FAULTS, last]
    machine.proxy.faults[request_kind] = list(faults)
    run = await machine.plan("a")
    report = await machine.work(run, "a")
    assert report.done, report
    finished = await finish_run(machine.settings, run)
    assert finished.finish_reason == "finished"
    if request_kind != "PUT owner-seen.json":  # which is given up after a while, and said again
        assert not machine.proxy.faults[request_kind]
    async with open_store(machine.settings.lake) as store:
        folder = RunFolder("TMDB", run)
        assert await store.get(folder.owner) is None
        assert await store.get(folder.owner_seen) is None
    judge(download(machine.settings.lake, seaweedfs, tmp_path / "copy"), run, machine.ids)


@pytest.mark.slow
async def test_a_fault_that_lasts(machine: Machine, seaweedfs: S3Server, tmp_path: Path) -> None:
    """A plan that can't say who owns the run, and a worker that can't look, end as `StoreDown`.

    The execution tries the step again later; no worker goes on without having looked.
    """
    run = await machine.plan("a")
    async with open_store(machine.settings.lake) as store:
        old = Owner("a", "2026-01-05T00:00:00Z").to_json()
        await store.put(RunFolder("TMDB", run).owner, old)
    machine.proxy.faults["PUT owner.json"] = [_DOWN] * 100
    with pytest.raises(StoreDown):
        await machine.plan("b")
    machine.proxy.faults.clear()
    machine.proxy.faults["GET owner.json"] = [_DOWN] * 100
    report = await machine.work(run, "a")
    assert (report.done, report.finish_reason) == (False, "store_down")
    assert report.this_process.requests == 0
    machine.proxy.faults.clear()
    assert await machine.plan("b") == run
    assert (await machine.work(run, "b")).done
    await finish_run(machine.settings, run)
    judge(download(machine.settings.lake, seaweedfs, tmp_path / "copy"), run, machine.ids)
