"""A connection to TVmaze, for one run."""

from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime

from harvester.lake.documents.plan import Plan, load_titles
from harvester.model import MediaType
from harvester.origins.origin import ChangedDay, Fetch
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.tvmaze.api import TvmazeClient
from harvester.origins.tvmaze.index.ask import RunIndex
from harvester.origins.tvmaze.index.choice import series_of, takes_index
from harvester.origins.tvmaze.index.shows import IndexedShows
from harvester.origins.tvmaze.titles import TitleFetcher
from harvester.origins.tvmaze.updates.kept import missing_days, updated_days
from harvester.stores import Store
from harvester.upstream.pace import Pace
from harvester.upstream.tally import Tally


@dataclass(slots=True)
class TvmazeConnection:
    """The client of one run, and the index of its shows where it takes one.

    `tally` counts the requests for the index, which belong to no unit; `stack` is closed with the
    connection, and the index with it.
    """

    client: TvmazeClient
    tally: Tally
    stack: ExitStack
    _index: IndexedShows | None = field(default=None, init=False)

    @property
    def pace(self) -> Pace:
        """When requests may start."""
        return self.client.pace

    @property
    def is_probing(self) -> bool:
        """Whether TVmaze may be down, and is being asked whether it is."""
        return self.client.is_probing

    async def check(self) -> bool:
        """Ask TVmaze whether it answers; return whether its answers are synthetic."""
        return await self.client.check()

    async def before_units(self, store: Store, plan: Plan) -> None:
        """Read the index, if the plan takes it. Raises `DocumentError`, `UpstreamDown`."""
        series = series_of(plan, await load_titles(store, plan))
        if takes_index(series, plan.asked):
            shows = self.stack.enter_context(IndexedShows())
            await RunIndex(self.client, store, plan.folder, self.tally).read_into(shows)
            self._index = shows

    def fetcher(self, plan: Plan, shortcuts: Shortcuts) -> Fetch:
        """Return what fetches a title of this plan."""
        return TitleFetcher(self.client, plan.asked, shortcuts.imdb_ids, self._index).fetch

    async def days_to_ask(
        self, store: Store, media_type: MediaType, since: datetime, now: datetime
    ) -> Sequence[date]:
        """Return the settled days of which the lake has no list of updates."""
        return await missing_days(store, media_type, since, now)

    def changes(
        self,
        store: Store,
        media_type: MediaType,
        since: datetime,
        now: datetime,
        tally: Tally,
        *,
        dry: bool = False,
    ) -> AsyncIterator[ChangedDay]:
        """Yield each day that settled after `since`. Raises `DocumentError`, `UpstreamDown`."""
        return updated_days(self.client, store, media_type, since, now, tally, dry=dry)
