"""How a run is asked to end early: in a few seconds, when its units are done, or at once."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

StopReason = Literal["deadline", "max_duration", "interrupted", "quota", "held", "taken_over"]


STOP_SECONDS = 3.5
"""What a person, or `max_duration`, gives the units in flight: with the end of the process, 5 s."""


class Stop:
    """One event: no unit starts after it. `abort` also gives up the units in flight.

    The first reason stands. Made inside the running loop; calls come from the loop's own thread.
    """

    def __init__(self) -> None:
        self.reason: StopReason | None = None
        self.requested = asyncio.Event()
        self.aborted = asyncio.Event()
        self.aborts_at: float | None = None
        self._listeners: list[Callable[[], None]] = []

    def request(self, reason: StopReason, within: float | None = None) -> None:
        """Start no more units; those in flight are finished, if they are `within` so many seconds.

        What is not, is given up then.
        """
        if self.reason is None:
            self.reason = reason
        if within is not None and self.aborts_at is None:
            loop = asyncio.get_running_loop()
            self.aborts_at = loop.time() + within
            loop.call_later(within, self.abort, reason)
        if self.requested.is_set():
            return
        self.requested.set()
        for listener in self._listeners:
            listener()

    def abort(self, reason: StopReason) -> None:
        """Give up the units in flight, too; what has a manifest stays."""
        self.request(reason)
        self.aborted.set()

    @contextmanager
    def heard_by(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call `listener` as soon as a stop is requested; at once where it was."""
        if self.requested.is_set():
            listener()
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)
