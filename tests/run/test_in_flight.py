"""What is in flight, in virtual time: slots, what is left of a unit, and which are given up."""

import asyncio
from contextlib import suppress

import pytest
from virtual_time import in_virtual_time

from harvester.model import Outcome
from harvester.run.in_flight import UNITS_IN_FLIGHT, Flight, InFlight
from harvester.run.state import RunState

HARVESTED = Outcome("harvested", "movie", 1)


async def _endless(_flight: Flight) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(("requests", "stays"), [(99, []), (101, [0]), (495, [0]), (497, [0, 1])])
@in_virtual_time
async def test_the_oldest_that_can_end_stay(requests: int, stays: list[int]) -> None:
    """A unit has what older ones leave; its titles no longer count, and its slot is free."""
    state = RunState("l", 0.0)
    in_flight = InFlight(state)
    flights: list[Flight] = []

    async def work(flight: Flight) -> None:
        flights.append(flight)
        await _endless(flight)

    with suppress(TimeoutError):
        async with asyncio.timeout(1), in_flight:
            for unit in range(2):
                await in_flight.slot()
                in_flight.start(unit, 100, work)
            await asyncio.sleep(0)
            for _ in range(75):
                in_flight.settle(flights[0], HARVESTED)
            in_flight.settle(flights[1], HARVESTED)
            assert [flight.requests_left(4) for flight in flights] == [100, 396]
            in_flight.end_by(asyncio.get_running_loop().time() + 10.5, requests / 10, 4)
            assert state.in_flight == 100 * len(stays)
            assert state.given_up == 200 - 100 * len(stays)
            settled = {0: 75, 1: 1}
            assert state.settled.total() == sum(settled[unit] for unit in stays)
            async with asyncio.timeout(0.1):  # two of three slots were taken
                for _ in range(UNITS_IN_FLIGHT - len(stays)):
                    await in_flight.slot()
    assert state.in_flight == 0
    assert state.given_up == 200


@in_virtual_time
async def test_requests_that_were_sent_count() -> None:
    """A title whose answers are under way is not settled, and still costs less."""
    flight = Flight(0, 100, RunState("l", 0.0).tally)
    flight.tally.sent = 350
    assert flight.requests_left(4) == 50
    flight.tally.sent = 500  # with what was tried again
    assert flight.requests_left(4) == 0


@in_virtual_time
async def test_what_is_finished_is_not_given_up() -> None:
    """Nor is a unit that is cancelled before its first step forgotten."""
    state = RunState("l", 0.0)
    in_flight = InFlight(state)

    async def work(flight: Flight) -> None:
        in_flight.finished(flight.unit)

    async with in_flight:
        await in_flight.slot()
        in_flight.start(0, 100, work)
        await asyncio.sleep(0)
        await in_flight.slot()
        in_flight.start(1, 30, _endless)
        in_flight.end_by(asyncio.get_running_loop().time(), 40, 4)
    assert (state.in_flight, state.given_up) == (0, 30)
