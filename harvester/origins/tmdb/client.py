"""The TMDB client: one GET, paced, retried and verified.

The only layer that retries TMDB. It returns a body or a `Failure` of this one request; only
`TokenRefused`, `UpstreamDown` and `RouteError` are raised.
"""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from harvester.errors import TokenRefused, UpstreamDown
from harvester.origins.tmdb.probe import Probe, blocked, refused
from harvester.origins.tmdb.responses import (
    Damaged,
    Shows,
    Unproven,
    Verdict,
    check_body,
    retry_after,
    shows_id,
    speaks_as_tmdb,
    verdict,
    was_asked_for,
)
from harvester.origins.tmdb.wire import ERRORS, PLAIN, Wire
from harvester.upstream.credential import Credential
from harvester.upstream.health import Health
from harvester.upstream.pace import Pace
from harvester.upstream.retry import Blocked, RetryRequest, Throttled, of_error, wait
from harvester.upstream.tally import Tally

MAX_ATTEMPTS = 8
"""Per request, not counting 429s. At 10 % of faults, one request in 10^8 fails in all of them."""

_ROUND = MAX_ATTEMPTS // 2

THROTTLED_TOO_LONG_SECONDS = 180.0

UNEXPECTED_SHAPE = "unexpected_shape"
"""The reason of a failure: valid JSON, but not the shape that the endpoint returns."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that TMDB does not answer successfully; `reason` is a word such as `http_404`."""

    reason: str


@dataclass(slots=True)
class _Request:
    """One GET and the state of its attempts."""

    endpoint: str
    path: str
    params: Mapping[str, str]
    tmdb_id: int | None
    tally: Tally
    shows: Shows
    is_answer: Callable[[bytes], bool]
    began: float
    sent: int = 0
    spent: int = 0
    failed: int = 0
    up_before: bool = False
    plain: bool = False
    suspect: bytes | None = field(default=None, repr=False)


class TmdbClient:
    """Sends requests to TMDB at the run's pace, with at most `concurrency` in flight.

    `tally` counts requests that belong to no unit (probes). The clock is the running loop's.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        credential: Credential,
        *,
        pace: Pace,
        concurrency: int,
        tally: Tally,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.pace = pace
        self._wire = Wire(session, base_url, credential)
        self._slots = asyncio.Semaphore(concurrency)
        self._sleep = sleep
        self._now = asyncio.get_running_loop().time
        self._throttled_since: float | None = None
        self._good_at = -math.inf
        probe = Probe(self._wire, self.pace, tally, self._slow_down)
        self._health = Health(probe, sleep=sleep)

    @property
    def is_probing(self) -> bool:
        """Whether TMDB may be down and is being probed."""
        return self._health.is_judging

    async def check(self) -> bool:
        """Check, before a run is planned, that TMDB responds and accepts our token.

        Returns whether its responses are synthetic: our simulator sets a header. Raises
        `TokenRefused`, `UpstreamDown`, `RouteError`.
        """
        await self._health.was_down()
        return bool(self._wire.synthetic)

    async def get(
        self,
        endpoint: str,
        path: str,
        params: Mapping[str, str],
        *,
        tmdb_id: int | None,
        tally: Tally,
        shows: Shows = shows_id,
        is_answer: Callable[[bytes], bool] = bool,
    ) -> bytes | Failure:
        """Return the verified body, or the reason why this request fails.

        `path` is relative to the base URL; `tmdb_id` is the id the body must have, if any; `shows`
        is for `check_body`; a body for which `is_answer` is false is requested again; `endpoint`
        labels latencies. Raises `TokenRefused`, `UpstreamDown`, `RouteError`.
        """
        began = self._now()
        request = _Request(endpoint, path, params, tmdb_id, tally, shows, is_answer, began)
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

    async def _paid_attempt(self, request: _Request) -> bytes | Failure:
        """Send the request once; charge the budget if it fails. Raises `RetryRequest` to retry."""
        try:
            return await self._attempt(request)
        except RetryRequest as again:
            if isinstance(again, Throttled):
                self._bear_throttling()
                raise
            request.spent += 1
            request.plain |= again.plain
            await self._health.spend(again.cost)
            if request.spent >= _ROUND and await self._is_to_blame(request):
                if isinstance(again, Blocked) and self._good_at < request.began:
                    raise blocked(again.status, self._wire.route).error() from None
                return Failure(again.reason)
            raise

    async def _is_to_blame(self, request: _Request) -> bool:
        """Return whether it is this request that fails, not TMDB.

        A probe alone can't tell: TMDB may have been down for all these attempts, and recovered
        just now. So the second half of the attempts is made when TMDB is known to be up.
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
                "TMDB has answered nothing but 429 for three minutes; run the command again later"
            )

    async def _attempt(self, request: _Request) -> bytes | Failure:
        """Send the request once. Raises `RetryRequest`, `TokenRefused`."""
        async with self._slots:
            await self.pace.turn()
            started = self._now()
            request.tally.send(time.time(), retry=request.sent > 0)
            request.sent += 1
            try:
                status, headers, body = await self._wire.fetch(
                    request.path, request.params, **(PLAIN if request.plain else {})
                )
            except Damaged as damaged:
                raise RetryRequest(str(damaged)) from None
            except ERRORS as error:
                raise of_error(error) from None
        match verdict(status):
            case Verdict.GOOD:
                good = self._verified(request, headers, body)
            case Verdict.THROTTLED:
                raise Throttled(self._slow_down(request.tally, headers, started))
            case Verdict.STOP if speaks_as_tmdb(body):
                raise TokenRefused(refused(status))
            case Verdict.STOP:
                self.pace.slow_down(started)  # a bot rule may be what struck
                raise Blocked(status)
            case Verdict.FAIL if speaks_as_tmdb(body):
                self._note_good()
                return Failure(f"http_{status}")
            case Verdict.AGAIN | Verdict.FAIL:
                raise RetryRequest(f"http_{status}")
        request.tally.answer(request.endpoint, self._now() - started)
        self._note_good()
        return good

    def _verified(self, request: _Request, headers: Mapping[str, str], body: bytes) -> bytes:
        try:
            good = check_body(body, headers.get("ETag"), request.tmdb_id, request.shows)
        except Damaged as damaged:
            packed = not was_asked_for(headers.get("Content-Encoding"))
            raise RetryRequest(str(damaged), plain=packed) from None
        except Unproven:
            if request.suspect != body:
                request.suspect = body
                raise RetryRequest("etag") from None
            good = check_body(body, None, request.tmdb_id)
        if not request.is_answer(good):
            raise RetryRequest(UNEXPECTED_SHAPE)
        return good

    def _slow_down(self, tally: Tally, headers: Mapping[str, str], started: float) -> float | None:
        """Slow down the whole run after a 429; return the delay TMDB asked for, if any."""
        tally.throttle(time.time())
        self.pace.slow_down(started)
        delay = retry_after(headers.get("Retry-After"), time.time())
        if delay is not None:
            _LOG.info("TMDB asked for a pause of %.0f s", delay)
            self.pace.pause(delay)
        return delay

    def _note_good(self) -> None:
        self._throttled_since = None
        self._good_at = self._now()
        self._health.good()
