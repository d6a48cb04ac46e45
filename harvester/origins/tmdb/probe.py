"""A probe (`/authentication`): whether TMDB is there, or what is in the way."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

import aiohttp
from yarl import URL

from harvester.errors import TokenRefused
from harvester.origins.tmdb.responses import Damaged, Verdict, check_body, speaks_as_tmdb, verdict
from harvester.origins.tmdb.wire import ERRORS, PLAIN, Wire
from harvester.upstream.pace import Pace
from harvester.upstream.tally import Tally
from harvester.upstream.unreachable import (
    Obstacle,
    Route,
    explained,
    obstacle,
    proxy_wants_password,
    speaks_tls,
    takes_only_tls,
)

PATH = "authentication"
"""https://developer.themoviedb.org/reference/authentication-validate-key"""

_REDIRECTS = (301, 302, 303, 307, 308)
_PROXY_WANTS_PASSWORD = 407
_SHOWN = 200
_TIMEOUT = aiohttp.ClientTimeout(total=4)
_TLS_SECONDS = 2.0
_LOG = logging.getLogger(__name__)


class Probe:
    """Asks TMDB something cheap, at the run's pace; `slow_down` is told of a 429."""

    def __init__(
        self,
        wire: Wire,
        pace: Pace,
        tally: Tally,
        slow_down: Callable[[Tally, Mapping[str, str], float], object],
    ) -> None:
        self._wire = wire
        self._pace = pace
        self._tally = tally
        self._slow_down = slow_down
        self._now = asyncio.get_running_loop().time

    async def __call__(self) -> Obstacle | None:
        """Return what is in the way to TMDB, or None when it answers. Raises `TokenRefused`."""
        await self._pace.turn()
        started = self._now()
        self._tally.send(time.time(), retry=False)
        route = self._wire.route
        try:
            status, headers, body = await self._wire.fetch(PATH, {}, timeout=_TIMEOUT, **PLAIN)
        except Damaged:
            return _page(200, route)
        except ERRORS as error:
            _LOG.info("%s: %s", PATH, self._wire.hidden(explained(error)))
            hung_up = isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError)
            if hung_up and await speaks_tls(route, _TLS_SECONDS):
                return takes_only_tls(route)
            return obstacle(error, route)
        if verdict(status) is Verdict.THROTTLED:
            self._slow_down(self._tally, headers, started)
            return None
        found = obstacle_in(status, headers, body, route)
        if found is not None:
            _LOG.info("%s: HTTP %d", PATH, status)
        return found


def obstacle_in(
    status: int, headers: Mapping[str, str], body: bytes, route: Route
) -> Obstacle | None:
    """Return what is in the way by the answer to a probe, or None. Raises `TokenRefused`."""
    found: Obstacle | None
    match verdict(status):
        case Verdict.GOOD:
            try:
                check_body(body, None, None)
            except Damaged:  # a gateway's page may have status 200
                found = _page(status, route)
            else:
                found = None
        case Verdict.STOP if speaks_as_tmdb(body):
            raise TokenRefused(refused(status))
        case Verdict.STOP:
            found = blocked(status, route)
        case Verdict.FAIL:  # "The plain HTTP request was sent to HTTPS port" are nginx's words
            plain = b"HTTPS port" in body
            found = takes_only_tls(route) if plain else _not_tmdb(status, route)
        case _ if status in _REDIRECTS:
            found = _redirect(status, headers.get("Location", ""), route)
        case _ if status == _PROXY_WANTS_PASSWORD:
            found = proxy_wants_password(route)
        case _:
            where = f"{route.address} answers with errors only{route.through} (HTTP {status})"
            found = Obstacle(f"TMDB does not answer: {where}")
    return found


def refused(status: int) -> str:
    """Return the sentence on a token that TMDB does not take."""
    return (
        f"TMDB refused the token (HTTP {status}); check TMDB_TOKEN (the API Read Access Token) "
        "or TMDB_API_KEY"
    )


def blocked(status: int, route: Route) -> Obstacle:
    """Return what a 401 or 403 means that is not in TMDB's words: it says nothing of the token."""
    return Obstacle(
        f"blocked on the way to TMDB: {route.address} answers{route.through} with a page that is "
        f"not TMDB's (HTTP {status} page: a firewall, a bot rule, a country's block); "
        "try another network, or wait"
    )


def _page(status: int, route: Route) -> Obstacle:
    return Obstacle(
        f"TMDB does not answer: {route.address} sends a page that is not TMDB's (HTTP {status}); "
        "check TMDB_BASE_URL, or log in to the network"
    )


def _not_tmdb(status: int, route: Route) -> Obstacle:
    path = route.base.path.rstrip("/")
    what = "check it; TMDB's own is https://api.themoviedb.org/3"
    if not path.endswith("/3"):
        what = "does it lack /3?"
    return Obstacle(
        f"TMDB_BASE_URL does not lead to TMDB's API (HTTP {status} at "
        f"{route.address}{path}/{PATH}): {what}",
        lasts=True,
    )


def _redirect(status: int, location: str, route: Route) -> Obstacle:
    """Return what a redirect means; where it leads is shown without a query, which may hold a key.

    It is not followed: the token would go to whomever it names.
    """
    try:
        there = (route.base / PATH).join(URL(location))
        shown = str(there.with_query(None).with_fragment(None).with_user(None))
    except ValueError:
        shown = ""
    shown = shown.removesuffix("/").removesuffix(f"/{PATH}")[:_SHOWN]
    leads = f" to {shown}" if location and shown.isprintable() and shown else ""
    return Obstacle(
        f"{route.address} redirects{leads} (HTTP {status}), and a token is not sent on: "
        "set TMDB_BASE_URL to the address of TMDB's API, or log in to the network",
        lasts=True,
    )
