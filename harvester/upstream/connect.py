"""The client of one run, built from its session, pace and connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from harvester.upstream.api import Api
from harvester.upstream.client import Client, Expected
from harvester.upstream.credential import Credential
from harvester.upstream.pace import Pace
from harvester.upstream.session import TIMEOUT, open_session
from harvester.upstream.tally import Tally


@asynccontextmanager
async def open_client(
    api: Api[Expected],
    base_url: str,
    credential: Credential,
    *,
    pace: Pace,
    concurrency: int,
    tally: Tally,
    timeout: aiohttp.ClientTimeout = TIMEOUT,  # noqa: ASYNC109 - of each request, not of this call
) -> AsyncIterator[Client[Expected]]:
    """Open a client with its own session; at most `concurrency` connections."""
    async with open_session(base_url, connections=concurrency, timeout=timeout) as session:
        yield Client(
            session, api, base_url, credential, pace=pace, concurrency=concurrency, tally=tally
        )
