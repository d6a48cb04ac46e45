"""A connection to TMDB, for one run."""

from dataclasses import dataclass

from harvester.lake.documents.plan import Plan
from harvester.origins.origin import Fetch
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.tmdb.client import TmdbClient
from harvester.origins.tmdb.titles import TitleFetcher
from harvester.upstream.pace import Pace


@dataclass(frozen=True, slots=True)
class TmdbConnection:
    """The client of one run, as a `Connection`."""

    client: TmdbClient

    @property
    def pace(self) -> Pace:
        """When requests may start."""
        return self.client.pace

    @property
    def is_probing(self) -> bool:
        """Whether TMDB may be down, and is being asked whether it is."""
        return self.client.is_probing

    async def check(self) -> bool:
        """Ask TMDB whether it takes the token; return whether its answers are synthetic."""
        return await self.client.check()

    def fetcher(self, plan: Plan, shortcuts: Shortcuts) -> Fetch:
        """Return what fetches a title of this plan."""
        return TitleFetcher(self.client, plan.asked, plan.version, shortcuts).fetch
