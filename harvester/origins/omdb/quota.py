"""The requests of a UTC day: each is reserved in the lake before it is sent.

`Raw/OMDb/_harvest/_quota/<UTC day>/<number>.json` reserves some requests; it is named by how many
were reserved before it. So each object has one successor, whichever process creates it first, and
however many share a lake, no more than the day's quota is ever reserved. What is reserved stays so:
a unit that is abandoned has sent some of it. Only a run that ended with its first request, as its
key was refused, gives the others back, in an object beside these.
"""

import asyncio
import uuid
from collections import Counter
from contextvars import ContextVar
from datetime import date
from typing import Annotated

import msgspec

from harvester import clock
from harvester.errors import QuotaUsedUp
from harvester.lake import keys
from harvester.lake.documents.loading import damaged, get_document
from harvester.origins.omdb.endpoints import ORIGIN
from harvester.stores import Store

_MOST_BYTES = 10_000
_WAY_OUT = "delete it, and what it counts of the day's requests is forgotten"


class _Reservation(msgspec.Struct):
    """How many requests an object reserves, and for what; `by` makes it unlike any other."""

    requests: Annotated[int, msgspec.Meta(ge=1, le=10**9)]
    what: str
    at: str
    by: str


class _Count(msgspec.Struct):
    """What is reserved of a day, in the order of the objects, and what was given back of it."""

    day: date
    reserved: int
    unsent: int


class NoneLeft(QuotaUsedUp):
    """A request that is one too many by our count; those that are paid may still be sent."""


_PAID_ON: ContextVar[date | None] = ContextVar("paid_on", default=None)
"""The day on which the first request of this title was reserved, until it is sent."""

_DECODER = msgspec.json.Decoder(_Reservation)


class Ration:
    """What one process may send of a quota of requests a UTC day.

    A unit's titles are reserved when it starts; a request more than one a title, such as a retry
    or a probe, when it is sent.
    """

    def __init__(self, quota: int) -> None:
        self.quota = quota
        self._store: Store | None = None
        self._lock = asyncio.Lock()
        self._count: _Count | None = None
        self._unsent: Counter[date] = Counter()

    async def reserve(self, store: Store, requests: int, what: str) -> bool:
        """Reserve requests of today; say whether as many were left.

        Raises `DocumentError` for a reservation that can't be read.
        """
        self._store = store
        async with self._lock:
            while True:
                count, is_new = self._count, False
                if count is None or count.day != clock.today():
                    count, is_new = await _count(store, clock.today()), True
                    self._count = count
                if count.reserved - count.unsent + requests > self.quota:
                    if is_new:
                        return False
                    self._count = None  # another process may have given some back
                    continue
                mine = _Reservation(requests, what, clock.now(), uuid.uuid4().hex)
                key = keys.quota_key(ORIGIN, count.day, count.reserved)
                if await store.create(key, msgspec.json.encode(mine)):
                    count.reserved += requests
                    return True
                self._count = None  # another process was faster

    async def give_back(self) -> None:
        """Give back what of today is paid and not sent."""
        today = clock.today()
        unsent = self._unsent.pop(today, 0)
        if self._store is not None and unsent:
            await self._store.put(keys.unsent_key(ORIGIN, today, unsent, uuid.uuid4().hex), b"{}")

    def pay(self, day: date) -> None:
        """Let the next request of this task be one of those that were reserved on a day."""
        self._unsent[day] += 1
        _PAID_ON.set(day)

    async def spend(self) -> None:
        """Count a request that is about to be sent. Raises `NoneLeft` when that is one too many."""
        today, paid_on = clock.today(), _PAID_ON.get()
        _PAID_ON.set(None)
        if paid_on == today:
            self._unsent[today] -= 1
            return
        # A retry or a probe, or a title of a unit that began before midnight.
        if self._store is None or await self.reserve(self._store, 1, "a retry or a probe"):
            return
        raise NoneLeft(
            f"OMDb's {self.quota:,} requests of {today.isoformat()} (UTC) are used up, as some had "
            "to be sent again: run the same command again tomorrow"
        )


async def _count(store: Store, day: date) -> _Count:
    """Count the requests that are reserved of a day: the last object says how far they go."""
    prefix = keys.quota_prefix(ORIGIN, day)
    last, unsent = -1, 0
    async for entry in store.list(prefix):
        last = max(last, keys.parse_quota_key(entry.key, prefix))
        unsent += keys.parse_unsent_key(entry.key, prefix)
    if last < 0:
        return _Count(day, 0, unsent)
    key = keys.quota_key(ORIGIN, day, last)
    data = await get_document(store, key, _MOST_BYTES, way_out=_WAY_OUT)
    try:
        found = _DECODER.decode(data or b"")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise damaged(key, _WAY_OUT) from None
    return _Count(day, last + found.requests, unsent)
