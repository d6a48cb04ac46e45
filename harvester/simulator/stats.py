"""Exact counts of what was served, in bounded memory."""

from collections import Counter, deque
from collections.abc import Mapping
from typing import Any, Final

from harvester.words import counted

WINDOW_SECONDS: Final = 1.0


class Stats:
    """The running counts of one simulator; times are seconds of any monotonic clock."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._arrivals: deque[float] = deque()
        self.requests = 0
        self.worst_second = 0
        self.in_flight = 0
        self.max_in_flight = 0
        self.max_connections = 0
        self.refused_connections = 0
        self.by_status: Counter[str] = Counter()
        self.by_endpoint: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()

    def arrived(self, now: float) -> None:
        """Count a request that arrived at `now`, and update the window that ends there."""
        self.requests += 1
        arrivals = self._arrivals
        arrivals.append(now)
        while arrivals[0] <= now - WINDOW_SECONDS:
            arrivals.popleft()
        self.worst_second = max(self.worst_second, len(arrivals))
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)

    def left(self) -> None:
        """Count a request as answered or abandoned."""
        self.in_flight -= 1

    @property
    def in_last_second(self) -> int:
        """Requests in the window that ended with the last arrival."""
        return len(self._arrivals)

    def connections_are(self, count: int) -> None:
        """Record the number of open connections."""
        self.max_connections = max(self.max_connections, count)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as `/__stats` does; `by_status` counts only complete responses."""
        return {
            "requests": self.requests,
            "by_status": dict(sorted(self.by_status.items())),
            "by_endpoint": dict(sorted(self.by_endpoint.items())),
            "worst_second": self.worst_second,
            "max_in_flight": self.max_in_flight,
            "max_connections": self.max_connections,
            "refused_connections": self.refused_connections,
            "faults": dict(sorted(self.faults.items())),
            "seed": self._seed,
        }


def describe(stats: Mapping[str, Any]) -> str:
    """Describe in a few lines what a simulator served."""

    def listed(counts: Mapping[str, int]) -> str:
        return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "none"

    at_once = counted(stats["max_in_flight"], "request")
    connections = counted(stats["max_connections"], "connection")
    refused = f"({stats['refused_connections']:,} refused)"
    return "\n".join(
        (
            f"Served {counted(stats['requests'], 'synthetic request')} (seed {stats['seed']}).",
            f"  by status      {listed(stats['by_status'])}",
            f"  by endpoint    {listed(stats['by_endpoint'])}",
            f"  worst second   {counted(stats['worst_second'], 'request')}",
            f"  at once        {at_once}, {connections} {refused}",
            f"  faults         {listed(stats['faults'])}",
        )
    )
