"""Who owns a run, how long a worker is sure of it, and that a new owner waits for longer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from memory_store import MemoryStore
from moved_clock import move
from virtual_time import in_virtual_time, now

from harvester.errors import RunHeld, StoreDown
from harvester.lake.documents.owner import Owner, load_owner, load_owner_seen
from harvester.lake.keys import RunFolder
from harvester.run.owner import (
    HANDOVER_SECONDS,
    LIFE_SECONDS,
    LOOK_SECONDS,
    SURE_SECONDS,
    Ownership,
    release_run,
    take_run,
)
from harvester.run.state import RunState
from harvester.run.stop import Stop

FOLDER = RunFolder("TMDB", "20260105-0a")
START = datetime(2026, 1, 5, tzinfo=UTC)
BEGAN = "2026-01-05T00:00:00Z"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the wall clock run with the loop's."""
    move(monkeypatch, lambda: START.timestamp() + now())


def _at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Store(MemoryStore):
    """A store whose reads may be made to hang, or to fail."""

    reading: Callable[[], Awaitable[object]] | None = None

    async def get(self, key: str, *, most: int | None = None) -> bytes | None:
        if self.reading is not None:
            await self.reading()
        return await super().get(key, most=most)


async def _owned(execution: str, at: str) -> Any:
    store = _Store()
    await store.put(FOLDER.owner, Owner(execution, at).to_json())
    return store


@in_virtual_time
async def test_a_run_that_nobody_owns_is_taken_at_once() -> None:
    """By an execution, which is written down, or by a process alone, which writes nothing."""
    store: Any = MemoryStore()
    await take_run(store, FOLDER, None, BEGAN)
    assert not store.objects
    await take_run(store, FOLDER, "a", BEGAN)
    assert await load_owner(store, FOLDER) == Owner("a", BEGAN)
    assert now() < 1


@in_virtual_time
async def test_a_new_execution_waits_for_the_workers_of_the_old_one() -> None:
    """It owns the run from the start of the wait: an old worker can be sure only before."""
    store = await _owned("old", _at(0))
    await asyncio.sleep(5)
    began = _at(5)
    taking = asyncio.create_task(take_run(store, FOLDER, "new", began))
    await asyncio.sleep(1)
    assert await load_owner(store, FOLDER) == Owner("new", began)
    await taking
    assert now() >= 5 + HANDOVER_SECONDS
    assert HANDOVER_SECONDS > SURE_SECONDS


@in_virtual_time
async def test_a_try_that_is_repeated_waits_for_the_rest() -> None:
    """A plan that was killed while it waited must not begin sooner when it is tried again."""
    store = await _owned("new", _at(0))
    await asyncio.sleep(10)
    await take_run(store, FOLDER, "new", _at(10))
    assert HANDOVER_SECONDS <= now() < HANDOVER_SECONDS + 1
    await take_run(store, FOLDER, "new", _at(HANDOVER_SECONDS))
    assert now() < HANDOVER_SECONDS + 1


@in_virtual_time
async def test_a_plan_that_is_left_over_takes_nothing_from_a_newer_one() -> None:
    """The plan of a stopped execution may go on for minutes: who began later has the run."""
    store = await _owned("newer", _at(30))
    await asyncio.sleep(60)
    with pytest.raises(RunHeld, match="execution newer owns run 20260105-0a"):
        await take_run(store, FOLDER, "older", _at(20))
    assert await load_owner(store, FOLDER) == Owner("newer", _at(30))


@in_virtual_time
async def test_a_process_alone_is_held_until_nobody_was_seen_for_long() -> None:
    """Who was seen by another name is no sign of life; then the run is nobody's, after the wait."""
    store = await _owned("arn:aws:states:r:1:execution:m:mine", _at(0))
    await asyncio.sleep(LIFE_SECONDS - 100)
    await store.put(
        FOLDER.owner_seen, Owner("arn:aws:states:r:1:execution:m:mine", _at(now())).to_json()
    )
    await asyncio.sleep(LIFE_SECONDS - 1)
    with pytest.raises(RunHeld, match=r"execution mine owns run .* 30 minutes after") as held:
        await take_run(store, FOLDER, None, BEGAN)
    assert "arn:" not in str(held.value)
    await store.put(FOLDER.owner_seen, Owner("other", _at(now())).to_json())
    before = now()
    await take_run(store, FOLDER, None, BEGAN)
    assert now() - before >= HANDOVER_SECONDS
    assert not store.objects


@in_virtual_time
async def test_a_clock_that_is_far_ahead_holds_nobody_for_ever() -> None:
    """An owner of the day after tomorrow counts no longer than one of yesterday."""
    store = await _owned("mine", _at(2 * 86_400))
    await take_run(store, FOLDER, None, BEGAN)
    assert not store.objects


@in_virtual_time
async def test_what_is_absent_is_not_deleted() -> None:
    """A bucket that keeps versions would get a marker for each such call."""
    store: Any = MemoryStore()
    store.delete = None
    await release_run(store, FOLDER)


def _ownership(store: Any, execution: str | None, stop: Stop) -> tuple[Ownership, RunState]:
    state = RunState("memory", now())
    return Ownership(store, FOLDER, execution, state, stop), state


@in_virtual_time
async def test_a_worker_stops_when_another_owns_the_run() -> None:
    """Within a look's interval, at once, with a reason of its own and a sentence."""
    store, stop = await _owned("a", _at(0)), Stop()
    ownership, state = _ownership(store, "a", stop)
    assert await ownership.look()
    async with ownership.watched():
        await asyncio.sleep(100)
        assert not stop.requested.is_set()
        assert await load_owner_seen(store, FOLDER) == Owner("a", _at(60))
        await store.put(FOLDER.owner, Owner("arn:m:b", _at(100)).to_json())
        await asyncio.sleep(LOOK_SECONDS + 0.1)
        assert stop.aborted.is_set()
    assert stop.reason == "taken_over"
    assert "execution b owns run 20260105-0a now" in str(state.message)
    before = await store.get(FOLDER.owner_seen)
    await asyncio.sleep(100)
    assert await store.get(FOLDER.owner_seen) == before


@in_virtual_time
async def test_a_worker_that_none_called_works_while_nobody_owns_the_run() -> None:
    """It writes nothing, and stops when an execution takes the run."""
    store, stop = _Store(), Stop()
    ownership, _ = _ownership(store, None, stop)
    assert await ownership.look()
    async with ownership.watched():
        await asyncio.sleep(100)
        assert not store.objects
        await store.put(FOLDER.owner, Owner("b", _at(100)).to_json())
        await asyncio.sleep(LOOK_SECONDS + 0.1)
    assert stop.reason == "taken_over"


@in_virtual_time
async def test_a_run_that_was_finished_is_no_longer_a_workers() -> None:
    """Finish lets nobody own it; a worker that is left over stops."""
    store, stop = await _owned("a", _at(0)), Stop()
    ownership, state = _ownership(store, "a", stop)
    await release_run(store, FOLDER)
    assert not await ownership.look()
    assert "no execution owns run" in str(state.message)


@pytest.mark.parametrize("way", ["hangs", "fails"])
@pytest.mark.parametrize("passes", [True, False])
def test_a_worker_that_cant_look_stops_before_it_is_no_longer_sure(
    way: str, *, passes: bool
) -> None:
    """A lake that hangs or fails for a few seconds costs nothing; for longer, it ends the work."""

    async def refuse() -> None:
        await asyncio.sleep(3600 if way == "hangs" else 0.5)
        raise StoreDown("down")

    @in_virtual_time
    async def scenario() -> None:
        store, stop = await _owned("a", _at(0)), Stop()
        ownership, _ = _ownership(store, "a", stop)
        assert await ownership.look()
        began = now()

        async def work() -> None:
            async with ownership.watched():
                store.reading = refuse
                await asyncio.sleep(12)
                store.reading = None if passes else refuse
                await asyncio.sleep(100)

        if passes:
            await work()
            return
        with pytest.raises(ExceptionGroup) as raised:
            await work()
        assert isinstance(raised.value.exceptions[0], StoreDown)
        assert "who owns run 20260105-0a" in str(raised.value.exceptions[0])
        assert now() - began <= SURE_SECONDS + 0.1

    scenario()
