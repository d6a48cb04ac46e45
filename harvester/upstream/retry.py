"""Why an attempt at a request failed, and how long to wait before the next.

Full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
"""

from typing import Any, cast

import aiohttp
from tenacity import RetryCallState
from tenacity.wait import wait_random_exponential

from harvester.upstream.unreachable import explained

_TRANSIENT = wait_random_exponential(multiplier=0.05, max=5)
_THROTTLED = wait_random_exponential(multiplier=1, max=20)
_BLOCKED = wait_random_exponential(multiplier=0.2, max=2)
_TIMEOUT_COSTS = 3.0  # of the retry budget: a silent upstream must be detected after few timeouts


class RetryRequest(Exception):
    """This attempt failed; another may succeed.

    `cost` is charged to the retry budget, `detail` is for `--verbose`, and `plain` requests the
    next response without compression.
    """

    def __init__(
        self, reason: str, *, cost: float = 1.0, detail: str = "", plain: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cost = cost
        self.detail = detail
        self.plain = plain


class Blocked(RetryRequest):
    """A firewall, CDN or proxy returned 401 or 403 instead of TMDB."""

    def __init__(self, status: int) -> None:
        super().__init__(f"http_{status}", detail="a page that is not TMDB's")
        self.status = status


class Throttled(RetryRequest):
    """TMDB returned 429; `delay` is what it asked for in seconds, if anything."""

    def __init__(self, delay: float | None) -> None:
        super().__init__("throttled", cost=0.0)
        self.delay = delay


def of_error(error: Exception) -> RetryRequest:
    """Return the failure of an attempt whose request raised this error."""
    detail = explained(error)
    match error:
        case TimeoutError():
            return RetryRequest("timeout", cost=_TIMEOUT_COSTS, detail=detail)
        case aiohttp.ClientPayloadError():
            # Truncated, or labelled gzip but is not: without compression the CDN responds
            # from another cache entry (https://github.com/Kometa-Team/TMDbAPIs/issues/4).
            return RetryRequest("broken_body", detail=detail, plain=True)
        case aiohttp.ClientResponseError() if "content-encoding" in error.message.lower():
            # An encoding that was not requested, such as brotli from a CDN's cache.
            return RetryRequest("broken_body", detail=detail, plain=True)
        case _:
            return RetryRequest("connection", detail=detail)


def wait(failure: RetryRequest, attempt: int) -> float:
    """Return the seconds to wait after this failure of the `attempt`-th attempt, the first is 1."""
    if isinstance(failure, Throttled) and failure.delay is not None:
        return 0.0  # `Pace` waits for it
    state = RetryCallState(cast("Any", None), None, (), {})
    state.attempt_number = attempt
    match failure:
        case Throttled():
            return _THROTTLED(state)
        case Blocked():
            return _BLOCKED(state)
        case _:
            return _TRANSIENT(state)
