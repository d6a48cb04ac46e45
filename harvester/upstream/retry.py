"""Why an attempt at a request failed, and how long to wait before the next.

Full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
"""

import email.utils
from datetime import UTC
from typing import Any, cast

import aiohttp
from tenacity import RetryCallState
from tenacity.wait import wait_random_exponential

from harvester.model import Body
from harvester.upstream.unreachable import explained

MAX_RETRY_AFTER_SECONDS = 60.0

_TRANSIENT = wait_random_exponential(multiplier=0.05, max=5)
_THROTTLED = wait_random_exponential(multiplier=1, max=20)
_BLOCKED = wait_random_exponential(multiplier=0.2, max=2)
_TIMEOUT_COSTS = 3.0  # of the retry budget: a silent upstream must be detected after few timeouts


class RetryRequest(Exception):
    """This attempt failed; another may succeed.

    `cost` is charged to the retry budget, `detail` is for `--verbose`, `plain` requests the next
    response without compression.
    """

    def __init__(
        self,
        reason: str,
        *,
        cost: float = 1.0,
        detail: str = "",
        plain: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cost = cost
        self.detail = detail
        self.plain = plain

    def let_go(self) -> None:
        """Drop the frames it came through, which hold the response: the wait may be long."""
        self.__traceback__ = self.__context__ = None


class Blocked(RetryRequest):
    """A firewall, CDN or proxy returned 401 or 403 instead of the API."""

    def __init__(self, status: int, name: str) -> None:
        super().__init__(f"http_{status}", detail=f"a page that is not {name}'s")
        self.status = status


class Doubted(RetryRequest):
    """An answer that is good if the API is up; `body` is its body."""

    def __init__(self, body: Body) -> None:
        super().__init__("doubtful_answer")
        self.body = body


class Throttled(RetryRequest):
    """The API returned 429; `delay` is what it asked for in seconds, if anything."""

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


def retry_after(value: str | None, now: float) -> float | None:
    """Return the delay of a `Retry-After` header in seconds, at most 60; None if it has none.

    It has seconds or an HTTP date (RFC 9110, section 10.2.3); `now` is in seconds since the epoch.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = email.utils.parsedate_to_datetime(value)
            if date.tzinfo is None:  # an HTTP date without a zone is in UTC, not local time
                date = date.replace(tzinfo=UTC)
            seconds = date.timestamp() - now
        except (ValueError, OverflowError):
            return None
    if not seconds >= 0:  # including NaN
        return 0.0
    return min(seconds, MAX_RETRY_AFTER_SECONDS)
