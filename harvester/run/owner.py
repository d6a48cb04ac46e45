"""An execution of an engine owns its run: its workers alone send requests, while sure of that.

A lease is held by one process; an execution is many, one after the other and side by side. Its plan
writes who owns the run (`owner.json`), holding the run's lease. A worker is sure of its execution
for `SURE_SECONDS` after it looked, and gives up what is in flight when it finds another owner, or
can't look. Who takes a run over waits for longer than that before its first request, so two
executions never ask at once, however the older one ended.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from harvester.clock import moment, now
from harvester.errors import RunHeld, StoreDown
from harvester.lake.documents.owner import Owner, load_owner, load_owner_seen
from harvester.lake.keys import RunFolder
from harvester.run.past_outcomes import exists
from harvester.run.state import RunState
from harvester.run.stop import Stop
from harvester.stores import Store

LOOK_SECONDS: Final = 5.0
"""A worker looks before each unit, and this often; an answer that takes longer is none."""

SURE_SECONDS: Final = 20.0
"""For so long after it looked, a worker sends requests; reckoned from when it began to look."""

HANDOVER_SECONDS: Final = 25.0
"""Who takes a run over waits for so long: the workers of who had it are no longer sure by then."""

SEEN_SECONDS: Final = 60.0
"""How often a worker says that its execution is at work."""

LIFE_SECONDS: Final = 1800.0
"""An owner of which no worker was seen for so long counts no longer; Step Functions waits at most
900 s between two tries."""


async def take_run(store: Store, folder: RunFolder, execution: str | None, began: str) -> None:
    """Let an execution own a run whose lease we hold, or, with None, nobody.

    Returns when no worker of an earlier owner sends requests. Raises `RunHeld` where the owner took
    the run after we `began` (then it is we who are the older one), and, with None, where the owner
    still lives.
    """
    found = await load_owner(store, folder)
    if found is None:
        if execution is not None:
            await store.put(folder.owner, Owner(execution, now()).to_json())
        return
    if found.execution != execution:
        if execution is None:
            if await _lives(store, folder, found):
                raise _owned(folder.run, found)
            await release_run(store, folder)
        else:
            if found.at > began:
                raise _owned(folder.run, found)
            await store.put(folder.owner, Owner(execution, now()).to_json())
        await asyncio.sleep(HANDOVER_SECONDS)
        return
    since = (moment() - datetime.fromisoformat(found.at)).total_seconds()
    if 0 <= since < HANDOVER_SECONDS:  # ours, of a try that may have ended while it waited
        await asyncio.sleep(HANDOVER_SECONDS - since)


async def release_run(store: Store, folder: RunFolder) -> None:
    """Let nobody own a run. What is absent is not deleted: a bucket would keep a marker of it."""
    for key in (folder.owner, folder.owner_seen):
        if await exists(store, key):
            await store.delete(key)


class Ownership:
    """What a worker knows of who owns its run; it stops when that is not who called it.

    `execution` is None for a worker that none called: then nobody may own the run.
    """

    def __init__(
        self, store: Store, folder: RunFolder, execution: str | None, state: RunState, stop: Stop
    ) -> None:
        self._store = store
        self._folder = folder
        self._execution = execution
        self._state = state
        self._stop = stop
        self._now = asyncio.get_running_loop().time
        self._sure_until = self._now()

    async def look(self) -> bool:
        """Return whether the run is still ours; if not, ask to stop at once, and say why."""
        began = self._now()
        found = await load_owner(self._store, self._folder)
        owner = None if found is None else found.execution
        if owner == self._execution:
            self._sure_until = began + SURE_SECONDS
            return True
        who = "no execution" if owner is None else f"execution {_name(owner)}"
        self._state.message = (
            f"{who} owns run {self._folder.run} now: this worker stopped, and what it had begun "
            "will be asked again"
        )
        self._stop.abort("taken_over")
        return False

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look again and again while the context is open, and say that the execution is at work.

        Raises `StoreDown`, in an exception group, once we can't be sure any more.
        """
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(self._watch())
            try:
                yield
            finally:
                watch.cancel()

    async def _watch(self) -> None:
        say_at = self._now()
        while True:
            if self._execution is not None and self._now() >= say_at:
                say_at = self._now() + SEEN_SECONDS
                with contextlib.suppress(StoreDown, TimeoutError):  # it is said again
                    async with asyncio.timeout(LOOK_SECONDS):
                        seen = Owner(self._execution, now())
                        await self._store.put(self._folder.owner_seen, seen.to_json())
            await asyncio.sleep(min(LOOK_SECONDS, max(self._sure_until - self._now(), 0)))
            with contextlib.suppress(StoreDown, TimeoutError):
                async with asyncio.timeout(min(LOOK_SECONDS, self._sure_until - self._now())):
                    if not await self.look():
                        return
            if self._now() >= self._sure_until:
                raise StoreDown(
                    f"the lake didn't say for {SURE_SECONDS:g} seconds who owns run "
                    f"{self._folder.run}, so this worker stopped; resume later"
                )


async def _lives(store: Store, folder: RunFolder, owner: Owner) -> bool:
    """Return whether an owner took the run, or was seen, a short time ago."""
    seen = await load_owner_seen(store, folder)
    last = owner.at
    if seen is not None and seen.execution == owner.execution:
        last = max(last, seen.at)
    age = (moment() - datetime.fromisoformat(last)).total_seconds()
    return abs(age) < LIFE_SECONDS  # clocks may differ, but none says what comes in an hour


def _owned(run: str, owner: Owner) -> RunHeld:
    return RunHeld(
        f"execution {_name(owner.execution)} owns run {run} since {owner.at}: wait for it; if it "
        "was stopped, start another execution, or run again "
        f"{LIFE_SECONDS / 60:g} minutes after it was last at work"
    )


def _name(execution: str) -> str:
    """Return an execution's name without what stands before it in an ARN."""
    return execution.rpartition(":")[2] or execution
