"""A process that will be killed at a known time ends before: gently if it can, else at once."""

import asyncio
from collections.abc import Callable

from harvester.run.state import Event, Snapshot
from harvester.run.stop import Stop

SOFT_MARGIN_SECONDS = 20.0
"""Kept beyond the fetching: to store what is fetched, and to finish the run."""

HARD_MARGIN_SECONDS = 5.0
"""Kept to give up what is in flight and still return the Report."""

_MEASURED_AFTER_SECONDS = 10.0


class Deadline:
    """Asks to stop where a unit would start that could not end in time.

    A unit has time if what is in flight, and it, at the rate, ends `SOFT_MARGIN_SECONDS` before
    the deadline. The rate is the one that is reached, where that is less than the one allowed now.
    Made inside the running loop; hears a run as its `observe`.
    """

    def __init__(self, stop: Stop, seconds_left: Callable[[], float]) -> None:
        self._stop = stop
        self._seconds_left = seconds_left
        self._loop = asyncio.get_running_loop()
        self._began = 0.0
        hard = max(0.0, seconds_left() - HARD_MARGIN_SECONDS)
        self._loop.call_later(hard, stop.abort, "deadline")

    def observe(self, event: Event, snapshot: Snapshot) -> None:
        """Ask the run to stop where the next unit could not end in time."""
        if event == "planned":
            self._began = self._loop.time()
        elif event == "starting" and snapshot.rate is not None:
            rate = self._rate(snapshot.rate, snapshot.sent)
            requests = snapshot.requests_in_flight + snapshot.requests_a_unit
            if self._seconds_left() < requests / rate + SOFT_MARGIN_SECONDS:
                self._stop.request("deadline")

    def _rate(self, allowed: float, sent: int) -> float:
        elapsed = self._loop.time() - self._began
        if elapsed < _MEASURED_AFTER_SECONDS:
            return allowed
        return min(allowed, sent / elapsed)
