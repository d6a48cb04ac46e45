"""The units in progress: how far each is, and which of them a stop gives up."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from harvester.model import Outcome
from harvester.run.state import RunState
from harvester.upstream.tally import Tally

UNITS_IN_FLIGHT = 3
"""At 40 requests/s one unit uses 73 % of the limit, two 98 %, three all of it (simulated)."""

_TO_STORE_SECONDS = 0.5
"""For answers on their way and the last files."""


@dataclass(slots=True)
class Flight:
    """A unit in progress."""

    unit: int
    titles: int
    tally: Tally
    settled: Counter[str] = field(default_factory=Counter)

    def requests_left(self, a_title: int) -> int:
        """Return the most requests that it still takes, if a title takes at most so many."""
        unsettled = self.titles - self.settled.total()
        return max(0, min(a_title * unsettled, a_title * self.titles - self.tally.sent))


Work = Callable[[Flight], Coroutine[object, object, None]]
"""A unit's work, which says itself that it is finished."""


class InFlight:
    """The units in progress of one process, oldest first; `state` says how many titles they are.

    A context, whose end waits for all of them and raises what they raise, as a `TaskGroup` does.
    """

    def __init__(self, state: RunState) -> None:
        self._state = state
        self._group = asyncio.TaskGroup()
        self._slots = asyncio.Semaphore(UNITS_IN_FLIGHT)
        self._tasks: dict[int, tuple[Flight, asyncio.Task[None]]] = {}

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._group.__aexit__(kind, error, trace)

    async def slot(self) -> None:
        """Wait until one more unit may start."""
        await self._slots.acquire()

    def start(self, unit: int, titles: int, work: Work) -> None:
        """Start a unit in the slot that was waited for.

        Where its work ends without `finished`, it counts as given up.
        """
        flight = Flight(unit, titles, Tally(self._state.tally))
        self._state.in_flight += titles

        def ended(_: object) -> None:
            self._give_up(unit)
            self._slots.release()

        task = self._group.create_task(work(flight))
        self._tasks[unit] = flight, task
        task.add_done_callback(ended)

    def settle(self, flight: Flight, outcome: Outcome) -> None:
        """Count a title's outcome."""
        flight.settled[outcome.outcome] += 1
        self._state.settle(outcome)

    def finished(self, unit: int) -> None:
        """Let a unit leave that has its manifest."""
        flight, _ = self._tasks.pop(unit)
        self._state.in_flight -= flight.titles

    def end_by(self, ends_at: float | None, rate: float, a_title: int) -> None:
        """Give up the units that can't end by a time of the loop, if there is one, at a rate.

        What the rate allows goes to the oldest first.
        """
        if ends_at is None:
            return
        self._state.ends_at = ends_at
        requests = rate * (ends_at - asyncio.get_running_loop().time() - _TO_STORE_SECONDS)
        for flight, task in list(self._tasks.values()):
            left = flight.requests_left(a_title)
            if left > requests:
                task.cancel()
                self._give_up(flight.unit)
            else:
                requests -= left

    def _give_up(self, unit: int) -> None:
        if unit not in self._tasks:
            return
        flight, _ = self._tasks.pop(unit)
        self._state.in_flight -= flight.titles
        self._state.given_up += flight.titles
        self._state.settled.subtract(flight.settled)
