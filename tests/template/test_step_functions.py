"""The state machine of template.yaml, its tasks run by the handler under AWS's client."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import TOKEN, harvester
from csvs import movies
from fault_proxy import refuse, running_proxy
from invariants import judge
from lambda_runtime import Function, running_function
from s3_copy import download
from s3_servers import S3Server
from state_machine import Execution, TaskFailed, reader
from template import definition

from handlers.events import read_event
from harvester.simulator import SimulatorOptions, simulate

_ME = "arn:aws:states:us-east-1:1:execution:machine:me"


class _Account:
    """Stands for Step Functions: passes events to functions, and counts them."""

    def __init__(self, bucket: str, server: S3Server) -> None:
        self.server = server
        self.bucket = bucket
        self.machine = definition(
            Bucket=bucket,
            Workers=2,
            PlanFunction="plan",
            WorkerFunction="work",
            FinishFunction="finish",
        )
        self.executions = [{"ExecutionArn": _ME}]
        self.calls: Counter[str] = Counter()
        self.events: list[dict[str, Any]] = []
        self.seconds: list[float] = []
        self.errors: list[str] = []

    async def execute(self, function: Function, given: dict[str, Any]) -> tuple[Any, Execution]:
        async def task(resource: str, event: Any) -> Any:
            if resource.endswith("sfn:listExecutions"):
                return {"Executions": self.executions}
            self.calls[resource] += 1
            self.events.append(event)
            seconds = self.seconds.pop(0) if resource == "work" and self.seconds else 900
            answer = await function.invoke(event, seconds=seconds)
            if answer.error_type:
                self.errors.append(answer.error_type)
                raise TaskFailed(answer.error_type, answer.error_message)
            return answer.result

        context = {"Execution": {"Input": given, "Id": _ME}, "StateMachine": {"Id": "machine"}}
        execution = Execution(task, reader(self.server), context)
        return await execution.carry_out(self.machine, given), execution


@pytest.fixture
def bucket(seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str]) -> str:
    """Return a new bucket's name."""
    return fresh_bucket(seaweedfs).removeprefix("s3://")


@pytest.mark.slow
async def test_a_run_in_steps(bucket: str, seaweedfs: S3Server, tmp_path: Path) -> None:
    """Plan, ranges from S3, a worker that runs out of time and continues, one failure, finish.

    The lake equals that of a single call, and the next execution finds nothing to do. What is due
    are the titles beyond the limit; then nothing is, and an execution ends without a run.
    """
    lake = f"s3://{bucket}"
    ids = movies(Path("movies.csv"), range(1, 701))
    assert (await harvester("upload", "movies.csv", "--lake", lake)).code == 0
    account = _Account(bucket, seaweedfs)
    account.seconds = [24.0]
    async with (
        simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb,
        running_proxy(seaweedfs.endpoint) as proxy,
    ):
        environ = {
            "HARVESTER_LAKE": lake,
            "TMDB_BASE_URL": tmdb.base_url,
            "TMDB_TOKEN": TOKEN,
            "AWS_ENDPOINT_URL_S3": proxy.endpoint,
        }
        proxy.faults["PUT units/000005"] = [refuse("503 Slow Down", "SlowDown")] * 5
        async with running_function(environ) as function:
            report, execution = await account.execute(function, {"limit": 650, "rate": 800})
            again, _ = await account.execute(function, {"limit": 650, "rate": 800})
            rest, _ = await account.execute(function, {"only": "due", "rate": 800})
            nothing, idle = await account.execute(function, {"only": "due", "rate": 800})
    assert (report["done"], report["finish_reason"]) == (True, "finished")
    assert report["titles"]["total"] == 650
    judge(download(lake, seaweedfs, tmp_path / "copy"), report["run"], ids[:650])
    assert (await harvester("verify", report["run"], "--lake", lake)).code == 0
    assert account.errors == ["StoreDown"]
    assert execution.waited == [60]
    worked = [event for event in account.events if event["step"] == "harvest"][:4]
    ranges = [(event["first"], event["last"]) for event in worked]
    assert ranges == [(0, 3), (0, 3), (4, 6), (4, 6)]  # repeated: out of time, and failed
    assert {event["rate"] for event in worked} == {800}
    assert {event["workers"] for event in worked} == {2}
    assert execution.visited[-4:] == ["Finish", "Zones", "AreZonesBuilt", "Finished"]
    assert again["finish_reason"] == "nothing_to_do"
    assert (rest["finish_reason"], rest["why"]) == ("finished", {"new": 50})
    assert (nothing["run"], nothing["count"], idle.visited[-1]) == (None, 0, "NothingIsDue")
    assert account.calls["work"] == 5


def test_the_definition_is_valid() -> None:
    """cfn-lint accepts every state; each transition leads to a state, each state is reachable.

    Through SAM, cfn-lint sees only a text: here it gets the definition itself.
    """
    arn = "arn:aws:lambda:us-east-1:123456789012:function"
    machine = definition(
        Bucket="bucket",
        Workers=2,
        PlanFunction=f"{arn}:plan",
        WorkerFunction=f"{arn}:work",
        FinishFunction=f"{arn}:finish",
    )
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/steps", "Definition": machine}
    resource = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    Path("machine.json").write_text(json.dumps({"Resources": {"Machine": resource}}))
    linted = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "machine.json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout
    _check_transitions(machine)
    _check_transitions(machine["States"]["Harvest"]["ItemProcessor"])


def _check_transitions(machine: dict[str, Any]) -> None:
    states = machine["States"]
    reached = {machine["StartAt"]}
    for state in states.values():
        ways = [state.get("Next"), state.get("Default")]
        ways += [choice["Next"] for choice in state.get("Choices", [])]
        reached |= {way for way in ways if way is not None}
        assert state["Type"] in {"Choice", "Succeed"} or state.get("End") or state.get("Next")
    assert reached == set(states)


async def test_a_quota_that_is_used_up_ends_an_execution_as_a_success() -> None:
    """The ranges that are left wait for the next one; a run is not finished before it is done."""
    work = {"run": "r", "key": "k", "count": 2, "workers": 1, "rate": 2, "origin": "Tiny"}
    reports = [{"done": False, "finish_reason": "quota"}, {"done": True, "finish_reason": "x"}]
    events: list[dict[str, Any]] = []

    async def task(resource: str, event: Any) -> Any:
        if resource.endswith("sfn:listExecutions"):
            return {"Executions": [{"ExecutionArn": _ME}]}
        events.append(event)
        return work if resource == "plan" else reports.pop(0)

    context = {"Execution": {"Input": {}, "Id": _ME}, "StateMachine": {"Id": "machine"}}
    functions = {"PlanFunction": "plan", "WorkerFunction": "work", "FinishFunction": "finish"}
    machine = definition(Bucket="b", Workers=1, **functions)
    ranges = [{"first": 0, "last": 3}, {"first": 4, "last": 6}]
    execution = Execution(task, lambda *_: ranges, context)
    await execution.carry_out(machine, {})
    assert execution.visited[-2:] == ["IsQuotaUsedUp", "GoesOnNextDay"]
    assert [event.get("origin") for event in events] == [None, "Tiny", "Tiny"]
    assert "Finish" not in execution.visited


async def test_an_execution_that_lost_its_run_ends_as_a_success() -> None:
    """Its workers are told what it is called; another one finishes what they stopped at."""
    work = {"run": "r", "key": "k", "count": 2, "workers": 1, "rate": 2, "origin": "TMDB"}
    reports = [{"done": True, "finish_reason": "finished"}]
    reports += [{"done": False, "finish_reason": "taken_over"}]
    events: list[dict[str, Any]] = []

    async def task(resource: str, event: Any) -> Any:
        if resource.endswith("sfn:listExecutions"):
            return {"Executions": [{"ExecutionArn": _ME}]}
        events.append(event)
        return work if resource == "plan" else reports.pop(0)

    given = {"fresh": True, "execution": "not what the machine says"}
    context = {"Execution": {"Input": given, "Id": _ME}, "StateMachine": {"Id": "machine"}}
    functions = {"PlanFunction": "plan", "WorkerFunction": "work", "FinishFunction": "finish"}
    machine = definition(Bucket="b", Workers=1, **functions)
    ranges = [{"first": 0, "last": 3}, {"first": 4, "last": 6}]
    execution = Execution(task, lambda *_: ranges, context)
    await execution.carry_out(machine, given)
    assert execution.visited[-2:] == ["IsQuotaUsedUp", "AnotherTookOver"]
    assert [event["execution"] for event in events] == [_ME] * 3
    assert events[0]["fresh"] is True
    assert [read_event(event).execution for event in events] == [_ME] * 3


async def test_a_plan_waits_for_who_is_at_work() -> None:
    """That another process holds the run is no failure at once: the plan is tried again."""
    tries = [TaskFailed("RunHeld"), TaskFailed("RunHeld")]

    async def task(resource: str, _event: Any) -> Any:
        if resource.endswith("sfn:listExecutions"):
            return {"Executions": [{"ExecutionArn": _ME}]}
        if tries:
            raise tries.pop()
        return {"run": None, "key": None, "count": 0, "workers": 1, "rate": 2, "origin": "TMDB"}

    context = {"Execution": {"Input": {}, "Id": _ME}, "StateMachine": {"Id": "machine"}}
    functions = {"PlanFunction": "plan", "WorkerFunction": "work", "FinishFunction": "finish"}
    execution = Execution(task, lambda *_: [], context)
    await execution.carry_out(definition(Bucket="b", Workers=1, **functions), {})
    assert execution.waited == [60, 120]
    assert execution.visited[-1] == "NothingIsDue"


async def test_a_second_execution_ends_at_once(bucket: str, seaweedfs: S3Server) -> None:
    """An execution that finds an older one running ends at once and calls nothing."""
    account = _Account(bucket, seaweedfs)
    account.executions = [{"ExecutionArn": _ME}, {"ExecutionArn": _ME + "-older"}]
    async with running_function({}) as function:
        _, execution = await account.execute(function, {})
    assert execution.visited == ["Others", "IsFirst", "AnotherIsAtWork"]
    assert not account.calls


async def test_a_refused_token_ends_the_execution(bucket: str, seaweedfs: S3Server) -> None:
    """No state retries a refused token."""
    lake = f"s3://{bucket}"
    movies(Path("movies.csv"), range(1, 21))
    assert (await harvester("upload", "movies.csv", "--lake", lake)).code == 0
    account = _Account(bucket, seaweedfs)
    async with simulate(SimulatorOptions(latency_ms=0, token="another")) as tmdb:
        environ = {"HARVESTER_LAKE": lake, "TMDB_BASE_URL": tmdb.base_url, "TMDB_TOKEN": TOKEN}
        async with running_function(environ) as function:
            with pytest.raises(TaskFailed, match="TokenRefused"):
                await account.execute(function, {})
    assert account.calls == {"plan": 1}
