"""The tiny API as an origin: its endpoints, its records, and a connection with every extra."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import aiohttp
import orjson

from harvester.clock import now
from harvester.errors import UpstreamDown
from harvester.lake.documents.plan import Plan
from harvester.lake.title_ids import pack
from harvester.model import Asked, Kind, Outcome, Record, RequestMode, Title, TitleResult
from harvester.origins.origin import Access, Connection, Fetch
from harvester.origins.shortcuts import Shortcuts
from harvester.stores import Store
from harvester.upstream.pace import Pace
from harvester.upstream.session import TIMEOUT, get, open_session
from harvester.upstream.tally import Tally

NAME = "Tiny"
UNITS_A_DAY = 100
FOLDER_OF = {"info": "Titles", "cast": "Casts"}
ENVELOPE = ("id", "imdb_id", "origin", "origin_id", "endpoint", "fetched_at", "response")


@dataclass(slots=True)
class TinyConnection:
    """One run's connection: an index before the units, a quota of units, changes by day."""

    session: aiohttp.ClientSession
    base_url: str
    pace: Pace
    tally: Tally
    quota: int
    is_probing: bool = False
    index: dict[str, int] = field(default_factory=dict)

    async def check(self) -> bool:
        """Needs no credential; its answers count as real."""
        return False

    async def before_units(self, _store: Store, _plan: Plan) -> None:
        """Read the index: which id each IMDb id has here."""
        self.index = orjson.loads(await self._get("index", self.tally))

    async def may_start(self, store: Store, plan: Plan, unit: int) -> bool:
        """Count the units begun in objects of the lake, so that abandoned ones count, too."""
        folder = f"Raw/{NAME}/_harvest/_quota/{plan.date.isoformat()}/"
        begun = len([entry async for entry in store.list(folder)])
        if begun >= self.quota:
            return False
        await store.create(f"{folder}{plan.run}-{unit}-{begun}", b"1")
        return True

    def fetcher(self, plan: Plan, _shortcuts: Shortcuts) -> Fetch:
        """Return what fetches a title."""

        async def fetch(title: Title, tally: Tally) -> TitleResult:
            origin_id = self.index.get(title.id)
            if origin_id is None:
                return TitleResult(title, Outcome("unmatched", reason="not_found"), ())
            records = []
            for name in plan.asked.endpoints:
                body = await self._get(f"{origin_id}/{name}", tally)
                envelope = (
                    f'{{"id":"{title.id}","imdb_id":"{title.id}","origin":"{NAME}",'
                    f'"origin_id":{origin_id},"endpoint":"{name}","fetched_at":"{now()}",'
                    '"response":'
                )
                records.append(Record(FOLDER_OF[name], envelope.encode(), body))
            return TitleResult(title, Outcome("harvested", origin_id=origin_id), tuple(records))

        return fetch

    async def changes(self, _kind: Kind, day: date) -> Sequence[int]:
        """Return what changed on a day."""
        body = await self._get(f"changes?day={day.isoformat()}", self.tally)
        return [pack(f"tt{number:07d}") for number in orjson.loads(body)["changed"]]

    async def _get(self, path: str, tally: Tally) -> bytes:
        await self.pace.turn()
        tally.send(time.time(), retry=False)
        status, _, body = await get(self.session, f"{self.base_url}/{path}", {}, most=1_000_000)
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
    base_url: str = "http://tiny.invalid"
    quota: int = UNITS_A_DAY

    @asynccontextmanager
    async def connect(self, access: Access, tally: Tally) -> AsyncIterator[Connection]:
        """Connect for one run."""
        base_url = access.base_url or self.base_url
        async with open_session(
            base_url, access.credential, connections=5, timeout=TIMEOUT
        ) as session:
            yield TinyConnection(session, base_url, Pace(access.rate), tally, self.quota)

    def requests_a_title(self, asked: Asked, _mode: RequestMode) -> int:
        """One for each endpoint."""
        return len(asked.endpoints)

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
