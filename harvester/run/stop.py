"""How a run is asked to end early: gently once, then at once."""

import asyncio
from typing import Literal

StopReason = Literal["deadline", "max_duration", "interrupted", "quota", "held"]


class Stop:
    """One event: no unit starts after it. `abort` also gives up the units in flight.

    The first reason stands. Made inside the running loop; calls come from the loop's own thread.
    """

    def __init__(self) -> None:
        self.reason: StopReason | None = None
        self.requested = asyncio.Event()
        self.aborted = asyncio.Event()

    def request(self, reason: StopReason) -> None:
        """Start no more units; those in flight are finished."""
        if self.reason is None:
            self.reason = reason
        self.requested.set()

    def abort(self, reason: StopReason) -> None:
        """Give up the units in flight, too; what has a manifest stays."""
        self.request(reason)
        self.aborted.set()
