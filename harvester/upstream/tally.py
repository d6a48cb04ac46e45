"""Request counts, for manifests and the progress line.

A tally stays small for any number of requests: it counts in 10 s steps and in fixed buckets.
"""

from bisect import bisect_left
from typing import Any

STEP_SECONDS = 10
LATENCY_BOUNDS_MS: tuple[int, ...] = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
"""Upper bounds of the latency buckets; a last bucket counts slower responses."""


class Tally:
    """Requests sent, retried and throttled, and the latency of successful responses.

    A unit's tally also counts requests and 429s in the run's tally, its `parent`.
    """

    def __init__(self, parent: "Tally | None" = None) -> None:
        self.sent = 0
        self.retried = 0
        self.throttled = 0
        self._timeline: dict[int, list[int]] = {}
        self._latency: dict[str, list[int]] = {}
        self._parent = parent

    def send(self, now: float, *, retry: bool) -> None:
        """Count a request that starts at `now` (seconds since the epoch)."""
        self.sent += 1
        self.retried += retry
        self._step(now)[0] += 1
        if self._parent is not None:
            self._parent.send(now, retry=retry)

    def throttle(self, now: float) -> None:
        """Count a 429."""
        self.throttled += 1
        self._step(now)[1] += 1
        if self._parent is not None:
            self._parent.throttle(now)

    def answer(self, endpoint: str, seconds: float) -> None:
        """Count a successful response by its latency."""
        buckets = self._latency.get(endpoint)
        if buckets is None:
            buckets = self._latency[endpoint] = [0] * (len(LATENCY_BOUNDS_MS) + 1)
        buckets[bisect_left(LATENCY_BOUNDS_MS, seconds * 1000)] += 1

    def requests(self) -> dict[str, int]:
        """Return the counts as stored in a manifest."""
        return {"sent": self.sent, "retried": self.retried, "throttled": self.throttled}

    def timeline(self) -> list[list[int]]:
        """Return `[second since the epoch, sent, throttled]` for each 10 s step with requests."""
        return [[step, *counts] for step, counts in sorted(self._timeline.items())]

    def latency(self) -> dict[str, Any]:
        """Return `{"bounds_ms": […], "<endpoint>": [count per bucket]}`."""
        return {"bounds_ms": list(LATENCY_BOUNDS_MS), **self._latency}

    def _step(self, now: float) -> list[int]:
        start = int(now) // STEP_SECONDS * STEP_SECONDS
        step = self._timeline.get(start)
        if step is None:
            step = self._timeline[start] = [0, 0]
        return step
