"""The handler under AWS's own runtime client, with a real S3 server and a TMDB over real HTTP."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from command_line import harvester
from csvs import movies
from invariants import judge
from lambda_runtime import running_function
from s3_copy import download
from s3_servers import S3Server
from scripted_tmdb import Reply, scripted_tmdb

from harvester.simulator import SimulatorOptions, simulate
from harvester.stores import open_store

TOKEN = "eyJ-the-token-of-parameter-store"
NAME = "/tmdb-harvester/token"


@pytest.fixture
def environ(
    seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str], moto_s3: S3Server
) -> dict[str, str]:
    """Give the function's environment: a lake on SeaweedFS, and the token's name in moto's SSM."""
    lake = fresh_bucket(seaweedfs)
    ssm = boto3.Session().client("ssm", endpoint_url=moto_s3.endpoint)
    ssm.put_parameter(Name=NAME, Value=TOKEN, Type="SecureString", Overwrite=True)
    ssm.close()
    return {
        "HARVESTER_LAKE": lake,
        "HARVESTER_RATE": "1000",
        "TMDB_TOKEN_PARAMETER": NAME,
        "AWS_ENDPOINT_URL_SSM": moto_s3.endpoint,
    }


async def _uploaded(lake: str, numbers: range) -> list[str]:
    ids = movies(Path("movies.csv"), numbers)
    ended = await harvester("upload", "movies.csv", "--lake", lake)
    assert ended.code == 0, ended.err
    return ids


def _metric(lines: list[dict[str, Any]], name: str) -> list[float]:
    return [line[name] for line in lines if name in line]


async def test_a_warm_process_harvests_then_has_nothing_to_do(
    environ: dict[str, str], seaweedfs: S3Server, tmp_path: Path
) -> None:
    """Two calls on one process: a complete run, then nothing; each line on stdout is JSON."""
    lake = environ["HARVESTER_LAKE"]
    ids = await _uploaded(lake, range(1, 251))
    async with (
        simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb,
        running_function({**environ, "TMDB_BASE_URL": tmdb.base_url}) as function,
    ):
        first = await function.invoke({})
        asked = tmdb.stats()["requests"]
        second = await function.invoke({"detail-type": "Scheduled Event", "detail": "{}"})
        assert tmdb.stats()["requests"] == asked
    assert first.result.get("finish_reason") == "finished", (first, function.out)
    assert first.result["done"] is True
    assert second.result["finish_reason"] == "nothing_to_do", second
    run = first.result["run"]
    judge(download(lake, seaweedfs, tmp_path / "copy"), run, ids)
    lines = function.lines
    assert [line["unit"] for line in lines if line["event"] == "committed"] == [0, 1, 2]
    assert {line["run"] for line in lines if line["event"] == "committed"} == {run}
    assert sum(_metric(lines, "Titles")) == 250
    assert sum(_metric(lines, "Requests")) == first.result["requests"]["sent"]
    assert _metric(lines, "Finished") == [1, 1]
    assert TOKEN not in function.out.decode()
    assert b"Traceback" not in function.out


@pytest.mark.slow
async def test_a_deadline_leaves_a_run_to_take_up(
    environ: dict[str, str], seaweedfs: S3Server, tmp_path: Path
) -> None:
    """A call out of time returns `deadline` before its limit; later calls finish the run."""
    lake = environ["HARVESTER_LAKE"]
    ids = await _uploaded(lake, range(1, 601))
    async with (
        simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb,
        running_function({**environ, "TMDB_BASE_URL": tmdb.base_url}) as function,
    ):
        first = await function.invoke({"rate": 100}, seconds=34)
        assert (first.result["done"], first.result["finish_reason"]) == (False, "deadline")
        assert 0 < first.result["titles"]["pending"] < 600
        second = await function.invoke({"rate": 1000})
    assert second.result["finish_reason"] == "finished", second
    assert second.result["run"] == first.result["run"]
    assert second.result["this_process"]["titles"] == first.result["titles"]["pending"]
    judge(download(lake, seaweedfs, tmp_path / "copy"), first.result["run"], ids)
    assert _metric(function.lines, "SecondsLeft")[0] <= 34


async def test_a_time_too_short_for_a_unit_alarms(environ: dict[str, str]) -> None:
    """A call that could never finish a unit is an error, not a run that is resumed forever."""
    await _uploaded(environ["HARVESTER_LAKE"], range(1, 101))
    async with (
        simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb,
        running_function({**environ, "TMDB_BASE_URL": tmdb.base_url}) as function,
    ):
        answer = await function.invoke({}, seconds=15)
    assert answer.error_type == "SettingError"
    assert "too short" in answer.error_message


@pytest.mark.slow
async def test_an_async_duplicate_exits_as_held(
    environ: dict[str, str], seaweedfs: S3Server, tmp_path: Path
) -> None:
    """The same event twice at once: one harvests, the other returns `held`; no duplicates."""
    lake = environ["HARVESTER_LAKE"]
    ids = await _uploaded(lake, range(1, 301))
    async with simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb:
        variables = {**environ, "TMDB_BASE_URL": tmdb.base_url, "HARVESTER_RATE": "300"}
        async with running_function(variables) as one, running_function(variables) as other:
            answers = await asyncio.gather(one.invoke({}), other.invoke({}))
    by_reason = {answer.result["finish_reason"]: answer.result for answer in answers}
    assert set(by_reason) == {"finished", "held"}
    assert by_reason["held"]["done"] is False
    judge(download(lake, seaweedfs, tmp_path / "copy"), by_reason["finished"]["run"], ids)


async def test_a_refused_token_is_an_error_and_fetched_anew(
    environ: dict[str, str], moto_s3: S3Server
) -> None:
    """401 raises `TokenRefused` and is counted; a replaced parameter works on the warm process."""
    await _uploaded(environ["HARVESTER_LAKE"], range(1, 51))
    async with (
        simulate(SimulatorOptions(latency_ms=0, token="eyJ-the-new-one")) as tmdb,
        running_function({**environ, "TMDB_BASE_URL": tmdb.base_url}) as function,
    ):
        refused = await function.invoke({})
        ssm = boto3.Session().client("ssm", endpoint_url=moto_s3.endpoint)
        ssm.put_parameter(Name=NAME, Value="eyJ-the-new-one", Type="SecureString", Overwrite=True)
        ssm.close()
        taken = await function.invoke({})
    assert refused.error_type == "TokenRefused", refused
    assert taken.result["finish_reason"] == "finished", taken
    assert _metric(function.lines, "TokenRefused") == [1]
    assert TOKEN not in function.out.decode() + refused.error_message


@pytest.mark.slow
async def test_a_dead_tmdb_is_no_error_for_a_schedule(environ: dict[str, str]) -> None:
    """A schedule calls again, so a TMDB that is down is reported, not raised; a step raises."""
    await _uploaded(environ["HARVESTER_LAKE"], range(1, 51))
    async with scripted_tmdb() as tmdb:
        tmdb.replies["authentication"] = Reply(b"down", 503)
        async with running_function({**environ, "TMDB_BASE_URL": tmdb.base_url}) as function:
            said = await function.invoke({})
            raised = await function.invoke({"step": "plan"})
    assert (said.result["done"], said.result["finish_reason"]) == (False, "upstream_down")
    assert raised.error_type == "UpstreamDown"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"step": "harvst"}, "step is 'harvst'"),
        ({"rat": 20}, "'rat'"),
        ({"limit": 0}, "--limit takes a whole number"),
        ({"rate": 1001}, "the event's rate 1001 is above HARVESTER_RATE 1000"),
        (None, "an event is a JSON object"),
        ({"detail-type": "Object Deleted"}, "starts no run"),
        ({"step": "harvest", "first": 0, "last": 1}, "needs the event's run"),
        ({"step": "finish", "run": "20260101-00000000"}, "holds no run 20260101-00000000"),
    ],
)
async def test_a_wrong_event_is_one_sentence(
    environ: dict[str, str], event: Any, expected: str
) -> None:
    """An event that names something missing is an error of one sentence that names it.

    Logged as the template's functions log, it has no traceback.
    """
    as_json = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"}
    async with running_function({**environ, **as_json}) as function:
        answer = await function.invoke(event)
    assert b"Traceback" not in function.out
    assert b"aws_lambda.py" not in function.out
    assert answer.error_type in {"SettingError", "LakeError"}
    assert expected in answer.error_message


async def test_no_answer_shows_what_a_file_holds(environ: dict[str, str]) -> None:
    """Who may send events need not be who may read the bucket: no error, no Report quotes it."""
    lake = environ["HARVESTER_LAKE"]
    key = "Raw/Local/CSV/Movies/2026/11/24/m.csv"
    files = {
        "secrets.csv": b"user;pass-hunter2\nroot;hunter2\n",
        "rows.csv": b"tconst\nhunter2\nhunter2-too\n",
        "other.csv": b"id,hunter2\n5,hunter2\n",
        key: b"tconst\ntt0000001\nhunter2\n",
    }
    async with open_store(lake) as store:
        for name, data in files.items():
            await store.put(name, data)
    async with (
        simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb,
        running_function({**environ, "TMDB_BASE_URL": tmdb.base_url}) as function,
    ):
        for name in ("secrets.csv", "rows.csv", "other.csv"):
            refused = await function.invoke({"inputs": [f"{lake}/{name}"]})
            assert refused.error_type == "InputError", refused
            assert name in refused.error_message
            assert "hunter2" not in f"{refused}"
        answer = await function.invoke({"inputs": [key]})
    assert answer.result["finish_reason"] == "finished", answer
    assert answer.result["inputs"][0]["rejected"] == 1
    assert "hunter2" not in f"{answer}"
    assert "hunter2" not in function.out.decode()
