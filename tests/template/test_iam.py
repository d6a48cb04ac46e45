"""Each role of template.yaml allows the calls that its function makes, and no others.

The calls are recorded by botocore's events while the handler runs every step on SeaweedFS.
"""

import asyncio
import gzip
import json
import time
from collections.abc import Callable
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import aiobotocore.session
import boto3
import pytest
from botocore.config import Config
from command_line import harvester
from csvs import movies
from moved_clock import move
from s3_servers import S3Server
from scripted_tmdb import Reply, ScriptedTmdb, scripted_tmdb
from template import statements
from tiny.origin import TinyOrigin
from tiny.server import tiny_server

from handlers import credentials
from handlers.aws_lambda import handler
from harvester import clock
from harvester.lake import keys
from harvester.lake.documents.owner import Owner
from harvester.origins.table import ORIGINS
from harvester.run import owner
from harvester.stores import lease

Call = tuple[str, str]
"""An IAM action and the resource it is asked for."""

_ACTIONS = {
    "ListObjectsV2": "s3:ListBucket",
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "GetParameter": "ssm:GetParameter",
    "GetSecretValue": "secretsmanager:GetSecretValue",
}
_LAMBDA_ITSELF = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"}
"""What Lambda does by a function's role, not the function."""

_TOKEN = {"ssm:GetParameter", "secretsmanager:GetSecretValue"}

PARAMETER = "/tmdb-harvester/token"
SECRET = "tmdb-harvester"


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000


class _Account:
    """Calls the handler as one of the functions, and records its calls to AWS."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: dict[str, set[Call]] = {}
        self._now = ""
        original = aiobotocore.session.AioSession.__init__

        def recording(session: Any, *args: Any, **kwargs: Any) -> None:
            original(session, *args, **kwargs)
            session.register("provide-client-params", self._record)

        monkeypatch.setattr(aiobotocore.session.AioSession, "__init__", recording)

    def _record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        calls = self.calls.setdefault(self._now, set())
        action = _ACTIONS[model.name]  # a call that no test knows is an error
        match action.partition(":")[0]:
            case "s3":
                key = f"/{params['Key']}" if "Key" in params else ""
                resource = f"arn:aws:s3:::{params['Bucket']}{key}"
                if "IfMatch" in params:  # S3 requires the right to read what is compared
                    calls.add(("s3:GetObject", resource))
            case "ssm":
                resource = f"arn:aws:ssm:us-east-1:123456789012:parameter{params['Name']}"
            case _:
                arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret"
                resource = f"{arn}:{params['SecretId']}-AbCdEf"
        calls.add((action, resource))

    async def call(self, role: str, event: dict[str, Any]) -> dict[str, Any]:
        self._now = role
        credentials.forget_token()
        return await asyncio.to_thread(handler, event, _Context())


@pytest.mark.slow
async def test_each_role_fits_its_function(
    seaweedfs: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    moto_s3: S3Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Runs, steps, a renewed lease, units lost to a faster process, and leftovers to sweep.

    And a run that an execution owns, and one that such an execution left behind.
    """
    uri = fresh_bucket(seaweedfs)
    bucket = uri.removeprefix("s3://")
    ids = movies(Path("movies.csv"), range(1, 151))
    assert (await harvester("upload", "movies.csv", "--lake", uri)).code == 0
    _keep_the_token(moto_s3, monkeypatch)
    monkeypatch.setenv("HARVESTER_LAKE", uri)
    monkeypatch.setenv("HARVESTER_RATE", "1000")
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.2)
    monkeypatch.setattr(owner, "HANDOVER_SECONDS", 0.0)
    objects = (
        boto3.Session()
        .resource(
            "s3", endpoint_url=seaweedfs.endpoint, config=Config(s3={"addressing_style": "path"})
        )
        .Bucket(bucket)
    )

    def leave_behind(run: str, date: str) -> None:
        key = f"Raw/TMDB/JSON/Find/{date.replace('-', '/')}/{run}-000000-0-00000000.json"
        objects.put_object(Key=key, Body=b"[]")

    account = _Account(monkeypatch)
    async with scripted_tmdb() as tmdb:
        monkeypatch.setenv("TMDB_BASE_URL", tmdb.base_url)
        for number, one in enumerate(ids, 1):
            tmdb.find(one, "movie", number)

        def faster(run: Callable[[], str]) -> Callable[[str], None]:
            """Commit unit 1 as another process would while the handler fetches it."""

            def commit(path: str) -> None:
                if path == f"find/{ids[-1]}":
                    key = keys.RunFolder("TMDB", run()).manifest(1)
                    objects.put_object(Key=key, Body=_manifest(run(), ids[100:]))

            return commit

        def newest() -> str:
            root = keys.harvest_root("TMDB")
            names: list[str] = [one.key for one in objects.objects.filter(Prefix=root)]
            return max(key.split("/")[3] for key in names if key.endswith("plan.json"))

        tmdb.on_request = faster(newest)
        leave_behind("20200101-only", "2020-01-01")
        event: dict[str, Any] = {"endpoints": ["find", "details"]}
        report = await account.call("HarvestRole", event)
        assert report["finish_reason"] == "finished"
        _use_the_secret(monkeypatch)
        owned = {"execution": "arn:a"}
        event = {"step": "plan", "limit": 120, "workers": 1, **owned}
        planned = await account.call("PlanRole", event)
        leave_behind(planned["run"], report["date"])
        event = {"step": "harvest", "run": planned["run"], "first": 0, "last": 1, **owned}
        ids[100:] = ids[100:120]
        tmdb.on_request = faster(lambda: planned["run"])
        await account.call("WorkerRole", event)
        finished = await account.call("FinishRole", {"step": "finish", "run": planned["run"]})
        assert finished["finish_reason"] == "finished"
        tmdb.on_request = len
        await _take_over(account, objects)
        await _ask_and_refresh(account, tmdb, monkeypatch)
    await _ask_another_origin(account, monkeypatch)
    for role, calls in account.calls.items():
        _compare(role, calls, bucket)
    assert set(account.calls) == {"HarvestRole", "PlanRole", "WorkerRole", "FinishRole"}


async def _take_over(account: _Account, objects: Any) -> None:
    """Let the function alone finish a run that an execution left behind long ago."""
    event = {"step": "plan", "limit": 110, "execution": "arn:a"}
    left = keys.RunFolder("TMDB", (await account.call("PlanRole", event))["run"])
    long_ago = Owner("arn:a", "2026-01-05T00:00:00Z").to_json()
    for key in (left.owner, left.owner_seen):
        objects.put_object(Key=key, Body=long_ago)
    taken = await account.call("HarvestRole", {"limit": 110})
    assert (taken["run"], taken["done"]) == (left.run, True)


async def _ask_and_refresh(
    account: _Account, tmdb: ScriptedTmdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plan by questions, in one call and in steps, and what is due days later."""
    _answer_questions(tmdb, monkeypatch)
    inputs = ["tmdb:collection/10", "tmdb:export/movies"]
    event = {"inputs": inputs, "endpoints": ["details"]}
    report = await account.call("HarvestRole", event)
    assert report["titles"]["total"] == 2
    asked = await account.call(
        "PlanRole", {"step": "plan", **event, "inputs": [inputs[0], "tmdb:export/series"]}
    )
    assert asked["count"] == 1
    _move_on(monkeypatch)
    due = {"step": "plan", "only": "due", "endpoints": ["find", "details"]}
    assert (await account.call("PlanRole", due))["run"] is None


async def _ask_another_origin(account: _Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plan, harvest and finish a run of an origin that counts what it was asked in a day."""
    monkeypatch.setitem(ORIGINS, "Tiny", TinyOrigin())
    async with tiny_server(range(1, 151), changed=[]) as server:
        monkeypatch.setenv("TINY_BASE_URL", server.base_url)
        asked = {"step": "plan", "origin": "tiny", "limit": 10}
        planned = await account.call("PlanRole", asked)
        run = {"run": planned["run"], "origin": planned["origin"]}
        work = {"step": "harvest", **run, "first": 0, "last": 0}
        assert (await account.call("WorkerRole", work))["done"] is True
        finished = await account.call("FinishRole", {"step": "finish", **run})
    assert finished["finish_reason"] == "finished"


def _compare(role: str, calls: set[Call], bucket: str) -> None:
    granted = [
        (action, resource)
        for statement in statements(role, bucket)
        for action in statement["actions"]
        for resource in statement["resources"]
        if action not in _LAMBDA_ITSELF
    ]

    def allows(grant: Call, call: Call) -> bool:
        return grant[0] == call[0] and fnmatchcase(call[1], grant[1])

    refused = [call for call in calls if not any(allows(grant, call) for grant in granted)]
    assert not refused, f"{role} does not allow {refused}"
    used = [grant for grant in granted if any(allows(grant, call) for call in calls)]
    if _TOKEN & {action for action, _ in used}:  # the user chooses one of the two
        used += [grant for grant in granted if grant[0] in _TOKEN]
    idle = set(granted) - set(used)
    assert not idle, f"{role} allows what its function never does: {idle}"


def _keep_the_token(moto: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    ssm = boto3.Session().client("ssm", endpoint_url=moto.endpoint, region_name="us-east-1")
    ssm.put_parameter(Name=PARAMETER, Value="eyJ-a", Type="SecureString", Overwrite=True)
    ssm.close()
    secrets = boto3.Session().client(
        "secretsmanager", endpoint_url=moto.endpoint, region_name="us-east-1"
    )
    secrets.create_secret(Name=SECRET, SecretString="eyJ-b")
    secrets.close()
    monkeypatch.setenv("TMDB_TOKEN_PARAMETER", PARAMETER)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", moto.endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", moto.endpoint)


def _answer_questions(tmdb: ScriptedTmdb, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a TMDB have a collection, an export of today and yesterday, and no changes."""
    tmdb.on_request = len
    part = {"id": 7, "media_type": "movie", "title": "A", "release_date": "1999-01-01"}
    collection = {"id": 10, "name": "C", "parts": [part]}
    tmdb.replies["collection/10"] = Reply(json.dumps(collection).encode())
    nothing = {"results": [], "page": 1, "total_pages": 1, "total_results": 0}
    tmdb.replies["movie/changes"] = Reply(json.dumps(nothing).encode())
    line = {"adult": False, "id": 8, "original_title": "B", "popularity": 1.0, "video": False}
    series = {"id": 9, "original_name": "S", "popularity": 1.0}
    for days in (0, 1):
        day = clock.today() - timedelta(days=days)
        for kind, one in (("movie", line), ("tv_series", series)):
            name = f"exports/{kind}_ids_{day:%m_%d_%Y}.json.gz"
            tmdb.replies[name] = Reply(gzip.compress(json.dumps(one).encode() + b"\n"))
    monkeypatch.setenv("TMDB_EXPORT_URL", f"{tmdb.base_url}/exports")


def _move_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three days pass, so that the day of the run has settled."""
    move(monkeypatch, lambda: time.time() + 3 * 86_400)


def _use_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMDB_TOKEN_PARAMETER")
    monkeypatch.setenv("TMDB_TOKEN_SECRET", SECRET)


def _manifest(run: str, ids: list[str]) -> bytes:
    """Return what a faster process would have committed if all titles were unmatched."""
    outcome = {"outcome": "unmatched", "media_type": None, "tmdb_id": None, "reason": "x"}
    content = {
        "version": 1,
        "run": run,
        "unit": 1,
        "outcomes": dict.fromkeys(ids, outcome),
        "files": [],
        "requests": {"sent": 0, "retried": 0, "throttled": 0},
        "timeline": [],
        "latency": {},
        "started_at": "2026-11-24T07:00:00Z",
        "finished_at": "2026-11-24T07:00:01Z",
    }
    return json.dumps(content).encode()
