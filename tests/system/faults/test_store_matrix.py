"""Every fault of S3 on every kind of request: passing ones have no effect, lasting ones exit 5."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import Ended, harvester
from csvs import movies
from fault_proxy import LOSE, Fault, FaultProxy, cut, refuse, running_proxy
from invariants import judge
from s3_copy import download
from s3_servers import S3Server

from harvester.simulator import Simulator, SimulatorOptions, simulate

FAULTS = {
    "500": refuse("500 Internal Server Error", "InternalError"),
    "503": refuse("503 Service Unavailable", "SlowDown"),
    "lost": LOSE,  # S3 did it, and its response never came
    "cut": cut(3),
    "409": refuse("409 Conflict", "ConditionalRequestConflict"),  # two writers met
}
REFUSALS = {
    "no conditional writes": refuse("501 Not Implemented", "NotImplemented"),
    "AWS_REQUEST_CHECKSUM_CALCULATION": refuse(
        "400 Bad Request", "InvalidArgument", "Unsupported header x-amz-sdk-checksum-algorithm"
    ),
    "kms:GenerateDataKey": refuse("403 Forbidden", "AccessDenied", "kms:GenerateDataKey"),
    "ignores If-None-Match": Fault(
        answer=b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
    ),
}
"""What never passes, by what the sentence must name."""

REQUESTS = {
    "put file": "PUT TMDB/JSON",
    "put manifest": "PUT units/",
    "put plan": "PUT plan",
    "put lease": "PUT lease.json",
    "list": "GET list-type",
    "get": "GET plan-titles",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A run into a bucket behind a proxy that may fail: its command and its servers."""

    command: list[str]
    tmdb: Simulator
    proxy: FaultProxy
    ids: list[str]
    bucket: str

    async def run(self, *flags: str) -> Ended:
        """Run the command."""
        return await harvester(*self.command, *flags, tmdb=self.tmdb)


@pytest.fixture
async def setting(
    seaweedfs: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Setting]:
    """Make a CSV, a bucket, a TMDB and a proxy in front of S3."""
    ids = movies(tmp_path / "m.csv", range(1, 151))
    bucket = fresh_bucket(seaweedfs)
    command = ["run", "m.csv", "--lake", bucket, "--rate", "3000", "--json"]
    async with (
        simulate(SimulatorOptions(latency_ms=0)) as tmdb,
        running_proxy(seaweedfs.endpoint) as proxy,
    ):
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.endpoint)
        yield Setting(command, tmdb, proxy, ids, bucket)


@pytest.mark.parametrize("request_kind", REQUESTS)
async def test_a_fault_that_passes(
    request_kind: str, setting: Setting, seaweedfs: S3Server, tmp_path: Path
) -> None:
    """Each fault occurs twice in a row on one kind of request: nothing is lost."""
    first = await setting.run("--max-duration", "0.01s")
    assert first.code == 10, first.err
    setting.proxy.faults[REQUESTS[request_kind]] = _faults(request_kind, times=2)
    ended = await setting.run()
    assert ended.code == 0, ended.err
    left = {rule: waiting for rule, waiting in setting.proxy.faults.items() if waiting}
    assert not left
    run = json.loads(ended.out)["run"]
    judge(download(setting.bucket, seaweedfs, tmp_path / "copy"), run, setting.ids)


@pytest.mark.parametrize("names", REFUSALS)
async def test_a_store_that_never_will(names: str, setting: Setting) -> None:
    """A missing feature, header or right ends the run with 2 before TMDB is asked for a title."""
    if names.startswith("ignores"):  # it writes the plan, and then writes it again
        setting.proxy.faults["PUT plan.json"] = [Fault(), *[REFUSALS[names]] * 99]
    else:
        setting.proxy.faults["PUT"] = [REFUSALS[names]] * 99
    ended = await setting.run()
    assert ended.code == 2, ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert names in ended.err
    assert "resume" not in ended.err
    if "If-None-Match" in ended.err:
        assert setting.proxy.endpoint in ended.err
    assert setting.tmdb.stats()["requests"] <= 1  # whether it is there


@pytest.mark.slow
@pytest.mark.parametrize("request_kind", ["put file", "put manifest", "list"])
async def test_a_fault_that_lasts(
    request_kind: str, setting: Setting, seaweedfs: S3Server, tmp_path: Path
) -> None:
    """S3 that keeps failing ends the run with 5 and one sentence; the run can be resumed."""
    setting.proxy.faults[REQUESTS[request_kind]] = _faults(request_kind, times=100)
    ended = await setting.run()
    assert ended.code == 5, ended.err
    assert "resume later" in ended.err
    assert "Traceback" not in ended.err
    setting.proxy.faults.clear()
    resumed = await setting.run()
    assert resumed.code == 0, resumed.err
    run = json.loads(resumed.out)["run"]
    judge(download(setting.bucket, seaweedfs, tmp_path / "copy"), run, setting.ids)


def _faults(request_kind: str, *, times: int) -> list[Fault]:
    """Return each fault `times` in a row; botocore tries five times, so the fault passes."""
    if times > 2:
        return [FAULTS["503"]] * times
    if request_kind.startswith("put"):
        return [FAULTS[name] for name in ("500", "503", "lost", "409")]
    return [FAULTS[name] for name in ("500", "503", "lost", "cut")]
