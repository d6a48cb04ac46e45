"""The simulated TVmaze on the simulator's socket: limit, latency, answers and faults."""

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from aiohttp import web

from harvester.errors import SettingError
from harvester.simulator import wire
from harvester.simulator.bodies import gzipped
from harvester.simulator.surroundings import Answered, Surroundings
from harvester.simulator.tvmaze.library import THROTTLED, TvmazeLibrary, TvmazeReply, problem
from harvester.simulator.tvmaze.routes import TvmazeRoute, parse_target

PREFIX: Final = "/tvmaze/"
SPAN_SECONDS: Final = 10.0

_MOVED: Final = 301
_PROBE: Final = TvmazeRoute("show", 1)


@dataclass(frozen=True, slots=True)
class TvmazeOptions:
    """How the simulated TVmaze behaves, beside what it shares with TMDB.

    `limit` is in requests in any 10 seconds, above which it answers 429; TVmaze's is 20. None is
    no limit.
    """

    limit: int | None = None

    def check(self) -> None:
        """Raise `SettingError` for a limit that can't be."""
        if self.limit is not None and self.limit < 1:
            raise SettingError("The simulated TVmaze must take at least 1 request in 10 seconds.")


class SimulatedTvmaze:
    """Answers requests below `PREFIX`."""

    def __init__(
        self, library: TvmazeLibrary, options: TvmazeOptions, surroundings: Surroundings
    ) -> None:
        self._library = library
        self._limit = options.limit
        self._around = surroundings
        self._arrivals: deque[float] = deque()
        self._clock = asyncio.get_running_loop().time

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        target = request.path_qs.removeprefix(PREFIX.rstrip("/"))
        asked, stats = parse_target(target), self._around.stats
        now = self._clock()
        stats.arrived(now)
        stats.by_endpoint[f"tvmaze/{asked.label}"] += 1
        try:
            if not self._takes(now):
                return self._whole(request, THROTTLED)
            return await self._served(request, asked, target)
        finally:
            stats.left()

    async def _served(
        self, request: web.BaseRequest, asked: TvmazeRoute, target: str
    ) -> web.StreamResponse:
        await self._around.wait()
        if request.method != "GET":
            return self._whole(request, problem(405, "Method Not Allowed"))
        reply = self._library.answer(asked, target, self._around.now())
        if asked != _PROBE:
            answered = Answered(
                reply.status,
                reply.body,
                lambda status, body: self._whole(request, reply._replace(status=status, body=body)),
                lambda status: problem(status, "Error").body,
                partial(self._other, asked, target),
            )
            spoilt = await self._around.spoilt(request, answered)
            if spoilt is not None:
                return spoilt
        return self._whole(request, reply)

    def _other(self, asked: TvmazeRoute, target: str) -> bytes | None:
        """Return the body of another show."""
        number = self._library.neighbour(asked) if asked.label == "show" else None
        if number is None:
            return None
        other = replace(asked, number=number)
        return self._library.answer(other, target, self._around.now()).body

    def _takes(self, now: float) -> bool:
        if self._limit is None:
            return True
        while self._arrivals and self._arrivals[0] <= now - SPAN_SECONDS:
            self._arrivals.popleft()
        if len(self._arrivals) >= self._limit:
            return False
        self._arrivals.append(now)
        return True

    def _whole(self, request: web.BaseRequest, reply: TvmazeReply) -> web.Response:
        self._around.stats.by_status[str(reply.status)] += 1
        headers = {"Cache-Control": "public, max-age=3600"}
        if reply.status == _MOVED:
            # The address by which the simulator was reached, as TVmaze names its own.
            headers["Location"] = f"http://{request.host}{PREFIX}shows/{reply.show_id}"
        body = reply.body
        if wire.accepts_gzip(request) and body:
            headers["Content-Encoding"] = "gzip"
            body = gzipped(body)
        return wire.chunked(reply.status, body, headers)
