"""Counting requests: what a manifest and the progress line say of them.

A tally stays small whatever the number of requests: counts in 10 s steps, of which there are so
many that only a unit that fails for days fills them, and in fixed buckets.
"""

from bisect import bisect_left

from harvester.model import MOST_STEPS

STEP_SECONDS = 10
LATENCY_BOUNDS_MS: tuple[int, ...] = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
"""Upper bounds of the latency buckets; a last bucket holds what was slower."""


class Tally:
    """Requests sent, retried and throttled, and how long good answers took.

    A unit's tally passes what it sends and is refused on to the run's, its `parent`.
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
        """Count a good answer by the time it took."""
        buckets = self._latency.get(endpoint)
        if buckets is None:
            buckets = self._latency[endpoint] = [0] * (len(LATENCY_BOUNDS_MS) + 1)
        buckets[bisect_left(LATENCY_BOUNDS_MS, seconds * 1000)] += 1

    def requests(self) -> dict[str, int]:
        """Return the counts as a manifest holds them."""
        return {"sent": self.sent, "retried": self.retried, "throttled": self.throttled}

    def timeline(self) -> list[tuple[int, int, int]]:
        """Return `[second since the epoch, sent, throttled]` for each 10 s step that has any."""
        return [(step, sent, refused) for step, (sent, refused) in sorted(self._timeline.items())]

    def latency(self) -> dict[str, list[int]]:
        """Return `{"bounds_ms": […], "<endpoint>": [count per bucket]}`."""
        return {"bounds_ms": list(LATENCY_BOUNDS_MS), **self._latency}

    def _step(self, now: float) -> list[int]:
        start = int(now) // STEP_SECONDS * STEP_SECONDS
        step = self._timeline.get(start)
        if step is None and len(self._timeline) == MOST_STEPS:
            return self._timeline[max(self._timeline)]
        if step is None:
            step = self._timeline[start] = [0, 0]
        return step
