"""The connection of one run, at the pace that TVmaze allows."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Final

from harvester.origins.origin import Access
from harvester.origins.tvmaze.api import TvmazeApi
from harvester.origins.tvmaze.connection import TvmazeConnection
from harvester.origins.tvmaze.endpoints import SPAN_SECONDS
from harvester.upstream.connect import open_client
from harvester.upstream.credential import Credential
from harvester.upstream.pace import Pace, Window
from harvester.upstream.tally import Tally

_ON_THE_WAY: Final = 0.2
"""Seconds by which a request may be overtaken before it is counted there."""


def pace_of(access: Access, most: int) -> Pace:
    """Return a pace of `most` requests in any 10 seconds, or fewer where the user wants it slower.

    A slower rate has fewer in 10 seconds, too: workers that share an address share its limit.
    """
    rate = min(access.rate, most / SPAN_SECONDS)
    window = Window(max(1, int(rate * SPAN_SECONDS)), SPAN_SECONDS + _ON_THE_WAY)
    return Pace(rate, window=window)


@asynccontextmanager
async def open_connection(
    base_url: str, access: Access, tally: Tally, most: int
) -> AsyncIterator[TvmazeConnection]:
    """Open a connection with its own session; TVmaze gets no credential, whatever there is."""
    with ExitStack() as stack:
        async with open_client(
            TvmazeApi(base_url),
            base_url,
            Credential(),
            pace=pace_of(access, most),
            concurrency=access.concurrency,
            tally=tally,
        ) as client:
            yield TvmazeConnection(client, tally, stack)
