"""A TMDB in memory (aioresponses) for a client in virtual time: no socket, no waiting."""

import hashlib
import inspect
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import Mock

from aiohttp import ClientResponse
from aioresponses import CallbackResult, aioresponses
from virtual_time import now
from yarl import URL

from harvester.origins.tmdb.api import TMDB, TmdbClient
from harvester.upstream.client import Failure
from harvester.upstream.connect import open_client
from harvester.upstream.credential import Credential
from harvester.upstream.pace import Pace
from harvester.upstream.tally import Tally

BASE_URL = "https://api.tmdb.test/3"
TOKEN = "eyJ-secret-token"
BEARER = Credential(headers={"Authorization": f"Bearer {TOKEN}"})
API_KEY = Credential(params={"api_key": TOKEN})


class _Response(ClientResponse):
    """A response with an argument that aiohttp 3.14 requires and aioresponses 0.7.9 lacks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"stream_writer": Mock(output_size=0), **kwargs})


def reply(
    body: bytes = b"{}", status: int = 200, headers: Mapping[str, str] | None = None
) -> CallbackResult:
    """Return a response with these contents."""
    return CallbackResult(
        status=status, body=body, headers=dict(headers or {}), response_class=_Response
    )


def good(body: bytes) -> CallbackResult:
    """Return TMDB's 200 with the body's ETag."""
    return reply(body, headers={"ETag": f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'})


def throttled(retry_after: str | None = None) -> CallbackResult:
    """Return TMDB's 429."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return reply(b'{"status_code":25}', 429, headers)


Answer = CallbackResult | Exception
Answering = Callable[[str], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as TMDB received it."""

    at: float
    path: str
    url: URL
    headers: Mapping[str, str]


@dataclass(slots=True)
class MockedTmdb:
    """The requests, and the client that sent them."""

    client: TmdbClient
    tally: Tally
    seen: list[Seen] = field(default_factory=list)

    async def get(
        self, path: str, params: Mapping[str, str] | None = None, tmdb_id: int | None = None
    ) -> bytes | Failure:
        """Send a request through the client."""
        return await self.client.get(
            "credits", path, params or {}, expected=tmdb_id, tally=self.tally
        )

    def count(self, path: str) -> int:
        """Return how often a path was requested."""
        return sum(seen.path == path for seen in self.seen)


@asynccontextmanager
async def mocked_tmdb(
    answering: Answering,
    *,
    credential: Credential = BEARER,
    rate: float = 1_000,
    concurrency: int = 20,
) -> AsyncIterator[MockedTmdb]:
    """Let `answering` answer each path below `/3/`, or raise what it returns."""
    tally = Tally()

    async def answer(url: URL, **kwargs: Any) -> CallbackResult:
        path = url.path.removeprefix("/3/")
        tmdb.seen.append(Seen(now(), path, url, kwargs["headers"]))
        found = answering(path)
        if inspect.isawaitable(found):
            found = await found
        if isinstance(found, Exception):
            raise found
        return found

    with aioresponses() as mocked:
        mocked.get(re.compile(r"https://api\.tmdb\.test/3/"), callback=answer, repeat=True)
        async with open_client(
            TMDB, BASE_URL, credential, pace=Pace(rate), concurrency=concurrency, tally=tally
        ) as client:
            tmdb = MockedTmdb(client, tally)
            yield tmdb


def scripted(*answers: Answer, probe: Answer | None = None) -> Answering:
    """Give these responses in order, repeating the last; probes are answered separately."""
    left = list(answers)

    def answering(path: str) -> Answer:
        if path == "authentication":
            return good(b'{"success":true}') if probe is None else probe
        return left.pop(0) if len(left) > 1 else left[0]

    return answering
