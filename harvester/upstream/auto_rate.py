"""Finds how many requests a second TMDB accepts, from the rates at which it returns 429.

A rate limit allows a burst before it rejects requests (a token bucket), so a rate is proven only by
the requests sent in excess of an already proven rate. The search increases the rate in such steps,
returns to the proven rate at a 429, and probes again in smaller steps and after longer waits. CUBIC
does the same for TCP (https://www.rfc-editor.org/rfc/rfc9438): remember the rate that failed,
return below it, probe gently.
"""

import math
from collections.abc import Callable

START_RATE = 40.0
"""Requests a second; TMDB documents "somewhere in the 40 requests per second range"."""

_PROOF = 10.0
"""Requests beyond the proven rate: more than a bucket of 5 plus jitter allows."""

# Tuned in virtual time against limits of 20, 45 and 100 with a bucket of 5. Waits are in requests,
# not seconds, so that one 429 costs the same share of them at any rate.
_STEP_MOST, _STEP_LEAST = 0.125, 0.02  # of the proven rate: what a probe adds to it
_CUT_LEAST, _CUT_MOST = 0.02, 0.3  # of the proven rate, when it turns out to be too high
_WAIT_LEAST, _WAIT_MOST = 100, 1600  # requests at the proven rate before the next probe
_QUIET = 60  # requests without a 429 after which cuts are small again
_BEARABLE = 300  # one 429 in this many requests at the proven rate is jitter, not a lower limit
_REST_REQUESTS = 5.0  # the size of the server's bucket, empty after a 429


class AutoRate:
    """The current rate: the proven one, or one step above it while probing.

    Times are in seconds as returned by `now`; rates are in requests a second, at most `most`.
    """

    def __init__(self, most: float, now: Callable[[], float]) -> None:
        self._most = most
        self._now = now
        self._rate = min(START_RATE, most)
        self._proven = self._rate * (1 - _CUT_MOST)
        self._excess = 0.0
        self._counted_at = -math.inf
        self._step = _STEP_MOST
        self._cut = _CUT_MOST
        self._wait = _WAIT_LEAST
        self._held = 0
        self._since = 0
        self._resting_until = -math.inf

    @property
    def current(self) -> float:
        """The current rate; half of it after a 429, until the server's bucket has refilled."""
        return self._rate / 2 if self._now() < self._resting_until else self._rate

    def started(self) -> None:
        """Record the start of a request: only requests actually sent prove a rate."""
        now = self._now()
        drained = self._proven * (now - self._counted_at)
        self._excess = max(0.0, self._excess - drained) + 1
        self._counted_at = now
        self._since += 1
        self._held += 1
        if self._rate > self._proven:
            if self._excess >= _PROOF:
                self._proven = self._rate
                self._step = min(_STEP_MOST, self._step * 1.5)
                self._cut = _CUT_LEAST
                self._wait = max(_WAIT_LEAST, self._wait // 2)
                self._probe()
        elif self._held >= self._wait:
            self._probe()

    def slow_down(self, started: float) -> None:
        """Back off after a 429; `started` is the start time of its request.

        429s to requests that started before the end of the last back-off are part of one event.
        """
        if started <= self._resting_until:
            return
        since, self._since = self._since, 0
        if self._rate > self._proven:
            self._step = max(_STEP_LEAST, self._step / 4)
            self._hold(min(_WAIT_MOST, self._wait * 2))
        elif since < _BEARABLE:
            if since > _QUIET:
                self._cut = _CUT_LEAST
            self._proven *= 1 - self._cut
            self._step = min(_STEP_MOST, self._cut)
            self._hold(self._wait if self._cut == _CUT_LEAST else _WAIT_LEAST)
            self._cut = min(_CUT_MOST, self._cut * 4)
        self._resting_until = self._now() + 2 * _REST_REQUESTS / self._rate

    def _probe(self) -> None:
        self._rate = min(self._most, self._proven * (1 + self._step))
        self._excess = 0.0

    def _hold(self, wait: int) -> None:
        """Stay at the proven rate for `wait` requests."""
        self._rate = self._proven
        self._held = 0
        self._wait = wait
