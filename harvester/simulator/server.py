"""The simulated TMDB on a socket: limits, latency, responses and faults, in that order."""

import asyncio
import errno
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from harvester import clock
from harvester.errors import SettingError
from harvester.simulator import library, shelf, wire
from harvester.simulator.aged import AgedLibrary
from harvester.simulator.bucket import Bucket
from harvester.simulator.course import ChangeOptions, Course
from harvester.simulator.faults import NEEDS_A_BODY, NOT_OF_A_FILE, FaultSpec, parse_faults
from harvester.simulator.library import Library, Reply
from harvester.simulator.omdb import PREFIX as OMDB_PREFIX
from harvester.simulator.omdb import OmdbOptions, SimulatedOmdb
from harvester.simulator.omdb.library import OmdbLibrary
from harvester.simulator.routes import Route, route
from harvester.simulator.stats import Stats
from harvester.simulator.surroundings import Surroundings
from harvester.simulator.tvmaze import PREFIX as TVMAZE_PREFIX
from harvester.simulator.tvmaze import SimulatedTvmaze, TvmazeOptions
from harvester.simulator.tvmaze.library import TvmazeLibrary

CACHED_SHARE: Final = 0.6
STOP_SECONDS: Final = 0.2
SLOW_SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True)
class SimulatorOptions:
    """How the simulated TMDB behaves.

    `latency_ms` is the time before each response; None is TMDB's mix: 60 % from the CDN's cache
    in about 20 ms, the rest in 100 to 500 ms. `limit` is in requests a second, enforced by a
    bucket of 5; None means no limit. `faults` is `kind=probability,…` (`faults.KINDS`). With
    `token` None, any key is accepted. `population` is how many made movies, and how many made
    series, the lists and exports have beside the sample's titles; `now` is the clock by which
    exports are there and, with `changes`, titles change, are deleted, merged and away. Without
    `changes` every answer is the same at any time.
    """

    seed: int = 1
    latency_ms: float | None = None
    limit: float | None = None
    max_connections: int = 20
    faults: str = ""
    token: str | None = field(default=None, repr=False)
    population: int = library.POPULATION
    now: Callable[[], datetime] = field(default=clock.moment, repr=False)
    changes: ChangeOptions | None = None
    omdb: OmdbOptions = field(default_factory=OmdbOptions)
    tvmaze: TvmazeOptions = field(default_factory=TvmazeOptions)


class Simulator:
    """A running simulator: its addresses, and what it has served."""

    def __init__(self, base_url: str, stats: Stats) -> None:
        self.base_url = base_url
        root = base_url.removesuffix("/3")
        self.exports_url = root + "/p/exports"
        self.omdb_url = root + OMDB_PREFIX.rstrip("/")
        self.tvmaze_url = root + TVMAZE_PREFIX.rstrip("/")
        self._stats = stats

    @property
    def addresses(self) -> dict[str, str]:
        """Where each API is that is played, by the environment variable that names it."""
        return {
            "TMDB_BASE_URL": self.base_url,
            "OMDB_BASE_URL": self.omdb_url,
            "TVMAZE_BASE_URL": self.tvmaze_url,
        }

    def stats(self) -> dict[str, Any]:
        """Return what was served so far, as `GET /__stats` does."""
        return self._stats.as_dict()


class _Listener(web.Server):
    """aiohttp's low-level server, with the CDN's cap on open connections."""

    def __init__(self, tmdb: "_Tmdb", max_connections: int) -> None:
        # a client that disconnects ends its latency or stall at once
        super().__init__(tmdb.respond, handler_cancellation=True, access_log=None)
        self._stats = tmdb.stats
        self._max_connections = max_connections

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        count = sum(not known.is_closing() for known in self._connections.values())
        if count > self._max_connections:
            self._stats.refused_connections += 1
            transport.close()
            return
        self._stats.connections_are(count)


class _Tmdb:
    """The steps of each request: limit, latency, token, response, fault."""

    def __init__(self, options: SimulatorOptions, faults: FaultSpec) -> None:
        self.stats = Stats(options.seed)
        self.stopping = asyncio.Event()
        self._options = options
        self._faults = faults
        self._library = Library(options.seed, population=options.population)
        self._aged: AgedLibrary | None = None
        if options.changes is not None:
            course = Course(options.seed, options.population, options.changes)
            self._aged = AgedLibrary(self._library, course)
        self._bucket = None if options.limit is None else Bucket(options.limit)
        self._chance = random.Random(f"{options.seed}/faults")
        self._latency = random.Random(f"{options.seed}/latency")
        self._now = asyncio.get_running_loop().time
        surroundings = Surroundings(
            self.stats,
            options.now,
            self._wait,
            lambda: faults.draw(self._chance),
            self.stopping,
        )
        omdb = OmdbLibrary(options.seed, options.omdb.broken)
        self._omdb = SimulatedOmdb(omdb, options.omdb, surroundings)
        tvmaze = TvmazeLibrary(options.seed, options.population, options.changes)
        self._tvmaze = SimulatedTvmaze(tvmaze, options.tvmaze, surroundings)

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith(OMDB_PREFIX):
            return await self._omdb.respond(request)
        if request.path.startswith(TVMAZE_PREFIX):
            return await self._tvmaze.respond(request)
        asked = route(request.path_qs)
        if asked.label == "__stats":
            return web.json_response(self.stats.as_dict(), headers={wire.SYNTHETIC_HEADER: "1"})
        now = self._now()
        self.stats.arrived(now)
        self.stats.by_endpoint[asked.label] += 1
        try:
            if self._bucket is not None and not self._bucket.takes(now):
                return self._whole(request, self._throttled(self._bucket.rate))
            return await self._served(request, asked)
        finally:
            self.stats.left()

    def _throttled(self, limit: float) -> Reply:
        return library.throttled(self.stats.in_last_second, limit)

    async def _served(self, request: web.BaseRequest, asked: Route) -> web.StreamResponse:
        await self._wait()
        if request.method != "GET":
            return self._whole(request, library.error("method"))
        if not asked.is_export and not self._admits(request, asked):
            return self._whole(request, library.error("token"))
        answer = self._answer(asked)
        if answer is None:
            self.stats.by_status["404"] += 1
            return wire.html_page(404, "Not Found")
        fault = None if asked.label == "authentication" else self._faults.draw(self._chance)
        if fault is None or not _concerns(fault, answer):
            return self._whole(request, answer)
        spoilt = await self._spoilt(request, asked, answer, fault)
        return self._whole(request, answer) if spoilt is None else spoilt

    def _answer(self, asked: Route) -> Reply | None:
        """Return TMDB's response; None if it is a file that is not there."""
        if asked.is_export:
            return self._library.export(asked, self._options.now())
        if self._aged is not None:
            return self._aged.answer(asked, self._options.now())
        return self._library.answer(asked)

    async def _wait(self) -> None:
        milliseconds = self._options.latency_ms
        if milliseconds is None:
            cached = self._latency.random() < CACHED_SHARE
            low, high = (15.0, 25.0) if cached else (100.0, 500.0)
            milliseconds = low + (high - low) * self._latency.random()
        if milliseconds > 0:
            await asyncio.sleep(milliseconds / 1000)

    def _admits(self, request: web.BaseRequest, asked: Route) -> bool:
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        keys = {asked.api_key, bearer.strip() if scheme.lower() == "bearer" else ""} - {""}
        token = self._options.token
        return bool(keys) if token is None else token in keys

    def _whole(self, request: web.BaseRequest, answer: Reply) -> web.Response:
        self.stats.by_status[str(answer.status)] += 1
        return wire.whole(request, answer)

    async def _spoilt(  # noqa: C901, PLR0911, PLR0912 -- one line a fault, read as a table
        self, request: web.BaseRequest, asked: Route, answer: Reply, fault: str
    ) -> web.Response | None:
        """Return the faulty response, or None if this fault does not apply to this request."""
        body = answer.body
        if fault == "otherid":
            number = self._library.neighbour(asked)
            if number is None:
                return None
            body = self._library.answer(replace(asked, number=number, by_imdb_id=False)).body
        if fault == "dropped":
            lacking = library.without_one_appended(answer, asked.append, self._chance.random())
            if lacking is None:
                return None
            body = lacking
        self.stats.faults[fault] += 1
        match fault:
            case "otherid" | "dropped":
                return self._whole(request, Reply(200, body))
            case "etag":
                return self._whole(request, Reply(200, library.mislabelled(body)))
            case "list":
                return self._whole(request, Reply(200, library.as_array(body)))
            case "429":
                return self._whole(request, self._throttled(40))
            case "retry-after":
                response = self._whole(request, self._throttled(40))
                response.headers["Retry-After"] = "1"
                return response
            case "reset":
                return wire.reset(request)
            case "stall":
                return await wire.stalled(request, answer, self.stopping)
            case "slow":
                await asyncio.sleep(SLOW_SECONDS)
                return self._whole(request, answer)
            case "truncated":
                return wire.truncated(request, answer)
            case "502" | "html":
                status, title = (502, "Bad Gateway") if fault == "502" else (200, "Just a moment")
                self.stats.by_status[str(status)] += 1
                return wire.html_page(status, title)
            case "gzip" | "notgzip":
                self.stats.by_status["200"] += 1
                return (wire.gzip_unsaid if fault == "gzip" else wire.gzip_falsely_said)(body)
            case _:
                return self._whole(request, library.error(fault))


def _concerns(fault: str, answer: Reply) -> bool:
    if answer.last_modified and fault in NOT_OF_A_FILE:
        return False
    return answer.status == 200 or fault not in NEEDS_A_BODY  # noqa: PLR2004


@asynccontextmanager
async def simulate(
    options: SimulatorOptions, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Simulator]:
    """Run a simulated TMDB while the context is open; port 0 selects any free one.

    Raises SettingError if the options are wrong or the port is not available.
    """
    _check(options)
    tmdb = _Tmdb(options, parse_faults(options.faults))
    listener = _Listener(tmdb, options.max_connections)
    try:
        server = await asyncio.get_running_loop().create_server(listener, host, port)
    except (OSError, OverflowError) as error:
        busy = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "is in use" if busy else "can't be listened on"
        raise SettingError(
            f"Port {port} of {host} {why}: name another port, or 0 for any free one."
        ) from error
    taken: int = server.sockets[0].getsockname()[1]
    try:
        yield Simulator(f"http://{host}:{taken}/3", tmdb.stats)
    finally:
        server.close()
        tmdb.stopping.set()
        await listener.shutdown(STOP_SECONDS)
        await server.wait_closed()


def _check(options: SimulatorOptions) -> None:
    if options.limit is not None and options.limit <= 0:
        raise SettingError("The simulator's limit must be more than 0 requests a second.")
    if options.latency_ms is not None and options.latency_ms < 0:
        raise SettingError("The simulator's latency can't be less than 0 milliseconds.")
    if options.max_connections < 1:
        raise SettingError("The simulator must take at least 1 connection.")
    options.omdb.check()
    options.tvmaze.check()
    if options.changes is not None:
        options.changes.check()
    if not 0 <= options.population <= shelf.FIRST_VIDEO:
        raise SettingError(f"The simulator's population may be 0 to {shelf.FIRST_VIDEO:,}.")
