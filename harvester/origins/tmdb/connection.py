"""A connection to TMDB, for one run."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from harvester.errors import InputError
from harvester.lake.documents.plan import Plan
from harvester.model import MediaType
from harvester.origins.origin import ChangedDay, Evidence, Fetch, Found
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.tmdb.api import TMDB, TmdbClient
from harvester.origins.tmdb.changes.kept import changed_days, missing_days
from harvester.origins.tmdb.exports.ask import export_titles
from harvester.origins.tmdb.questions.ask import ask
from harvester.origins.tmdb.questions.lists import Lists
from harvester.origins.tmdb.questions.question import parse_question
from harvester.origins.tmdb.titles import TitleFetcher
from harvester.stores import Store
from harvester.upstream.pace import Pace
from harvester.upstream.tally import Tally


@dataclass(frozen=True, slots=True)
class TmdbConnection:
    """The client of one run, as a `Connection`; `exports_url` is where the day's exports are."""

    client: TmdbClient
    exports_url: str

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

    async def days_to_ask(
        self, store: Store, media_type: MediaType, since: datetime, now: datetime
    ) -> Sequence[date]:
        """Return the settled days of which the lake has no list of changes."""
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
        return changed_days(self.client, store, media_type, since, now, tally, dry=dry)

    async def answer(
        self,
        question: str,
        language: str | None,
        store: Store,
        tally: Tally,
        evidence: Evidence,
    ) -> Found:
        """Return the titles that a question names. Raises `InputError`, `UpstreamDown`."""
        asked = parse_question(question)
        who = f"the simulated {TMDB.name}" if self.client.is_synthetic else TMDB.name
        try:
            if asked.topic == "export":
                return await export_titles(asked, self.exports_url, store, evidence)
            return await ask(Lists(self.client, language, tally, evidence.body, who), asked)
        except InputError as error:
            if not self.client.is_synthetic:
                raise
            raise InputError(
                f"{error}; to ask the real {TMDB.name} instead of the simulated one, set TMDB_TOKEN"
            ) from None
