"""The client of an API: one GET, paced, retried and verified.

The only layer that retries an API. It returns a body or a `Failure` of this one request; only
`TokenRefused`, `QuotaUsedUp`, `UpstreamDown` and `RouteError` are raised.
"""

import asyncio
import hashlib
import logging
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import aiohttp

from harvester.errors import UpstreamDown
from harvester.upstream.api import Api, Response, Verdict
from harvester.upstream.body import Damaged, TooLarge, Unproven, Unusable, was_asked_for
from harvester.upstream.credential import Credential
from harvester.upstream.health import Health
from harvester.upstream.pace import Pace
from harvester.upstream.probe import Probe, blocked
from harvester.upstream.retry import (
    Blocked,
    Doubted,
    RetryRequest,
    Throttled,
    of_error,
    retry_after,
    wait,
)
from harvester.upstream.room import keep, take_slot
from harvester.upstream.tally import Tally
from harvester.upstream.wire import ERRORS, PLAIN, Wire

Expected = TypeVar("Expected")

MAX_ATTEMPTS = 8
"""Per request, not counting 429s. At 10 % of faults, one request in 10^8 fails in all of them."""

_ROUND = MAX_ATTEMPTS // 2

THROTTLED_TOO_LONG_SECONDS = 180.0

MOST_DOUBTED = 5
"""Doubtful answers in a row that are believed; for the next one the API must answer a probe."""

UNEXPECTED_SHAPE = "unexpected_shape"
"""The reason of a failure: valid JSON, but not the shape that the endpoint returns."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that does not succeed; `reason` is a word such as `http_404`."""

    reason: str


@dataclass(slots=True)
class _Request(Generic[Expected]):
    """One GET and the state of its attempts."""

    endpoint: str
    path: str
    params: Mapping[str, str]
    expected: Expected
    tally: Tally
    is_answer: Callable[[bytes], bool]
    began: float
    started: float = -math.inf  # the last attempt
    sent: int = 0
    spent: int = 0
    failed: int = 0
    up_before: bool = False
    plain: bool = False
    suspect: bytes | None = None


class Client(Generic[Expected]):
    """Sends requests to an API at the run's pace, with at most `concurrency` in flight.

    `tally` counts requests that belong to no unit (probes). The clock is the running loop's.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api: Api[Expected],
        base_url: str,
        credential: Credential,
        *,
        pace: Pace,
        concurrency: int,
        tally: Tally,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.pace = pace
        self._api = api
        self._wire = Wire(session, api, base_url, credential)
        self._slots = asyncio.Semaphore(concurrency)
        self._sleep = sleep
        self._now = asyncio.get_running_loop().time
        self._throttled_since: float | None = None
        self._good_at = -math.inf
        self._doubted = 0
        probe = Probe(api, self._wire, self.pace, tally, self._slow_down)
        self._health = Health(probe, sleep=sleep)

    @property
    def is_probing(self) -> bool:
        """Whether the API may be down and is being probed."""
        return self._health.is_judging

    @property
    def is_synthetic(self) -> bool:
        """Whether the last response was a simulator's."""
        return bool(self._wire.synthetic)

    def hidden(self, text: str) -> str:
        """Return a text of the API without the credential, should it repeat it."""
        return self._wire.hidden(text)

    async def check(self) -> bool:
        """Check, before a run is planned, that the API responds and accepts our token.

        Returns whether its responses are synthetic: our simulator sets a header. Raises
        `TokenRefused`, `QuotaUsedUp`, `UpstreamDown`, `RouteError`.
        """
        await self._health.was_down()
        return self.is_synthetic

    async def get(
        self,
        endpoint: str,
        path: str,
        params: Mapping[str, str],
        *,
        expected: Expected,
        tally: Tally,
        is_answer: Callable[[bytes], bool] = bool,
    ) -> bytes | Failure:
        """Return the verified body, or the reason why this request fails.

        `path` is relative to the base URL; `expected` is what the API checks the body against, if
        anything; a body for which `is_answer` is false is requested again; `endpoint` labels
        latencies. Raises `TokenRefused`, `QuotaUsedUp`, `UpstreamDown`, `RouteError`, `StoreDown`.
        """
        began = self._now()
        request = _Request(endpoint, path, params, expected, tally, is_answer, began)
        while True:
            try:
                return await self._paid_attempt(request)
            except RetryRequest as failure:
                request.failed += 1
                seconds = wait(failure, request.failed)
                detail = self._wire.hidden(failure.detail)
                why = f"{failure} ({detail})" if detail else failure
                _LOG.info("%s: %s; again in %.1f s", request.path, why, seconds)
                await self._sleep(seconds)

    async def _paid_attempt(self, request: _Request[Expected]) -> bytes | Failure:
        """Send the request once; charge the budget if it fails. Raises `RetryRequest` to retry."""
        try:
            return await self._attempt(request)
        except RetryRequest as again:
            again.let_go()
            if isinstance(again, Throttled):
                self._bear_throttling()
                raise
            if isinstance(again, Doubted):
                was_down = await self._health.was_down()
                self._doubted = 0
                if not was_down:
                    return bytes(again.body)
            request.spent += 1
            request.plain |= again.plain
            await self._health.spend(again.cost)
            if request.spent >= _ROUND and await self._is_to_blame(request):
                if isinstance(again, Blocked) and self._good_at < request.began:
                    raise blocked(again.status, self._wire.route).error() from None
                return Failure(again.reason)
            raise

    async def _is_to_blame(self, request: _Request[Expected]) -> bool:
        """Return whether it is this request that fails, not the API.

        A probe alone can't tell: the API may have been down for all these attempts, and recovered
        just now. So the second half of the attempts is made when the API is known to be up.
        """
        was_down = await self._health.was_down()
        to_blame = request.up_before and not was_down
        request.up_before = not was_down
        request.spent = 0
        return to_blame

    def _bear_throttling(self) -> None:
        now = self._now()
        if self._throttled_since is None:
            self._throttled_since = now
        elif now - self._throttled_since > THROTTLED_TOO_LONG_SECONDS:
            raise UpstreamDown(
                f"{self._api.name} has answered nothing but 429 for three minutes; "
                "run the command again later"
            )

    async def _attempt(self, request: _Request[Expected]) -> bytes | Failure:
        """Send the request once. Raises `RetryRequest`, and what stops the run."""
        await take_slot(self._slots)
        try:
            await self.pace.turn()
            request.started = self._now()
            request.tally.send(time.time(), retry=request.sent > 0)
            request.sent += 1
            response = await self._wire.fetch(
                request.path, request.params, **(PLAIN if request.plain else {})
            )
        except TooLarge as too_large:
            return Failure(str(too_large))
        except ERRORS as error:
            raise of_error(error) from None
        finally:
            self._slots.release()
        return self._judged(request, response)

    def _judged(self, request: _Request[Expected], response: Response) -> bytes | Failure:
        """Return what a response is worth. Raises `RetryRequest`, and what stops the run."""
        verdict = self._api.judge(response)
        match verdict:
            case Verdict.GOOD | Verdict.DOUBT:
                good = self._verified(request, response)
            case Verdict.THROTTLED:
                raise Throttled(self._slow_down(request.tally, response.headers, request.started))
            case Verdict.STOP:
                raise self._api.stopped_by(response)
            case Verdict.BLOCKED:
                self.pace.slow_down(request.started)  # a bot rule may be what struck
                raise Blocked(response.status, self._api.name)
            case Verdict.FAIL:
                self._note_good()
                return Failure(f"http_{response.status}")
            case Verdict.AGAIN | Verdict.FOREIGN:
                raise RetryRequest(f"http_{response.status}")
        request.tally.answer(request.endpoint, self._now() - request.started)
        if verdict is Verdict.GOOD:
            self._note_good()
        elif isinstance(good, bytes) and self._doubted >= MOST_DOUBTED:
            raise Doubted(keep(good))
        else:
            self._doubted += 1
        return good

    def _verified(self, request: _Request[Expected], response: Response) -> bytes | Failure:
        try:
            good = self._checked(request, response)
        except Unusable as unusable:  # too large when inflated by us, for one
            return Failure(str(unusable))
        except Damaged as damaged:
            packed = not was_asked_for(response.headers.get("Content-Encoding"))
            raise RetryRequest(str(damaged), plain=packed) from None
        if not request.is_answer(good):
            raise RetryRequest(UNEXPECTED_SHAPE)
        return good

    def _checked(self, request: _Request[Expected], response: Response) -> bytes:
        """Return the body; one that proves nothing only if it came twice. Raises `Damaged`."""
        try:
            return self._api.check(response, request.expected, repeated=False)
        except Unproven as unproven:
            digest = hashlib.sha256(response.body).digest()
            if request.suspect != digest:
                request.suspect = digest
                raise RetryRequest(str(unproven)) from None
        return self._api.check(response, request.expected, repeated=True)

    def _slow_down(self, tally: Tally, headers: Mapping[str, str], started: float) -> float | None:
        """Slow down the whole run after a 429; return the delay asked for, if any."""
        tally.throttle(time.time())
        self.pace.slow_down(started)
        delay = retry_after(headers.get("Retry-After"), time.time())
        if delay is not None:
            _LOG.info("%s asked for a pause of %.0f s", self._api.name, delay)
            self.pace.pause(delay)
        return delay

    def _note_good(self) -> None:
        self._throttled_since = None
        self._doubted = 0
        self._good_at = self._now()
        self._health.good()
