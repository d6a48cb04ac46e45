"""A connection to OMDb, for one run: no more than the day's quota of requests."""

import asyncio
from datetime import date

import aiohttp
from yarl import URL

from harvester import clock
from harvester.errors import HarvesterError, SettingError
from harvester.lake.documents.plan import Plan
from harvester.model import Title, TitleResult
from harvester.origins.omdb.api import OmdbClient
from harvester.origins.omdb.quota import NoneLeft, Ration
from harvester.origins.omdb.titles import OmdbFetcher
from harvester.origins.origin import Fetch
from harvester.origins.shortcuts import Shortcuts
from harvester.stores import Store
from harvester.upstream.hosts import is_loopback
from harvester.upstream.pace import Pace
from harvester.upstream.session import MAX_ERROR_BYTES, get, open_session
from harvester.upstream.tally import Tally
from harvester.upstream.wire import ERRORS

_TIMEOUT = aiohttp.ClientTimeout(total=4)


class OmdbConnection:
    """The client of one run, as a `Connection` that is `Rationed`."""

    def __init__(self, client: OmdbClient, base_url: str, ration: Ration) -> None:
        self._client = client
        self._base_url = base_url
        self._ration = ration
        self._began = date.min
        self._ended: HarvesterError | None = None
        self._first = asyncio.Lock()
        self._tried = asyncio.Event()

    @property
    def pace(self) -> Pace:
        """When requests may start."""
        return self._client.pace

    @property
    def is_probing(self) -> bool:
        """Whether OMDb may be down, and is being asked whether it is."""
        return self._client.is_probing

    async def check(self) -> bool:
        """Say whether the answers are synthetic; OMDb itself is sent nothing.

        Whether it takes the key, the first title's answer tells. Only who answers on this machine
        is asked, without the key, who it is.
        """
        if not is_loopback(URL(self._base_url).host or ""):
            return False
        try:
            async with open_session(self._base_url, connections=1, timeout=_TIMEOUT) as session:
                _, headers, _ = await get(session, f"{self._base_url}/", {}, most=MAX_ERROR_BYTES)
        except ERRORS:
            return False
        return "X-Harvester-Synthetic" in headers

    async def may_start(self, store: Store, plan: Plan, unit: int) -> bool:
        """Reserve a request for each title of the unit; say whether as many are left today.

        A second unit waits for the first answer: a key that OMDb does not take reserves one unit.
        Raises `SettingError` for a quota that no unit fits in.
        """
        titles = plan.unit_size(unit)
        if titles > self._ration.quota:
            raise SettingError(
                f"a quota of {self._ration.quota:,} requests a day is less than the {titles} that "
                "the titles of one unit take, which are harvested together or not at all: "
                f"set it to {titles} or more"
            )
        if self._began != date.min:
            await self._tried.wait()
        if self._ended is not None:
            return False
        self._began = clock.today()
        return await self._ration.reserve(store, titles, f"run {plan.run}, unit {unit}")

    def fetcher(self, plan: Plan, shortcuts: Shortcuts) -> Fetch:  # noqa: ARG002 - has no endpoints
        """Return what fetches a title of a plan."""
        titles = OmdbFetcher(self._client, shortcuts.imdb_ids)

        async def fetch(title: Title, tally: Tally) -> TitleResult:
            self._ration.pay(self._began)
            if not self._tried.is_set():
                async with self._first:  # one request tells whether the key is good
                    if not self._tried.is_set():
                        return await self._fetch(titles, title, tally)
            return await self._fetch(titles, title, tally)

        return fetch

    async def _fetch(self, titles: OmdbFetcher, title: Title, tally: Tally) -> TitleResult:
        """Fetch a title, unless the run has ended: then no request is worth sending."""
        try:
            if self._ended is not None:
                raise self._ended
            result = await titles.fetch(title, tally)
        except HarvesterError as error:
            if not isinstance(error, NoneLeft):
                self._ended = error
            if not self._tried.is_set():
                await self._ration.give_back()
            raise
        finally:
            self._tried.set()
        return result
