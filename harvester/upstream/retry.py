"""Why an attempt at a request failed, and how long to wait before the next.

Full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
"""

from tenacity import RetryCallState
from tenacity.wait import wait_random_exponential

_TRANSIENT = wait_random_exponential(multiplier=0.05, max=5)
_THROTTLED = wait_random_exponential(multiplier=1, max=20)


class RetryRequest(Exception):
    """This attempt failed; another may succeed. `cost` is charged to the retry budget."""

    def __init__(self, reason: str, *, cost: float = 1.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cost = cost


class Throttled(RetryRequest):
    """TMDB returned 429; `delay` is what it asked for in seconds, if anything."""

    def __init__(self, delay: float | None) -> None:
        super().__init__("throttled", cost=0.0)
        self.delay = delay


def wait(state: RetryCallState) -> float:
    """Return the seconds before the next attempt, for tenacity."""
    again = state.outcome.exception() if state.outcome is not None else None
    if isinstance(again, Throttled):
        return _THROTTLED(state) if again.delay is None else 0.0  # `Pace` waits for it
    return _TRANSIENT(state)
