"""Whether an API is up, determined from all requests of a run.

A retry budget like botocore's quota (https://github.com/boto/botocore, retries/quota.py): retries
spend from it and successful responses refill it. When it is empty, or a request has used its
attempts, a probe distinguishes an unavailable upstream from a bad title.
"""

import asyncio
from collections.abc import Awaitable, Callable

from harvester.upstream.unreachable import Obstacle

_BUDGET = 50.0
_REFILL = 0.25  # per successful response: the budget sustains a fault rate of 20 %
_PROBE_AFTER_SECONDS = (0.0, 1.0, 2.0, 3.0)


class Health:
    """The run's retry budget and its circuit breaker.

    `probe` sends the API a cheap request and returns the obstacle, or None if it answered.
    """

    def __init__(
        self,
        probe: Callable[[], Awaitable[Obstacle | None]],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._probe = probe
        self._sleep = sleep
        self._left = _BUDGET
        self._judging = asyncio.Lock()
        self._judged = 0
        self._was_down = False
        self._down: Obstacle | None = None

    @property
    def is_judging(self) -> bool:
        """Whether a check of the API's availability is in progress."""
        return self._judging.locked()

    def good(self) -> None:
        """Record a successful response."""
        self._left = min(_BUDGET, self._left + _REFILL)

    async def spend(self, cost: float) -> None:
        """Charge the budget for a retry; if it is exhausted, check whether the API is up.

        Raises `UpstreamDown`, `RouteError`.
        """
        self._left -= cost
        if self._left < 0:
            await self.was_down()

    async def was_down(self) -> bool:
        """Probe until the API responds; return whether the first probe failed.

        Concurrent callers share the result of one check. Raises `UpstreamDown` when it stays
        down, `RouteError` when waiting can't help.
        """
        judged = self._judged
        async with self._judging:
            if self._down is not None:
                raise self._down.error()
            if self._judged == judged:
                self._was_down = await self._judge()
                self._judged += 1
            return self._was_down

    async def _judge(self) -> bool:
        before: list[Obstacle] = []
        for wait in _PROBE_AFTER_SECONDS:
            await self._sleep(wait)
            found = await self._probe()
            if found is None:
                self._left = max(self._left, _BUDGET / 2)
                return bool(before)
            before.append(found)
            if found.lasts and before[:-1] and found == before[-2]:
                break  # further probes would only repeat it
        self._down = before[-1]
        raise self._down.error()
