"""A TMDB with a hidden limit, for a real client in virtual time: no socket, cheap requests.

Requests take some time to arrive, pass a bucket of 5 as in the simulator, and are answered
after a latency; a 429 has no Retry-After and comes at once.
"""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from virtual_time import now
from yarl import URL

from harvester.origins.tmdb.api import TMDB, TmdbClient
from harvester.upstream.credential import Credential
from harvester.upstream.pace import Pace
from harvester.upstream.tally import Tally

BUCKET = 5.0


def tmdb_mix(chance: random.Random) -> float:
    """Return a latency in seconds: 60 % from the CDN's cache, the rest in 100 to 500 ms."""
    return chance.uniform(0.015, 0.025) if chance.random() < 0.6 else chance.uniform(0.1, 0.5)


@dataclass(slots=True)
class LimitedTmdb:
    """Its behaviour, and what it has seen; `limit` may change while it runs."""

    limit: float
    seed: int
    latency: Callable[[random.Random], float] = tmdb_mix
    way_seconds: tuple[float, float] = (0.0, 0.05)
    body: Callable[[str], bytes] = lambda _path: b"{}"
    silent: bool = False
    starts: list[float] = field(default_factory=list)
    good: list[float] = field(default_factory=list)
    throttled: list[float] = field(default_factory=list)
    _tokens: float = BUCKET
    _filled_at: float = 0.0
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    @asynccontextmanager
    async def get(self, url: URL | str, **_options: Any) -> AsyncIterator[SimpleNamespace]:
        """Respond as an `aiohttp.ClientSession` does, in everything that the client uses."""
        self.starts.append(now())
        await asyncio.sleep(self._chance.uniform(*self.way_seconds))
        if self.silent:
            await asyncio.sleep(15)
            raise TimeoutError
        self._tokens = min(BUCKET, self._tokens + (now() - self._filled_at) * self.limit)
        self._filled_at = now()
        if self._tokens < 1:
            await asyncio.sleep(self._chance.uniform(*self.way_seconds))
            self.throttled.append(now())
            yield _response(429, b'{"status_code":25}', {})
            return
        self._tokens -= 1
        await asyncio.sleep(self.latency(self._chance))
        self.good.append(now())
        body = self.body(str(url))
        yield _response(200, body, {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"'})


def _response(status: int, body: bytes, headers: Mapping[str, str]) -> SimpleNamespace:
    async def iter_any() -> AsyncIterator[bytes]:
        yield body

    return SimpleNamespace(
        status=status, headers=headers, content=SimpleNamespace(iter_any=iter_any)
    )


def client_of(
    tmdb: LimitedTmdb, rate: float, *, auto: bool = False, concurrency: int = 20
) -> TmdbClient:
    """Return a client that sends its requests to `tmdb`."""
    return TmdbClient(
        tmdb,  # type: ignore[arg-type]  # has all that the client uses of a session
        TMDB,
        "https://api.tmdb.test/3",
        Credential(),
        pace=Pace(rate, auto=auto),
        concurrency=concurrency,
        tally=Tally(),
    )
