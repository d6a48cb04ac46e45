"""Every fault of S3 on every kind of request: what passes is unseen, what lasts ends with 5."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import harvester
from csvs import movies
from fault_proxy import LOSE, Fault, cut, refuse, running_proxy
from invariants import judge
from s3_copy import download
from s3_servers import S3Server

from harvester.simulator import SimulatorOptions, simulate

FAULTS = {
    "500": refuse("500 Internal Server Error", "InternalError"),
    "503": refuse("503 Service Unavailable", "SlowDown"),
    "lost": LOSE,  # S3 did it, and its answer never came
    "cut": cut(3),
}
REQUESTS = {
    "put file": "PUT TMDB/JSON",
    "put manifest": "PUT units/",
    "put plan": "PUT plan",
    "list": "GET list-type",
    "get": "GET plan-titles",
}


@pytest.mark.parametrize("request_kind", REQUESTS)
async def test_a_fault_that_passes(
    request_kind: str,
    seaweedfs: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each fault strikes twice, one after the other, on one kind of request: nothing is lost."""
    ids = movies(tmp_path / "m.csv", range(1, 151))
    bucket = fresh_bucket(seaweedfs)
    command = ["run", "m.csv", "--lake", bucket, "--rate", "3000", "--json"]
    async with (
        simulate(SimulatorOptions(latency_ms=0)) as tmdb,
        running_proxy(seaweedfs.endpoint) as proxy,
    ):
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.endpoint)
        first = await harvester(*command, "--max-duration", "0.01s", tmdb=tmdb)
        assert first.code == 10, first.err
        proxy.faults[REQUESTS[request_kind]] = _faults(request_kind, times=2)
        ended = await harvester(*command, tmdb=tmdb)
        assert ended.code == 0, ended.err
        left = {rule: waiting for rule, waiting in proxy.faults.items() if waiting}
        assert not left or request_kind == "put plan"
    run = json.loads(ended.out)["run"]
    judge(download(bucket, seaweedfs, tmp_path / "copy"), run, ids)


@pytest.mark.parametrize("request_kind", ["put file", "put manifest", "list"])
async def test_a_fault_that_lasts(
    request_kind: str,
    seaweedfs: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S3 that goes on failing ends the run with 5 and one sentence; the run can be resumed."""
    ids = movies(tmp_path / "m.csv", range(1, 151))
    bucket = fresh_bucket(seaweedfs)
    command = ["run", "m.csv", "--lake", bucket, "--rate", "3000", "--json"]
    async with (
        simulate(SimulatorOptions(latency_ms=0)) as tmdb,
        running_proxy(seaweedfs.endpoint) as proxy,
    ):
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.endpoint)
        proxy.faults[REQUESTS[request_kind]] = _faults(request_kind, times=100)
        ended = await harvester(*command, tmdb=tmdb)
        assert ended.code == 5, ended.err
        assert "resume later" in ended.err
        assert "Traceback" not in ended.err
        proxy.faults.clear()
        resumed = await harvester(*command, tmdb=tmdb)
        assert resumed.code == 0, resumed.err
    run = json.loads(resumed.out)["run"]
    judge(download(bucket, seaweedfs, tmp_path / "copy"), run, ids)


def _faults(request_kind: str, *, times: int) -> list[Fault]:
    """Give each fault `times` in a row; botocore tries five times, so a kind passes within them."""
    if times > 2:
        return [FAULTS["503"]] * times
    if request_kind.startswith("put"):
        return [FAULTS[name] for name in ("500", "503", "lost")]
    return [FAULTS[name] for name in ("500", "503", "lost", "cut")]
