"""The client of one run, built from its session, pace and connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from harvester.origins.tmdb.client import TmdbClient
from harvester.upstream.credential import Credential
from harvester.upstream.pace import Pace
from harvester.upstream.session import TIMEOUT, open_session
from harvester.upstream.tally import Tally


@asynccontextmanager
async def open_client(
    base_url: str,
    credential: Credential,
    *,
    rate: float,
    auto: bool = False,
    concurrency: int,
    tally: Tally,
    timeout: aiohttp.ClientTimeout = TIMEOUT,  # noqa: ASYNC109 - of each request, not of this call
) -> AsyncIterator[TmdbClient]:
    """Open a client with its own session; at most `concurrency` connections.

    With `auto` it finds the rate that TMDB accepts, up to `rate`.
    """
    async with open_session(
        base_url, credential, connections=concurrency, timeout=timeout
    ) as session:
        pace = Pace(rate, auto=auto)
        yield TmdbClient(
            session, base_url, credential, pace=pace, concurrency=concurrency, tally=tally
        )
