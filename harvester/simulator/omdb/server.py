"""The simulated OMDb on the simulator's socket: key, quota, answers and faults."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from harvester.errors import SettingError
from harvester.simulator import wire
from harvester.simulator.bodies import gzipped
from harvester.simulator.omdb.library import (
    BAD_KEY,
    LIMIT_REACHED,
    NO_KEY,
    OmdbLibrary,
    OmdbReply,
    refusal,
)
from harvester.simulator.surroundings import Answered, Surroundings

if TYPE_CHECKING:
    from datetime import date

PREFIX: Final = "/omdb/"

_PROBLEMS: Final = {429: "Too many requests."}


@dataclass(frozen=True, slots=True)
class OmdbOptions:
    """How the simulated OMDb behaves, beside what it shares with TMDB.

    With `key` None any key is taken. `quota` is in requests a key and UTC day, after which it
    answers that its limit is reached; OMDb's is 1,000 for a free key. None is no limit. `broken`
    is the share of titles whose bodies are not JSON, always.
    """

    key: str | None = field(default=None, repr=False)
    quota: int | None = None
    broken: float = 0.0

    def check(self) -> None:
        """Raise `SettingError` for what can't be."""
        if self.quota is not None and self.quota < 0:
            raise SettingError("The simulated OMDb's quota can't be less than 0 requests a day.")
        if not 0 <= self.broken <= 1:
            raise SettingError("The simulated OMDb's share of broken bodies may be 0 to 1.")


class SimulatedOmdb:
    """Answers requests below `PREFIX`; `counted` is what each key has sent on a UTC day."""

    def __init__(
        self, library: OmdbLibrary, options: OmdbOptions, surroundings: Surroundings
    ) -> None:
        self.counted: Counter[tuple[date, str]] = Counter()
        self._library = library
        self._options = options
        self._around = surroundings
        self._clock = asyncio.get_running_loop().time

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        query = parse_qs(urlsplit(request.path_qs).query, keep_blank_values=True)
        asked = {name: values[-1] for name, values in query.items()}
        self._around.stats.arrived(self._clock())
        self._around.stats.by_endpoint["omdb/title" if "i" in asked else "omdb/other"] += 1
        try:
            await self._around.wait()
            refused = self._refused(asked.get("apikey", ""))
            if refused is not None:
                return self._whole(request, refused)
            return await self._served(request, asked.get("i", ""))
        finally:
            self._around.stats.left()

    def _refused(self, key: str) -> OmdbReply | None:
        """Count a request of a key; return why it is refused, if it is."""
        if not key:
            return NO_KEY
        if self._options.key not in {None, key}:
            return BAD_KEY
        today = self._around.now().date()
        if self._options.quota is not None and self.counted[today, key] >= self._options.quota:
            return LIMIT_REACHED
        self.counted[today, key] += 1
        return None

    async def _served(self, request: web.BaseRequest, imdb_id: str) -> web.StreamResponse:
        reply = self._library.answer(imdb_id)
        answered = Answered(
            reply.status,
            reply.body,
            lambda status, body: self._whole(request, OmdbReply(status, body)),
            lambda status: refusal(status, _PROBLEMS.get(status, "Something went wrong.")).body,
            partial(self._other, imdb_id),
            refused=BAD_KEY.body,
        )
        spoilt = await self._around.spoilt(request, answered)
        return self._whole(request, reply) if spoilt is None else spoilt

    def _other(self, imdb_id: str) -> bytes | None:
        """Return the body of another title."""
        other = self._library.neighbour(imdb_id)
        return None if other is None else self._library.answer(other).body

    def _whole(self, request: web.BaseRequest, reply: OmdbReply) -> web.Response:
        self._around.stats.by_status[str(reply.status)] += 1
        headers = {"Cache-Control": "public, max-age=3600"}
        body = reply.body
        if wire.accepts_gzip(request):
            headers["Content-Encoding"] = "gzip"
            body = gzipped(body)
        return wire.chunked(reply.status, body, headers)
