"""The zones on AWS: their states after *finish*, and what their function's role allows."""

import asyncio
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import aiobotocore.session
import boto3
import pytest
from botocore.config import Config
from made_lake import Made, csv, make
from s3_servers import S3Server
from state_machine import Execution, TaskFailed
from template import ROLE_ITSELF, definition, read_template, statements

from handlers.zones import handler

STACK = Path(__file__).parents[2] / "zones.yaml"
_ME = "arn:aws:states:us-east-1:1:execution:machine:me"
_ACTIONS = {
    "ListObjectsV2": "s3:ListBucket",
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
}


async def _execute(answers: list[Any], **plan: Any) -> tuple[Any, Execution, list[Any]]:
    """Run the machine with the zones on; these are what their function answers, in turn."""
    events: list[Any] = []

    async def task(resource: str, event: Any) -> Any:
        if resource.endswith("sfn:listExecutions"):
            return {"Executions": [{"ExecutionArn": _ME}]}
        if resource == "plan":
            return {"run": "r", "key": "k", "count": 0, "workers": 1, "rate": 2, **plan}
        if resource == "finish":
            return {"run": "r", "done": True, "finish_reason": "finished"}
        events.append(event)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    functions = {"PlanFunction": "plan", "WorkerFunction": "work", "FinishFunction": "finish"}
    machine = definition(
        Bucket="b", Workers=1, Zones="function", ZonesFunction="zones", **functions
    )
    context = {"Execution": {"Input": {}, "Id": _ME}, "StateMachine": {"Id": "machine"}}
    execution = Execution(task, lambda *_: [], context)
    return await execution.carry_out(machine, {}), execution, events


async def test_after_finish_both_zones_are_built() -> None:
    """Trusted again while it runs out of time, then Refined; the run's report is kept."""
    output, execution, events = await _execute([{"done": False}, {"done": True}, {"done": True}])
    assert events == [{"step": "trusted"}, {"step": "trusted"}, {"step": "refined"}]
    assert execution.visited[-8:] == [
        *("Finish", "Zones", "AreZonesBuilt"),
        *("Trusted", "IsTrustedBuilt", "Trusted", "IsTrustedBuilt", "Refined"),
    ]
    assert output["finish_reason"] == "finished"


async def test_a_lease_of_a_killed_build_is_waited_for() -> None:
    """A function that was killed holds its zone for a minute more."""
    held, killed = TaskFailed("RunHeld"), TaskFailed("Sandbox.Timedout")
    done = {"done": True}
    _, execution, events = await _execute([killed, held, done, done])
    assert len(events) == 4
    assert execution.waited == [60, 60]


async def test_what_is_beyond_one_function_ends_the_execution() -> None:
    """No state tries again what would end the same way."""
    with pytest.raises(TaskFailed, match="SettingError"):
        await _execute([TaskFailed("SettingError", "beyond one function")])


async def test_where_nothing_is_due_no_zone_is_built() -> None:
    """The execution ends before *finish*."""
    _, execution, events = await _execute([], run=None)
    assert execution.visited[-1] == "NothingIsDue"
    assert events == []


@pytest.mark.slow
def test_the_role_fits_the_function(
    seaweedfs: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    recorded: set[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every call that both zones make is allowed, and nothing is allowed that they never do."""
    lake = fresh_bucket(seaweedfs)
    bucket = lake.removeprefix("s3://")
    csv(Path("l"), "Movies/m.csv", "const\ntt0000001\n")
    body = {"details": {"id": 1, "title": "T", "overview": "o"}}
    asyncio.run(make(Path("l"), [Made("tt0000001", bodies=body)]))
    config = Config(s3={"addressing_style": "path"})
    client = boto3.Session().client("s3", endpoint_url=seaweedfs.endpoint, config=config)
    for file in Path("l").rglob("*.*"):
        client.upload_file(str(file), bucket, str(file.relative_to("l")))
    client.close()
    monkeypatch.setenv("HARVESTER_LAKE", lake)
    assert handler({}, _Context())["finish_reason"] == "finished"
    granted = [
        (action, resource)
        for statement in statements("ZonesRole", bucket, read_template(STACK))
        for action in statement["actions"]
        for resource in statement["resources"]
        if action not in ROLE_ITSELF
    ]

    def allows(grant: tuple[str, str], call: tuple[str, str]) -> bool:
        return grant[0] == call[0] and fnmatchcase(call[1], grant[1])

    assert not [call for call in recorded if not any(allows(one, call) for one in granted)]
    assert not [one for one in granted if not any(allows(one, call) for call in recorded)]


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Return the IAM actions and resources of what aiobotocore is asked for, as it is asked."""
    calls: set[tuple[str, str]] = set()

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:
        key = f"/{params['Key']}" if "Key" in params else ""
        resource = f"arn:aws:s3:::{params['Bucket']}{key}"
        calls.add((_ACTIONS[model.name], resource))  # a call that no test knows is an error
        if "IfMatch" in params:  # S3 requires the right to read what is compared
            calls.add(("s3:GetObject", resource))

    original = aiobotocore.session.AioSession.__init__

    def recording(session: Any, *args: Any, **kwargs: Any) -> None:
        original(session, *args, **kwargs)
        session.register("provide-client-params", record)

    monkeypatch.setattr(aiobotocore.session.AioSession, "__init__", recording)
    return calls


def test_the_catalog_takes_what_it_is_given() -> None:
    """Each parameter of the nested stack is one of its own, and those without default are given."""
    stack = read_template(STACK)["Resources"]["Catalog"]["Properties"]
    catalog = read_template(STACK.with_name(stack["TemplateURL"]))
    given, taken = set(stack["Parameters"]), catalog["Parameters"]
    assert given <= set(taken)
    assert {name for name, one in taken.items() if "Default" not in one} <= given
