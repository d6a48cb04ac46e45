"""A probe, a cheap request: whether the API is there, or what is in the way."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from yarl import URL

from harvester.upstream.api import Api, Response, Verdict
from harvester.upstream.body import Damaged
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
from harvester.upstream.wire import ERRORS, PLAIN, Wire

_REDIRECTS = (301, 302, 303, 307, 308)
_PROXY_WANTS_PASSWORD = 407
_SHOWN = 200
_TIMEOUT = aiohttp.ClientTimeout(total=4)
_TLS_SECONDS = 2.0
_LOG = logging.getLogger(__name__)


class Probe:
    """Asks an API something cheap, at the run's pace; `slow_down` is told of a 429."""

    def __init__(
        self,
        api: Api[Any],
        wire: Wire,
        pace: Pace,
        tally: Tally,
        slow_down: Callable[[Tally, Mapping[str, str], float], object],
    ) -> None:
        self._api = api
        self._wire = wire
        self._pace = pace
        self._tally = tally
        self._slow_down = slow_down
        self._now = asyncio.get_running_loop().time

    async def __call__(self) -> Obstacle | None:
        """Return what is in the way to the API, or None when it answers.

        Raises what the API stops a run with.
        """
        await self._pace.turn()
        started = self._now()
        self._tally.send(time.time(), retry=False)
        route = self._wire.route
        path, params = self._api.probe
        try:
            response = await self._wire.fetch(path, params, timeout=_TIMEOUT, **PLAIN)
        except Damaged:
            return _page(200, route)
        except ERRORS as error:
            _LOG.info("%s: %s", path, self._wire.hidden(explained(error)))
            hung_up = isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError)
            if hung_up and await speaks_tls(route, _TLS_SECONDS):
                return takes_only_tls(route)
            return obstacle(error, route)
        verdict = self._api.judge(response)
        if verdict is Verdict.THROTTLED:
            self._slow_down(self._tally, response.headers, started)
            return None
        found = obstacle_in(response, verdict, self._api, route, self._wire.hidden)
        if found is not None:
            _LOG.info("%s: HTTP %d", path, response.status)
        return found


def obstacle_in(
    response: Response,
    verdict: Verdict,
    api: Api[Any],
    route: Route,
    hidden: Callable[[str], str],
) -> Obstacle | None:
    """Return what is in the way by the answer to a probe, or None; `hidden` takes out a credential.

    Raises what the API stops a run with.
    """
    status, headers, body = response
    found: Obstacle | None
    match verdict:
        case Verdict.GOOD:  # a gateway's page may have status 200
            found = None if api.is_up(body) else _page(status, route)
        case Verdict.STOP:
            raise api.stopped_by(response)
        case Verdict.BLOCKED:
            found = blocked(status, route)
        case Verdict.FAIL | Verdict.FOREIGN:
            # "The plain HTTP request was sent to HTTPS port" are nginx's words
            plain = b"HTTPS port" in body
            found = takes_only_tls(route) if plain else _not_the_api(status, api, route)
        case _ if status in _REDIRECTS:
            found = _redirect(status, hidden(headers.get("Location", "")), api, route)
        case _ if status == _PROXY_WANTS_PASSWORD:
            found = proxy_wants_password(route)
        case _:
            where = f"{route.address} answers with errors only{route.through} (HTTP {status})"
            found = Obstacle(f"{route.name} does not answer: {where}")
    return found


def blocked(status: int, route: Route) -> Obstacle:
    """Return what a 401 or 403 means that is not in the API's words: nothing of the token."""
    return Obstacle(
        f"blocked on the way to {route.name}: {route.address} answers{route.through} with a page "
        f"that is not {route.name}'s (HTTP {status} page: a firewall, a bot rule, "
        "a country's block); try another network, or wait"
    )


def _page(status: int, route: Route) -> Obstacle:
    return Obstacle(
        f"{route.name} does not answer: {route.address} sends a page that is not {route.name}'s "
        f"(HTTP {status}); check {route.variable}, or log in to the network"
    )


def _not_the_api(status: int, api: Api[Any], route: Route) -> Obstacle:
    path, own = (url.path.rstrip("/") for url in (route.base, URL(api.base_url)))
    what = f"check it; {route.name}'s own is {api.base_url}"
    if not path.endswith(own):
        what = f"does it lack {own}?"
    return Obstacle(
        f"{route.variable} does not lead to {route.name}'s API (HTTP {status} at "
        f"{route.address}{path}/{api.probe[0]}): {what}",
        lasts=True,
    )


def _redirect(status: int, location: str, api: Api[Any], route: Route) -> Obstacle:
    """Return what a redirect means; where it leads is shown without a query, which may hold a key.

    It is not followed: the token would go to whomever it names.
    """
    path = api.probe[0]
    try:
        there = (route.base / path).join(URL(location))
        shown = str(there.with_query(None).with_fragment(None).with_user(None))
    except ValueError:
        shown = ""
    shown = shown.removesuffix("/").removesuffix(f"/{path}")[:_SHOWN]
    leads = f" to {shown}" if location and shown.isprintable() and shown else ""
    return Obstacle(
        f"{route.address} redirects{leads} (HTTP {status}), and a token is not sent on: "
        f"set {route.variable} to the address of {route.name}'s API, or log in to the network",
        lasts=True,
    )
