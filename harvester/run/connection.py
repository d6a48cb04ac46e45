"""The connection of one run: opened first, and checked at the latest before anything is written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from yarl import URL

from harvester.origins.origin import Access, Connection
from harvester.origins.table import ORIGINS
from harvester.run.state import RunState
from harvester.settings import SIMULATOR_HOST, Settings


class CheckedConnection:
    """A connection that is checked once, by whoever first needs it to be."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._synthetic: bool | None = None

    async def check(self) -> bool:
        """Return whether the origin's answers are synthetic, once it took the credential.

        Raises `TokenRefused`, `UpstreamDown`.
        """
        if self._synthetic is None:
            self._synthetic = await self._connection.check()
        return self._synthetic


@asynccontextmanager
async def connected(settings: Settings, state: RunState) -> AsyncIterator[CheckedConnection]:
    """Open the connection that these settings ask for, and let `state` have it.

    Nothing is sent yet.
    """
    access = Access(
        settings.base_url,
        settings.credential,
        rate=settings.top_rate,
        auto=settings.rate == "auto",
        concurrency=settings.concurrency,
    )
    async with ORIGINS[settings.origin].connect(access, state.tally) as connection:
        state.connection = connection
        yield CheckedConnection(connection)


def host(settings: Settings) -> str:
    """Return the origin's host as the run id has it: with a port only when the URL names one."""
    if settings.base_url is None:
        return SIMULATOR_HOST
    url = URL(settings.base_url)
    return f"{url.host}" if url.is_default_port() else f"{url.host}:{url.port}"
