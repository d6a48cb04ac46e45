"""The tiny API as an origin: its endpoints, its records, and a connection with every extra."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import orjson

from harvester.clock import now, today
from harvester.errors import TokenRefused, UpstreamDown
from harvester.lake.documents.plan import Plan
from harvester.model import (
    MEDIA_TYPE_OF,
    Asked,
    MediaType,
    Outcome,
    Record,
    RequestMode,
    Title,
    TitleResult,
)
from harvester.origins.origin import Access, ChangedDay, Connection, Fetch
from harvester.origins.shortcuts import Shortcuts
from harvester.stores import Store
from harvester.upstream.credential import Credential
from harvester.upstream.pace import Pace
from harvester.upstream.session import TIMEOUT, get, open_session
from harvester.upstream.tally import Tally
from tiny.server import tiny_server

NAME = "Tiny"
FOLDER_OF = {"info": "Titles", "cast": "Casts"}
ENVELOPE = ("id", "imdb_id", "origin", "origin_id", "endpoint", "fetched_at", "response")


@dataclass(slots=True)
class TinyConnection:
    """One run's connection: an index before the units, a quota of requests, changes by day."""

    session: aiohttp.ClientSession
    base_url: str
    credential: Credential
    pace: Pace
    tally: Tally
    quota: int
    is_simulated: bool = False
    is_probing: bool = False
    index: dict[str, int] = field(default_factory=dict)

    async def check(self) -> bool:
        """Ask nothing: the first answer tells of the credential."""
        return self.is_simulated

    async def before_units(self, _store: Store, _plan: Plan) -> None:
        """Read the index: which id each IMDb id has here."""
        self.index = orjson.loads(await self._get("index", self.tally))

    async def may_start(self, store: Store, plan: Plan, unit: int) -> bool:
        """Count the requests of units begun in objects of the lake: abandoned ones count, too."""
        folder = f"Raw/{NAME}/_harvest/_quota/{today().isoformat()}/"
        keys = [entry.key async for entry in store.list(folder)]
        begun = sum([int(await store.get(key) or b"0") for key in keys])
        takes = plan.unit_size(unit) * len(plan.asked.endpoints)
        if begun + takes > self.quota:
            return False
        await store.create(f"{folder}{plan.run}-{unit}-{len(keys)}", str(takes).encode())
        return True

    def fetcher(self, plan: Plan, shortcuts: Shortcuts) -> Fetch:
        """Return what fetches a title."""

        async def fetch(title: Title, tally: Tally) -> TitleResult:
            imdb_id = title.imdb_id or shortcuts.imdb_ids.get(title.id)
            if imdb_id is None:
                return TitleResult(title, Outcome("unmatched", reason="no_imdb_id"), ())
            origin_id = self.index.get(imdb_id)
            if origin_id is None:
                return TitleResult(title, Outcome("unmatched", reason="not_found"), ())
            records = []
            for name in plan.asked.endpoints:
                body = await self._get(f"{origin_id}/{name}", tally)
                envelope = (
                    f'{{"id":"{title.id}","imdb_id":"{imdb_id}","origin":"{NAME}",'
                    f'"origin_id":{origin_id},"endpoint":"{name}","fetched_at":"{now()}",'
                    '"response":'
                )
                records.append(Record(FOLDER_OF[name], envelope.encode(), body))
            outcome = Outcome(
                "harvested",
                MEDIA_TYPE_OF[title.kind],
                imdb_id=None if title.imdb_id else imdb_id,
                origin_id=origin_id,
            )
            return TitleResult(title, outcome, tuple(records))

        return fetch

    async def days_to_ask(
        self, _store: Store, _media_type: MediaType, since: datetime, now: datetime
    ) -> Sequence[date]:
        """Return each day whose midnight lies between: a list is never kept here."""
        first = since.date()
        return [first + timedelta(days=ahead) for ahead in range((now.date() - first).days)]

    async def changes(
        self,
        store: Store,
        media_type: MediaType,
        since: datetime,
        now: datetime,
        tally: Tally,
        *,
        dry: bool = False,  # noqa: ARG002 - nothing is kept here
    ) -> AsyncIterator[ChangedDay]:
        """Yield what changed on each day."""
        for day in await self.days_to_ask(store, media_type, since, now):
            body = await self._get(f"changes?day={day.isoformat()}", tally)
            settled_at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=1)
            yield ChangedDay(day, settled_at, orjson.loads(body)["changed"])

    async def _get(self, path: str, tally: Tally) -> bytes:
        await self.pace.turn()
        tally.send(time.time(), retry=False)
        params = self.credential.params
        status, _, body = await get(self.session, f"{self.base_url}/{path}", params, most=1_000_000)
        if status == 401:
            raise TokenRefused(f"{NAME} refused the token")
        if status != 200:
            raise UpstreamDown(f"{NAME} answers {status}")
        return body


@dataclass(frozen=True, slots=True)
class TinyOrigin:
    """The API, not connected."""

    name: str = NAME
    endpoints: tuple[str, ...] = ("info", "cast")
    default_endpoints: tuple[str, ...] = ("info", "cast")
    default_rate: float = 1000.0
    most_rate: float | None = None
    base_url: str = "http://tiny.invalid"
    base_url_variable: str = "TINY_BASE_URL"
    token_variables: tuple[str, ...] = ()
    token_name: str = "key"
    token_url: str = "http://tiny.invalid/key"
    joins_on_imdb_id: bool = False
    most_voted_first: bool = False
    auto_rate: bool = False
    languages: bool = False
    request_modes: tuple[RequestMode, ...] = ("fanout",)
    answers_questions: bool = False
    keep_days: int | None = None
    attribution: str = "Data of Tiny, which anybody may use."
    terms_url: str = "http://tiny.invalid/terms"

    def credential(self, _variable: str, token: str) -> Credential:
        """Return a token in the query, as APIs of little means have it."""
        return Credential(params={"key": token})

    @asynccontextmanager
    async def connect(self, access: Access, tally: Tally) -> AsyncIterator[Connection]:
        """Connect for one run, or to a server that lives as long as the connection."""
        async with AsyncExitStack() as stack:
            base_url = access.base_url
            if base_url is None:
                server = await stack.enter_async_context(tiny_server(range(1, 251), changed=[]))
                base_url = server.base_url
            session = await stack.enter_async_context(
                open_session(base_url, connections=5, timeout=TIMEOUT)
            )
            yield TinyConnection(
                *(session, base_url, access.credential, Pace(access.rate), tally, access.quota),
                is_simulated=access.base_url is None,
            )

    def requests_a_title(self, asked: Asked, _mode: RequestMode) -> int:
        """One for each endpoint."""
        return len(asked.endpoints)

    def requests_of(self, plan: Plan, _mode: RequestMode, _known: int) -> int:
        """One for each endpoint; nothing need be looked up."""
        return plan.titles * len(plan.asked.endpoints)

    def folders(self, asked: Asked) -> list[str]:
        """One for each endpoint."""
        return sorted(FOLDER_OF[name] for name in asked.endpoints)

    def expected(self, asked: Asked, _title: Title, outcome: Outcome) -> Mapping[str, str]:
        """Return the folder of each endpoint of a harvested title."""
        if outcome.outcome != "harvested":
            return {}
        return {name: FOLDER_OF[name] for name in asked.endpoints}

    def envelope(self, _plan: Plan) -> tuple[str, ...]:
        """Return the keys of a record."""
        return ENVELOPE

    def misfit(self, record: Mapping[str, Any], _title: Title, outcome: Outcome) -> str | None:
        """Hold the body's id to the outcome's."""
        same = record["origin_id"] == outcome.origin_id == record["response"].get("id")
        return None if same else "has another title's response"

    def describe(self, responses: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the name."""
        return [("name", str(responses["info"]["name"]))] if "info" in responses else []
