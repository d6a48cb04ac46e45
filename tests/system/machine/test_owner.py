"""However executions and functions overlap, TMDB is asked for one rate: counted at the simulator.

Each execution has a Lambda of its own, which goes on when the execution is stopped, as AWS's do.
"""

import asyncio
import copy
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from command_line import TOKEN, harvester, start
from csvs import movies
from invariants import judge
from lambda_runtime import Answer, Function, running_function
from s3_copy import download
from s3_servers import S3Server
from state_machine import Execution, TaskFailed, reader
from template import definition

from harvester.run.owner import LOOK_SECONDS

RATE = 2
"""A second: so slow that a busy machine moves no request into another one's second."""

TITLES = 48
GIVEN = {"endpoints": ["find"], "rate": RATE}
PREFIX = "arn:aws:states:us-east-1:1:execution:machine:"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@dataclass(slots=True)
class Machine:
    """A state machine over a bucket and a simulator; `running` is what `listExecutions` says."""

    bucket: str
    server: S3Server
    tmdb: str
    stack: AsyncExitStack
    ids: list[str]
    owns: bool = True
    running: list[str] = field(default_factory=list)
    tasks: dict[str, asyncio.Task[Any]] = field(default_factory=dict)
    answers: dict[str, list[asyncio.Task[Answer]]] = field(default_factory=dict)
    visited: dict[str, list[str]] = field(default_factory=dict)

    async def function(self) -> Function:
        """Start a Lambda."""
        environ = {
            "HARVESTER_LAKE": f"s3://{self.bucket}",
            "TMDB_BASE_URL": self.tmdb,
            "TMDB_TOKEN": TOKEN,
        }
        return await self.stack.enter_async_context(running_function(environ))

    async def begin(self, name: str, *, sees: list[str] | None = None) -> None:
        """Start an execution; it sees those that run, or only these."""
        self.running.insert(0, name)  # AWS lists the newest first
        self.tasks[name] = asyncio.create_task(self._execute(name, await self.function(), sees))

    async def end(self, name: str) -> Any:
        """Return an execution's output."""
        return await self.tasks[name]

    def stop(self, name: str) -> None:
        """Stop an execution: its Lambda knows nothing of it."""
        self.running.remove(name)
        self.tasks[name].cancel()

    async def works(self, requests: int = 3 * RATE) -> None:
        """Wait until so many requests more were sent."""
        wanted = (await self.stats())["requests"] + requests
        while (await self.stats())["requests"] < wanted:  # noqa: ASYNC110 - another process counts
            await asyncio.sleep(0.1)

    async def stats(self) -> dict[str, Any]:
        """Return what the simulator counted."""
        root = self.tmdb.removesuffix("/3")
        async with ClientSession() as session, session.get(f"{root}/__stats") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def _execute(self, name: str, function: Function, sees: list[str] | None) -> Any:
        async def task(resource: str, event: Any) -> Any:
            if resource.endswith("sfn:listExecutions"):
                names = self.running if sees is None else sees
                return {"Executions": [{"ExecutionArn": PREFIX + one} for one in names]}
            invocation = asyncio.create_task(function.invoke(event))
            self.answers.setdefault(name, []).append(invocation)
            answer = await asyncio.shield(invocation)
            if answer.error_type:
                if answer.error_type == "RunHeld":  # the machine waits for a minute
                    await asyncio.sleep(4)
                raise TaskFailed(answer.error_type, answer.error_message)
            return answer.result

        machine = definition(
            Bucket=self.bucket,
            Workers=1,
            PlanFunction="plan",
            WorkerFunction="work",
            FinishFunction="finish",
        )
        if not self.owns:
            machine = _without_owners(machine)
        identity = {"Input": GIVEN, "Id": PREFIX + name}
        context = {"Execution": identity, "StateMachine": {"Id": "machine"}}
        execution = Execution(task, reader(self.server), context)
        self.visited[name] = execution.visited
        output = await execution.carry_out(machine, GIVEN)
        self.running.remove(name)
        return output

    async def judge(self, run: str) -> None:
        """Assert that the run is whole, and that no second held more than its rate and one."""
        worst = (await self.stats())["worst_second"]
        print(f"the worst second held {worst} requests, the rate is {RATE}")  # noqa: T201 - with -s
        assert worst <= RATE + 1
        judge(download(f"s3://{self.bucket}", self.server, Path("copy")), run, self.ids)


def _without_owners(machine: dict[str, Any]) -> dict[str, Any]:
    """Return the definition as it was before executions owned their runs."""
    changed = copy.deepcopy(machine)
    del changed["States"]["Ours"]["Parameters"]["execution.$"]
    work = changed["States"]["Harvest"]
    del work["ItemSelector"]["execution.$"]
    del work["ItemProcessor"]["States"]["Work"]["Parameters"]["execution.$"]
    return changed


@asynccontextmanager
async def _running(bucket: str, server: S3Server) -> AsyncIterator[Machine]:
    ids = movies(Path("movies.csv"), range(1, TITLES + 1))
    assert (await harvester("upload", "movies.csv", "--lake", f"s3://{bucket}")).code == 0
    simulator = await start("simulate", "--port", "0")  # alone, so that no test is in its way
    try:
        assert simulator.stderr is not None
        said = re.search(r"http://\S+", (await simulator.stderr.readline()).decode())
        assert said is not None
        async with AsyncExitStack() as stack:
            yield Machine(bucket, server, said[0], stack, ids)
    finally:
        simulator.kill()
        await simulator.communicate()


@pytest.fixture
async def machine(
    seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str]
) -> AsyncIterator[Machine]:
    """Give a machine over a lake with one CSV."""
    async with _running(fresh_bucket(seaweedfs).removeprefix("s3://"), seaweedfs) as made:
        yield made


async def test_without_owners_the_rate_doubles(machine: Machine) -> None:
    """The measure can fail: as it was, a worker that is left over asks beside the new one."""
    machine.owns = False
    await machine.begin("a")
    await machine.works()
    machine.stop("a")
    await machine.begin("b")
    await machine.works(10 * RATE)
    assert (await machine.stats())["worst_second"] > 1.5 * RATE
    machine.stop("b")


async def test_stopped_and_started_again_at_once(machine: Machine) -> None:
    """The worker that is left over gives up within seconds, and the new one begins after that."""
    await machine.begin("a")
    await machine.works()
    machine.stop("a")
    await machine.begin("b")
    report = await machine.end("b")
    assert report["finish_reason"] == "finished"
    left = (await machine.answers["a"][-1]).result
    assert (left["done"], left["finish_reason"]) == (False, "taken_over"), left
    assert "execution b owns run" in left["message"]
    await machine.judge(report["run"])


async def test_two_executions(machine: Machine) -> None:
    """The second sees the first and ends at once; one that does not see it takes its run over."""
    await machine.begin("a")
    await machine.works()
    await machine.begin("second")
    await machine.end("second")
    assert machine.visited["second"][-1] == "AnotherIsAtWork"
    await machine.begin("b", sees=["b"])
    reports = await asyncio.gather(machine.end("a"), machine.end("b"))
    assert machine.visited["a"][-1] == "AnotherTookOver"
    assert reports[1]["finish_reason"] == "finished"
    await machine.judge(reports[1]["run"])


async def test_two_executions_that_begin_together(machine: Machine) -> None:
    """Neither sees the other: one finishes the run, the other's workers stop."""
    await asyncio.gather(machine.begin("a", sees=["a"]), machine.begin("b", sees=["b"]))
    reports = await asyncio.gather(machine.end("a"), machine.end("b"))
    last = {machine.visited[name][-1] for name in ("a", "b")}
    assert last <= {"Finished", "AnotherTookOver"}
    assert "Finished" in last
    (run,) = {one["run"] for one in reports if "run" in one}
    await machine.judge(run)


async def test_the_function_beside_an_execution(machine: Machine) -> None:
    """It is held while the execution is at work, and after it was stopped; nothing is asked."""
    await machine.begin("a")
    await machine.works()
    function = await machine.function()
    held = (await function.invoke(GIVEN)).result
    assert (held["done"], held["finish_reason"]) == (False, "held")
    assert "execution a owns run" in held["message"]
    machine.stop("a")
    assert (await function.invoke(GIVEN)).result["finish_reason"] == "held"
    await machine.begin("b")
    report = await machine.end("b")
    assert report["finish_reason"] == "finished"
    assert (await function.invoke(GIVEN)).result["finish_reason"] == "nothing_to_do"
    await machine.judge(report["run"])


async def test_an_execution_beside_the_function(machine: Machine) -> None:
    """Its plan is tried again until the function has ended; then there is nothing left to do."""
    function = await machine.function()
    alone = asyncio.create_task(function.invoke(GIVEN))
    await machine.works()
    await machine.begin("a")
    await asyncio.sleep(LOOK_SECONDS)
    assert not alone.done()
    report = (await alone).result
    assert report["finish_reason"] == "finished"
    assert (await machine.end("a"))["finish_reason"] == "nothing_to_do"
    held = [one.result().error_type for one in machine.answers["a"]]
    assert held[0] == "RunHeld"
    await machine.judge(report["run"])
