"""A process that will be killed at a known time ends before: gently if it can, else at once."""

import asyncio
from collections.abc import Callable

from harvester.lake.documents.plan import UNIT_SIZE
from harvester.run.state import Event, Progress
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

    def observe(self, event: Event, progress: Progress) -> None:
        """Hear an event of the run."""
        if event == "planned":
            self._began = self._loop.time()
        elif event == "starting" and progress.plan is not None and progress.client is not None:
            unit = UNIT_SIZE * progress.shortcuts.requests_a_title(progress.plan.asked)
            rate = self._rate(progress.client.pace.current, progress.tally.sent)
            needed = (progress.requests_in_flight + unit) / rate + SOFT_MARGIN_SECONDS
            if self._seconds_left() < needed:
                self._stop.request("deadline")

    def _rate(self, allowed: float, sent: int) -> float:
        elapsed = self._loop.time() - self._began
        if elapsed < _MEASURED_AFTER_SECONDS:
            return allowed
        return min(allowed, sent / elapsed)
