"""Runs real harvests in forked processes that die by SIGKILL at a chosen store operation.

As a program: reads one JSON order per line, forks, and reports how the child ended. Forking
here, where everything is imported and no loop or thread runs, makes a case cost milliseconds.

An order: {"flags": {…}, "environ": {…}, "strike": null | a `Strike`, "lease": null | [life, renew],
"leaseless": whether leases are ignored, "without": what the file system lacks, "changes": null |
[since, now]: instead of a harvest, ask which movies changed, "expire": null | whether by force:
instead of a harvest, expire what is older than 180 days, "execution": null | the name of one:
the harvest is in the three steps of an engine, and this execution owns it}.
Two answers: {"pid": …} at once, and at the end {"status": exit status, negative for a signal,
"operations": [names], "report": {…}, "error": null | the name of what was raised}.
"""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import botocore_models
from poor_file_system import Feature, take_away

from harvester import stores
from harvester.errors import HarvesterError
from harvester.lake.documents import plan
from harvester.stores import lease

UNIT_SIZE = 7
INDEX_REQUESTS = 2 * UNIT_SIZE
"""TVmaze's index is taken for more than one unit of series."""


@dataclass(frozen=True, slots=True)
class Strike:
    """When the signal is sent: at the `at`-th operation, of all or of those called `name`."""

    at: int
    when: Literal["before", "after"]
    name: str | None = None
    signal: int = signal.SIGKILL


class StrikingStore:
    """Passes every operation on to a store, and signals its own process at one of them."""

    def __init__(
        self, inner: stores.Store, strike: Strike | None, log: int, *, leaseless: bool
    ) -> None:
        self._inner = inner
        self._strike = strike
        self._log = log
        self._leaseless = leaseless
        self._seen: Counter[str | None] = Counter()

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self._inner, name)
        if not callable(operation):
            return operation
        if name in {"list", "stream"}:
            return lambda *args: self._iterate(name, operation, *args)
        if name == "hold":
            return (lambda *_: nullcontext()) if self._leaseless else operation

        async def call(*args: Any, **named: Any) -> Any:
            it_is = self._begin(name)
            result = await operation(*args, **named)
            if it_is:
                self._hit("after")
            return result

        return call

    async def _iterate(self, name: str, operation: Any, *args: Any) -> AsyncIterator[Any]:
        it_is = self._begin(name)
        async for one in operation(*args):
            yield one
        if it_is:
            self._hit("after")

    def _begin(self, name: str) -> bool:
        """Return whether the signal is due at this operation."""
        os.write(self._log, f"{name}\n".encode())
        strike = self._strike
        it_is = (
            strike is not None
            and strike.name in {None, name}
            and self._seen[strike.name] == strike.at
        )
        self._seen.update((None, name))
        if it_is:
            self._hit("before")
        return it_is

    def _hit(self, when: str) -> None:
        if self._strike is not None and self._strike.when == when:
            os.kill(os.getpid(), self._strike.signal)


def serve() -> None:
    """Run orders until standard input ends."""
    botocore_models.parse_s3()
    plan.UNIT_SIZE = UNIT_SIZE
    real = stores.open_store
    strike: Strike | None = None
    leaseless = False
    log = -1

    @asynccontextmanager
    async def open_killing(lake: str) -> AsyncIterator[Any]:
        async with real(lake) as store:
            yield StrikingStore(store, strike, log, leaseless=leaseless)

    stores.open_store = open_killing  # before anything imports it

    from all_imported import import_all  # noqa: PLC0415 - after the patch

    from harvester.settings import load_settings  # noqa: PLC0415

    import_all()

    async def work(order: dict[str, Any]) -> dict[str, Any]:
        if order["origin"]:
            _add_origins()
            order["flags"]["origin"] = order["origin"]
        settings = load_settings(order["flags"], environ=order["environ"])
        if order["changes"]:
            return await _changes(open_killing, settings, *order["changes"])
        if order["expire"] is not None:
            return await _expire(open_killing, settings, force=order["expire"])
        try:
            return await _harvested(open_killing, settings, order["execution"])
        except HarvesterError as error:
            return {"error": type(error).__name__}

    for line in sys.stdin:
        order = json.loads(line)
        operations, log = os.pipe()
        results, result = os.pipe()
        strike = Strike(**order["strike"]) if order["strike"] else None
        leaseless = order["leaseless"]
        child = os.fork()
        if child == 0:
            os.environ.update(order["environ"])
            take_away(order["without"], setattr)
            if order["lease"]:
                lease.LIFE_SECONDS, lease.RENEW_SECONDS = order["lease"]
            content = asyncio.run(work(order))
            os.write(result, json.dumps(content).encode())
            os._exit(0)
        _say({"pid": child})
        os.close(log)
        os.close(result)
        # Both pipes hold more than a small run writes, so the child never blocks on them.
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with os.fdopen(operations) as names, os.fdopen(results) as output:
            report = json.loads(output.read() or "{}")
            _say(
                {
                    "status": status,
                    "operations": names.read().split(),
                    "report": report,
                    "error": report.get("error"),
                }
            )


def _add_origins() -> None:
    """Let there be the tests' own origin, and TVmaze be asked as fast as it answers."""
    from tiny.origin import TinyOrigin  # noqa: PLC0415 - after the patch

    from harvester.origins.table import ORIGINS  # noqa: PLC0415
    from harvester.origins.tvmaze.index import choice  # noqa: PLC0415
    from harvester.origins.tvmaze.origin import TvmazeOrigin  # noqa: PLC0415

    choice.INDEX_REQUESTS = INDEX_REQUESTS  # type: ignore[misc] # a test may
    ORIGINS["Tiny"] = TinyOrigin()
    ORIGINS["TVmaze"] = TvmazeOrigin(most_in_10_s=100_000)


async def _changes(open_killing: Any, settings: Any, since: str, now: str) -> dict[str, Any]:
    """Ask which movies, or at TVmaze which series, changed between two moments."""
    from harvester.origins.origin import Access, Changing  # noqa: PLC0415 - after the patch
    from harvester.origins.table import ORIGINS  # noqa: PLC0415
    from harvester.upstream.tally import Tally  # noqa: PLC0415

    access = Access(settings.base_url, settings.credential, rate=settings.top_rate)
    moments = datetime.fromisoformat(since), datetime.fromisoformat(now)
    async with (
        open_killing(settings.lake) as store,
        ORIGINS[settings.origin].connect(access, Tally()) as origin,
    ):
        assert isinstance(origin, Changing)
        kind: Literal["movie", "tv"] = "movie" if settings.origin == "TMDB" else "tv"
        days = origin.changes(store, kind, *moments, Tally())
        return {"days": {str(one.day): list(one.ids) async for one in days}}


async def _expire(open_killing: Any, settings: Any, *, force: bool) -> dict[str, Any]:
    """Delete the records that are older than 180 days."""
    from harvester.run.expire import expire  # noqa: PLC0415 - after the patch

    async with open_killing(settings.lake) as store:
        return asdict(await expire(store, timedelta(days=180), force=force))


async def _harvested(open_killing: Any, settings: Any, execution: str | None) -> dict[str, Any]:
    """Harvest: in one go, or in the steps of an execution, which waits for no older one."""
    from harvester.run import harvest, owner, workers  # noqa: PLC0415 - after the patch
    from harvester.run.stop import Stop  # noqa: PLC0415

    if execution is None:
        return (await harvest.harvest(settings, stop=Stop())).to_dict()
    owner.HANDOVER_SECONDS = 0.0  # type: ignore[misc] # a test may
    planned = await workers.plan_run(settings, workers=1, execution=execution)
    assert planned.run is not None
    assert planned.key is not None
    if planned.count:
        async with open_killing(settings.lake) as store:
            ranges = json.loads(await store.get(planned.key))
        for one in ranges:
            await workers.harvest_range(
                settings,
                planned.run,
                range(one["first"], one["last"] + 1),
                workers=1,
                stop=Stop(),
                execution=execution,
            )
    return (await workers.finish_run(settings, planned.run)).to_dict()


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


class Driver:
    """The test's side: sends orders to the program."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._child: int | None = None

    async def harvest(
        self,
        flags: dict[str, Any],
        environ: dict[str, str],
        strike: Strike | None = None,
        *,
        lease: tuple[float, float] | None = None,
        leaseless: bool = False,
        origin: str | None = None,
        without: tuple[Feature, ...] = (),
        changes: tuple[str, str] | None = None,
        expire: bool | None = None,
        execution: str | None = None,
    ) -> dict[str, Any]:
        """Run one harvest in a separate process, with a signal at an operation or without."""
        await self.start(
            flags,
            environ,
            strike,
            lease=lease,
            leaseless=leaseless,
            origin=origin,
            without=without,
            changes=changes,
            expire=expire,
            execution=execution,
        )
        return await self.ended()

    async def start(
        self,
        flags: dict[str, Any],
        environ: dict[str, str],
        strike: Strike | None = None,
        *,
        lease: tuple[float, float] | None = None,
        leaseless: bool = False,
        origin: str | None = None,
        without: tuple[Feature, ...] = (),
        changes: tuple[str, str] | None = None,
        expire: bool | None = None,
        execution: str | None = None,
    ) -> int:
        """Start one harvest and return its process id; `ended` waits for its end."""
        order = {
            "flags": flags,
            "environ": environ,
            "strike": None if strike is None else asdict(strike),
            "lease": lease,
            "leaseless": leaseless,
            "origin": origin,
            "without": without,
            "changes": changes,
            "expire": expire,
            "execution": execution,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        self._child = int((await self._answer())["pid"])
        return self._child

    async def ended(self) -> dict[str, Any]:
        """Return how the harvest that was started ended."""
        answer = await self._answer()
        self._child = None
        return answer

    async def close(self) -> None:
        """End the driver, and a harvest that a failing test left behind."""
        if self._child is not None:
            os.kill(self._child, signal.SIGKILL)
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer = await self._process.stdout.readline()
        assert answer, "the driver has died: see its traceback"
        result: dict[str, Any] = json.loads(answer)
        return result


@asynccontextmanager
async def driver() -> AsyncIterator[Driver]:
    """Start a process that forks harvests, and end it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    forks = Driver(process)
    try:
        yield forks
    finally:
        await forks.close()


if __name__ == "__main__":
    serve()
