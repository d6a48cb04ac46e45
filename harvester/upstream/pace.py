"""When a request may start: one limiter for the whole run.

TMDB documents "somewhere in the 40 requests per second range" and asks clients to respect a 429
(https://developer.themoviedb.org/docs/rate-limiting).
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from aiolimiter import AsyncLimiter

from harvester.upstream.auto_rate import AutoRate

_SLOWER = 0.7
_SLOWER_EVERY_SECONDS = 1.0
_CLIMB_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Window:
    """A limit that an API counts in a span of time: never more than `most` starts in `seconds`."""

    most: int
    seconds: float


class Pace:
    """Limits requests to `rate` a second; a pause or a slowdown applies to all of them.

    With `auto` it finds the rate that the API accepts, and `rate` is the maximum. Of a `window` it
    keeps the last starts, since a rate alone allows one more in a span than it holds on average.
    Times are those of the running loop.
    """

    def __init__(self, rate: float, *, auto: bool = False, window: Window | None = None) -> None:
        self._now = asyncio.get_running_loop().time
        self._window = window
        self._starts: deque[float] = deque(maxlen=0 if window is None else window.most)
        self._rate = AutoRate(rate, self._now) if auto else _SteadyRate(rate, self._now)
        self._paused_until = -math.inf
        # One second allows `bucket + rate` starts. The half request above 1 absorbs the event
        # loop's jitter, so that the full rate is reached (a bucket of 1 reached 97 %); with a
        # fractional rate there is less room below the next whole number, which would exceed
        # rate + 1. Above 1,000 a second (not a limit of TMDB's), a millisecond clock needs more.
        self._bucket = max(1 + (1 - rate % 1) / 2, rate / 1000)
        self._limited_to = self.current
        self._limiter = AsyncLimiter(self._bucket, self._bucket / self._limited_to)
        self._turn = asyncio.Lock()

    @property
    def current(self) -> float:
        """The current rate."""
        return self._rate.current

    @property
    def paused_for(self) -> float:
        """Seconds until requests may start again; 0 when not paused."""
        return max(0.0, self._paused_until - self._now())

    async def turn(self) -> None:
        """Wait for this request's turn; turns are granted in the order of the calls."""
        async with self._turn:
            while True:
                while (left := self.paused_for) > 0:  # noqa: ASYNC110 - it may be extended
                    await asyncio.sleep(left)
                if self._window is not None:
                    await self._fit(self._window)
                if self.current != self._limited_to:
                    await self._follow()
                await self._limiter.acquire()
                if not self.paused_for:  # else a pause began while we waited: wait again
                    self._rate.started()
                    self._starts.append(self._now())
                    return

    def pause(self, seconds: float) -> None:
        """Start no requests for `seconds`; a longer pause already in effect is kept."""
        self._paused_until = max(self._paused_until, self._now() + seconds)

    def slow_down(self, started: float) -> None:
        """Slow down after a 429 to a request that started at `started`."""
        self._rate.slow_down(started)

    async def _fit(self, window: Window) -> None:
        """Wait until one more start fits into the window, both of whose ends count."""
        if len(self._starts) < window.most:
            return
        while (left := self._starts[0] + window.seconds - self._now()) >= 0:  # noqa: ASYNC110
            await asyncio.sleep(left)  # it may wake up early

    async def _follow(self) -> None:
        """Set the limiter to the `current` rate."""
        self._limited_to = self.current
        self._limiter = AsyncLimiter(self._bucket, self._bucket / self._limited_to)
        await self._limiter.acquire(self._bucket)  # drain the new bucket: no free starts


class _SteadyRate:
    """A fixed rate, reduced only for about five seconds after a 429."""

    def __init__(self, rate: float, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._slowed_to = rate
        self._slowed_at = -math.inf

    @property
    def current(self) -> float:
        climbed = (self._now() - self._slowed_at) / _CLIMB_SECONDS
        if climbed >= 1:
            return self._rate
        return self._slowed_to + (self._rate - self._slowed_to) * climbed

    def started(self) -> None:
        """Do nothing: a fixed rate does not depend on the requests sent."""

    def slow_down(self, _started: float) -> None:
        """Drop to 0.7 of the current rate, at most once a second; recover within five seconds."""
        now = self._now()
        if now - self._slowed_at >= _SLOWER_EVERY_SECONDS:
            self._slowed_to = self.current * _SLOWER
            self._slowed_at = now
