"""The commands of docs/aws.md, run as they stand there, in a fresh clone with an empty home."""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest
from aws_emulator import EMULATOR, Aws, running_aws
from command_line import TOKEN
from csvs import movies
from manual import ROOT, blocks

from harvester.simulator import SimulatorOptions, simulate

ELSEWHERE = "sam deploy --guided"
"""Run by tests/system/aws/test_deploys.py, on an account where nothing is deployed."""

LACKING = "redrive-execution"
"""What the emulator has not."""


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_commands_of_the_page_work(clone: Path, tmp_path: Path) -> None:
    """Deploy, smoke, harvest, schedule, watch, stop, delete: all end well, and leave nothing.

    The token is in no file and no output. A forbidden call is denied, so that the others prove
    that the roles allow what the functions do.
    """
    texts = [b.text for b in blocks(ROOT / "docs" / "aws.md") if b.language == "sh"]
    here = [text for text in texts if ELSEWHERE not in text and LACKING not in text]
    assert len(texts) - len(here) == 2
    assert len(here) > 7
    movies(clone / "movies.csv", range(1, 21))
    movies(clone / "series.csv", range(21, 41))
    async with simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb:
        with running_aws(tmp_path, tmdb.base_url) as aws:
            said = await _run(aws, clone, "\n".join(here[:-2]))
            await asyncio.to_thread(_judge, aws, said)
            await asyncio.to_thread(_start_a_slow_one, aws)
            await _run(aws, clone, here[-2])
            assert _states(aws)[0] == "ABORTED"
            lacking = next(text for text in texts if LACKING in text)
            ended = await asyncio.to_thread(_bash, aws, clone, f"EXECUTION=arn\n{lacking}")
            assert "Unknown action: RedriveExecution" in ended.stderr, (
                f"the emulator has it now: {ended.stderr}"
            )
            last = await _run(aws, clone, f"export BUCKET=my-films-lake\n{here[-1]}")
            assert "tmdb-harvester is deleted" in last
            assert not aws.client("s3").list_buckets()["Buckets"]
            assert not aws.client("ssm").describe_parameters()["Parameters"]
            assert not aws.client("lambda").list_functions()["Functions"]
    for folder in (clone, tmp_path / "home"):
        for where, _, names in os.walk(folder):  # links, such as that to .venv, are not followed
            for name in names:
                assert TOKEN.encode() not in Path(where, name).read_bytes(), name


async def _run(aws: Aws, clone: Path, script: str) -> str:
    ended = await asyncio.to_thread(_bash, aws, clone, script)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said[-6000:]
    assert TOKEN not in said
    return said


def _bash(aws: Aws, clone: Path, script: str) -> "subprocess.CompletedProcess[str]":
    path = f"{EMULATOR.parent}{os.pathsep}{os.environ['PATH']}"
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=clone,
        env={**pip, **aws.environ, "PATH": path, "TMDB_TOKEN": TOKEN},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _judge(aws: Aws, said: str) -> None:
    """Compare what was made with what the page promises."""
    assert "2 of 2 titles harvested, and verified" in said
    assert "\nLake " in said
    (stack,) = aws.client("cloudformation").describe_stacks(StackName="tmdb-harvester")["Stacks"]
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}
    assert parameters["ScheduleState"] == "ENABLED"
    assert parameters["Schedule"] == "cron(0 3 1 * ? *)"
    assert parameters["AlarmEmail"] == "you@example.org"
    assert {"Key": "app", "Value": "tmdb-harvester"} in stack["Tags"]
    assert _states(aws) == ["SUCCEEDED", "SUCCEEDED"]
    functions = aws.client("lambda")
    names = [one["FunctionName"] for one in functions.list_functions()["Functions"]]
    assert len(names) == 4
    for name in names:
        assert TOKEN not in str(functions.get_function_configuration(FunctionName=name))
    (worker,) = (name for name in names if "Worker" in name)
    event = '{"step":"plan","inputs":["tmdb:movie/550"]}'  # a worker may write no plan
    denied = functions.invoke(FunctionName=worker, Payload=event)
    assert denied["FunctionError"] == "Unhandled"
    assert b"access denied" in denied["Payload"].read()


def _machine(aws: Aws) -> str:
    machines = aws.client("stepfunctions").list_state_machines()["stateMachines"]
    return str(machines[0]["stateMachineArn"])


def _states(aws: Aws) -> list[str]:
    """Return the state of each execution, the newest first."""
    found = aws.client("stepfunctions").list_executions(stateMachineArn=_machine(aws))
    newest_first = sorted(found["executions"], key=lambda one: one["startDate"], reverse=True)
    return [one["status"] for one in newest_first]


def _start_a_slow_one(aws: Aws) -> None:
    """Start an execution that would be at work for half a minute."""
    event = '{"rate":1,"endpoints":["find","videos"]}'
    aws.client("stepfunctions").start_execution(stateMachineArn=_machine(aws), input=event)
