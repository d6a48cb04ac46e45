"""Whether TMDB is up, judged over all requests of a run.

A retry budget like botocore's quota (https://github.com/boto/botocore, retries/quota.py): retries
spend from it and good answers refill it. When it is empty, or a request has used its attempts, a
probe tells a dead upstream from a bad title.
"""

import asyncio
from collections.abc import Awaitable, Callable

from harvester.errors import UpstreamDown

_BUDGET = 50.0
_REFILL = 0.25  # a good answer's share: a sustained 20 % of faults is still paid for
_PROBE_AFTER_SECONDS = (0.0, 1.0, 2.0, 3.0)


class Health:
    """The run's retry budget and its circuit breaker.

    `probe` asks TMDB something cheap and says whether it answered sensibly.
    """

    def __init__(
        self,
        probe: Callable[[], Awaitable[bool]],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._probe = probe
        self._sleep = sleep
        self._left = _BUDGET
        self._judging = asyncio.Lock()
        self._judged = 0
        self._was_down = False
        self._down: str | None = None

    @property
    def is_judging(self) -> bool:
        """Whether somebody is finding out, at this moment, if TMDB is up."""
        return self._judging.locked()

    def good(self) -> None:
        """Note a good answer."""
        self._left = min(_BUDGET, self._left + _REFILL)

    async def spend(self, cost: float) -> None:
        """Pay for a retry; with nothing left, find out whether TMDB is up.

        Raises `UpstreamDown`.
        """
        self._left -= cost
        if self._left < 0:
            await self.was_down()

    async def was_down(self) -> bool:
        """Probe until TMDB answers; say whether it did not at first.

        Requests that ask while one is probing share what it finds. Raises `UpstreamDown` when TMDB
        stays down.
        """
        judged = self._judged
        async with self._judging:
            if self._down is not None:
                raise UpstreamDown(self._down)
            if self._judged == judged:
                self._was_down = await self._judge()
                self._judged += 1
            return self._was_down

    async def _judge(self) -> bool:
        for tries, wait in enumerate(_PROBE_AFTER_SECONDS):
            await self._sleep(wait)
            if await self._probe():
                self._left = max(self._left, _BUDGET / 2)
                return tries > 0
        self._down = (
            "TMDB does not answer, or answers with errors only; run the command again later"
        )
        raise UpstreamDown(self._down)
