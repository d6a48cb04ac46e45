"""What the APIs that are played beside TMDB share with it: clock, latency, counts and faults."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web

from harvester.simulator import wire
from harvester.simulator.bodies import Body, gzipped
from harvester.simulator.library import Reply
from harvester.simulator.stats import Stats

SLOW_SECONDS: Final = 4.0

_GOOD: Final = 200
_IN_THE_BODY: Final = frozenset(
    {"truncated", "stall", "gzip", "notgzip", "html", "list", "otherid"}
)
"""The faults of a good body; these APIs have no ETag that may be wrong, and nothing is appended."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an API answers to a request, and how else it might.

    `whole` makes a response of a status and a body; `problem` is the body of an error with a
    status, `other` that of another title, None where there is none; `refused` is what a bad key is
    told, if it needs one.
    """

    status: int
    body: bytes
    whole: Callable[[int, bytes], web.Response]
    problem: Callable[[int], bytes]
    other: Callable[[], bytes | None]
    refused: bytes | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of one simulator. `wait` takes the time that an answer takes, `draw` gives its fault."""

    stats: Stats
    now: Callable[[], datetime]
    wait: Callable[[], Awaitable[None]]
    draw: Callable[[], str | None]
    stopping: asyncio.Event

    async def spoilt(self, request: web.BaseRequest, answered: Answered) -> web.Response | None:
        """Return a faulty response, or None if there is no fault, or none of this API's."""
        fault = self.draw()
        if fault is None or (fault in _IN_THE_BODY and answered.status != _GOOD):
            return None
        if fault == "stall":  # counted first: a client that gives up ends it
            self.stats.faults[fault] += 1
            reply = Reply(_GOOD, _plain(answered.body))
            return await wire.stalled(request, reply, self.stopping)
        response = await self._spoilt(request, answered, fault)
        if response is not None:
            self.stats.faults[fault] += 1
        return response

    async def _spoilt(  # noqa: C901, PLR0912 -- one line a fault, read as a table
        self, request: web.BaseRequest, answered: Answered, fault: str
    ) -> web.Response | None:
        whole, body = answered.whole, answered.body
        match fault:
            case "otherid":
                other = answered.other()
                return None if other is None else whole(_GOOD, other)
            case "429" | "retry-after":
                response = whole(429, answered.problem(429))
                if fault == "retry-after":
                    response.headers["Retry-After"] = "1"
            case "401" if answered.refused is not None:
                response = whole(401, answered.refused)
            case "500" | "503" | "504":
                response = whole(int(fault), answered.problem(int(fault)))
            case "502" | "html":
                status, title = (502, "Bad Gateway") if fault == "502" else (200, "Just a moment")
                response = wire.html_page(status, title)
            case "list":
                shape = b'{"in":%b}' if body.startswith(b"[") else b"[%b]"
                response = whole(_GOOD, shape % body)
            case "gzip":
                response = wire.gzip_unsaid(_plain(body))
            case "notgzip":
                response = wire.gzip_falsely_said(_plain(body))
            case "reset":
                response = wire.reset(request)
            case "truncated":
                response = wire.truncated(request, Reply(_GOOD, _plain(body)))
            case "slow":
                await asyncio.sleep(SLOW_SECONDS)
                response = whole(answered.status, body)
            case _:
                return None
        return response


def _plain(body: bytes) -> Body:
    return Body(body, gzipped(body), "")
