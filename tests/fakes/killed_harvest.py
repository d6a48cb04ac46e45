"""Runs real harvests in forked processes that die by SIGKILL at a chosen store operation.

As a program: reads one JSON order per line, forks, and reports how the child ended. Forking
here, where everything is imported and no loop or thread runs, makes a case cost milliseconds.

An order: {"flags": {…}, "environ": {…}, "strike": null | a `Strike`, "lease": null | [life, renew],
"leaseless": whether leases are ignored, "without": what the file system lacks}.
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
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from poor_file_system import Feature, take_away

from harvester import stores
from harvester.errors import HarvesterError
from harvester.lake.documents import plan
from harvester.stores import lease

UNIT_SIZE = 7


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

        async def call(*args: Any) -> Any:
            it_is = self._begin(name)
            result = await operation(*args)
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

    import harvester.run.harvest  # noqa: PLC0415 - after the patch
    import harvester.simulator  # noqa: PLC0415
    import harvester.stores.local.store  # noqa: PLC0415
    import harvester.stores.s3.store  # noqa: PLC0415
    from harvester.run.stop import Stop  # noqa: PLC0415
    from harvester.settings import load_settings  # noqa: PLC0415

    async def work(order: dict[str, Any]) -> dict[str, Any]:
        settings = load_settings(order["flags"], environ=order["environ"])
        if order["origin"]:
            from tiny.origin import TinyOrigin  # noqa: PLC0415 - after the patch

            from harvester.origins.table import ORIGINS  # noqa: PLC0415

            ORIGINS["Tiny"] = tiny = TinyOrigin()
            settings = replace(settings, origin="Tiny", endpoints=tiny.endpoints)
        try:
            report = await harvester.run.harvest.harvest(settings, stop=Stop())
        except HarvesterError as error:
            return {"error": type(error).__name__}
        return report.to_dict()

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
