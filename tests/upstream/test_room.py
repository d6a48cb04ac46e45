"""Room for bodies: memory, then a file, then only the oldest title goes on."""

import asyncio

import pytest

from harvester.upstream import room as rooms
from harvester.upstream.room import LARGE_BYTES, Room, keep, set_aside, take_slot
from harvester.upstream.spool import PAGE, Spooled

SMALL, LARGE = b"x" * 1_000, b"x" * LARGE_BYTES


async def test_small_bodies_stay_in_memory_while_there_is_room() -> None:
    """What has no room goes to the spool, as does what is large; either comes back as it was."""
    with Room(memory=2_500) as room, room.title():
        kept = [keep(SMALL) for _ in range(3)]
        assert [isinstance(body, Spooled) for body in kept] == [False, False, True]
        assert isinstance(keep(LARGE), Spooled)
        assert [bytes(body) for body in kept] == [SMALL] * 3
        assert room.in_memory == 2_000
        del kept
        assert room.in_memory == 0
        assert not isinstance(keep(SMALL), Spooled)


async def test_outside_a_title_nothing_is_counted() -> None:
    """A probe's body is plain bytes, and it takes a slot at once."""
    with Room(memory=0, spool=0) as room:
        assert keep(LARGE) is LARGE
        assert set_aside([b"a", b"b"]) == b"ab"
        slots = asyncio.Semaphore(1)
        await take_slot(slots)
        assert slots.locked()
        assert room.in_memory == 0


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_when_the_spool_is_full_only_the_oldest_title_goes_on() -> None:
    """The others wait without a slot, also those that waited for one; the next oldest follows."""
    order: list[tuple[int, int]] = []
    slots = asyncio.Semaphore(1)
    held = {}
    with Room(spool=2 * PAGE) as room:

        async def title(number: int, ends: asyncio.Event) -> None:
            with room.title():
                for request in range(3):
                    await take_slot(slots)
                    order.append((number, request))
                    await asyncio.sleep(0)
                    held[number, request] = set_aside([b"x" * PAGE])
                    slots.release()
                await ends.wait()

        ends = [asyncio.Event() for _ in range(3)]
        tasks = [asyncio.create_task(title(number, ends[number])) for number in range(3)]
        await _settle()
        assert order[:2] == [(0, 0), (1, 0)]  # two pages: the spool is full
        assert order[2:] == [(0, 1), (0, 2)]
        ends[0].set()
        await _settle()
        assert order[4:] == [(1, 1), (1, 2)]
        held.clear()  # packed and stored
        ends[1].set()
        await _settle()
        assert order[6:] == [(2, 0), (2, 1), (2, 2)]
        ends[2].set()
        await asyncio.gather(*tasks)
    assert not slots.locked()


async def test_what_is_dropped_lets_all_go_on() -> None:
    """Room is room, whoever is the oldest."""
    slots = asyncio.Semaphore(5)
    with Room(spool=PAGE) as room:
        body = room.keep(LARGE)
        assert isinstance(body, Spooled)

        async def title() -> None:
            with room.title():
                await take_slot(slots)
                await asyncio.sleep(3600)

        tasks = [asyncio.create_task(title()) for _ in range(3)]
        await _settle()
        assert slots._value == 4
        del body
        await _settle()
        assert slots._value == 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_cancelled_wait_takes_no_slot() -> None:
    """A run that ends while titles wait leaves nothing behind."""
    slots = asyncio.Semaphore(1)
    with Room(spool=0) as room:

        async def title() -> None:
            with room.title():
                await take_slot(slots)

        with room.title():  # the oldest
            waiting = asyncio.create_task(title())
            await _settle()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        assert waiting.cancelled()
        assert not slots.locked()


async def test_no_unit_starts_while_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """It starts when that is stored, or when nothing is in progress that could store it."""
    monkeypatch.setattr(rooms, "START_BYTES", 1_500)
    with Room() as room:
        with room.title():
            kept = [keep(SMALL), keep(SMALL)]
            starting = asyncio.create_task(room.start())
            await _settle()
            assert not starting.done()
            kept.pop()
            await asyncio.wait_for(starting, 1)
            kept.append(keep(SMALL))
        await asyncio.wait_for(room.start(), 1)


@pytest.mark.parametrize(
    ("sizes", "at_once"), [([6, 6], 1), ([4, 4, 4], 2), ([30, 1], 1), ([3, 3, 3], 3)]
)
async def test_record_files_are_joined_as_there_is_room(
    sizes: list[int], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more bytes at once than the limit, except for a file that exceeds it alone."""
    monkeypatch.setattr(rooms, "WRITING_BYTES", 9)
    inside = most = 0
    with Room() as room:

        async def write(size: int) -> None:
            nonlocal inside, most
            async with room.writing(size):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.001)
                inside -= 1

        await asyncio.gather(*map(write, sizes))
    assert most == at_once


def test_a_title_is_the_oldest_by_when_it_began() -> None:
    """Not by when it asks."""
    with Room(spool=0) as room, room.title():
        first = rooms._TITLE.get()
        with room.title():
            second = rooms._TITLE.get()
            assert first is not None
            assert second is not None
            assert (room.has_room_for(first), room.has_room_for(second)) == (True, False)
