"""The connection of one run: opened first, and checked at the latest before anything is written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from yarl import URL

from harvester.errors import InputError, SettingError
from harvester.lake.documents.plan import Plan
from harvester.model import Asked, MediaType
from harvester.origins.origin import (
    Access,
    Answering,
    ChangedDay,
    Changing,
    Connection,
    Evidence,
    Found,
    Preparing,
)
from harvester.origins.table import ORIGINS
from harvester.run.state import RunState
from harvester.settings import SIMULATOR_HOST, Settings, missing_token
from harvester.stores import Store
from harvester.upstream.hosts import is_loopback
from harvester.upstream.proxy import proxy_for
from harvester.upstream.tally import Tally


class CheckedConnection:
    """A connection that is checked once, by whoever first needs it to be."""

    def __init__(
        self,
        connection: Connection,
        tally: Tally,
        lacking: SettingError | None = None,
        *,
        embedded: bool = False,
    ) -> None:
        """Check this connection; `lacking` says which token there is none of, but must be.

        `embedded` says that it is one to the simulator in this process.
        """
        self._connection = connection
        self._embedded = embedded
        self._lacking = lacking
        self._tally = tally
        self._synthetic: bool | None = None

    @property
    def is_synthetic(self) -> bool:
        """Whether the origin's answers are synthetic, as far as is known without asking it.

        The embedded simulator's are; another's, once it was checked.
        """
        return self._embedded if self._synthetic is None else self._synthetic

    async def check(self) -> bool:
        """Return whether the origin's answers are synthetic, once it took the credential.

        Raises `SettingError` without a token, `TokenRefused`, `UpstreamDown`.
        """
        if self._lacking is not None:
            raise self._lacking
        if self._synthetic is None:
            self._synthetic = await self._connection.check()
        return self._synthetic

    async def answer(
        self, question: str, language: str | None, store: Store, evidence: Evidence
    ) -> Found:
        """Return the titles that a question names, asked once the credential is taken.

        Raises `InputError`, and what `check` raises.
        """
        if not isinstance(self._connection, Answering):
            raise InputError(f"{question} is a question, and this origin answers none")
        await self.check()
        return await self._connection.answer(question, language, store, self._tally, evidence)

    async def changes(
        self, store: Store, media_type: MediaType, since: datetime, now: datetime, *, dry: bool
    ) -> AsyncIterator[ChangedDay]:
        """Yield what changed on each day that settled after `since`; see `Changing.changes`.

        The credential is checked only if a day must be asked for. An origin that tells no changes
        yields nothing: its titles are due by their age.
        """
        connection = self._connection
        if isinstance(connection, Changing):
            if await connection.days_to_ask(store, media_type, since, now):
                await self.check()
            async for day in connection.changes(
                store, media_type, since, now, self._tally, dry=dry
            ):
                yield day

    async def before_units(self, store: Store, plan: Plan) -> None:
        """Do what the origin has to do before the first unit; see `Preparing`."""
        if isinstance(self._connection, Preparing):
            await self._connection.before_units(store, plan)


@asynccontextmanager
async def connected(
    settings: Settings, state: RunState, *, dry: bool = False
) -> AsyncIterator[CheckedConnection]:
    """Open the connection that these settings ask for, and let `state` have it.

    The settings of a `dry` run may lack a token: then its check says so. Nothing is sent yet.
    Raises `SettingError` where the token would be sent in clear.
    """
    _check_way(settings)
    access = Access(
        settings.base_url,
        settings.credential,
        rate=settings.top_rate,
        quota=settings.quota,
        auto=settings.rate == "auto",
        concurrency=settings.concurrency,
        exports_url=settings.export_url,
    )
    api, lacking = ORIGINS[settings.origin], None
    if dry and api.token_variables and settings.base_url and not settings.credential:
        lacking = missing_token(api)
    async with api.connect(access, state.tally) as connection:
        state.connection = connection
        embedded = settings.base_url is None
        yield CheckedConnection(connection, state.tally, lacking, embedded=embedded)


def host(settings: Settings) -> str:
    """Return the origin's host as the run id has it: with a port only when the URL names one."""
    if settings.base_url is None:
        return SIMULATOR_HOST
    url = URL(settings.base_url)
    return f"{url.host}" if url.is_default_port() else f"{url.host}:{url.port}"


def foreign_host(asked: Asked) -> str | None:
    """Return the host that gets a run's requests, and the token, where it is not the origin's."""
    own = URL(ORIGINS[asked.origin].base_url).host
    return None if asked.host in {own, SIMULATOR_HOST} else asked.host


def _check_way(settings: Settings) -> None:
    if settings.base_url is None or not settings.credential:
        return
    url = URL(settings.base_url)
    proxy = proxy_for(url)  # one on this machine is what plain http leads to
    nearest = url if proxy is None else proxy.url
    if url.scheme != "https" and not is_loopback(nearest.host or ""):
        raise SettingError(
            f"{ORIGINS[settings.origin].base_url_variable} names {url.host} with plain http://, "
            "so that anybody on the way could read the token: write https://"
        )
