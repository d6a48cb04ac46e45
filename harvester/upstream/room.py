"""Room for bodies that are fetched and not yet stored: little in memory, more in a file, no more.

Bodies of ordinary size stay in memory. A large one, and any that memory has no room for, goes to
the spool, so a title that stalls may leave hundreds of others waiting to be packed after it. When
the spool, too, is full, no request starts but those of the oldest title in progress: it can always
be finished, and what was waiting for it is packed.

A title's requests know their title by the context that its task hands down (`contextvars`), so that
nothing between the unit and the wire has to pass it on. A request outside, such as a probe, never
waits, and its body stays in memory.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from harvester.model import Body
from harvester.upstream.spool import Spool

LARGE_BYTES = 512 * 1024
"""A body from this size on goes to the spool, in parts as it is read; the largest one recorded has
0.4 MB."""

MEMORY_BYTES = 24_000_000
"""Of bodies in memory; three units of popular titles have 15 MB."""

SPOOL_BYTES = 192_000_000
"""From here on only the oldest title goes on. The requests in flight may add 10 MB each: a Lambda
has 512 MB in /tmp."""

START_BYTES = 64_000_000
"""No unit starts while more than this waits."""

WRITING_BYTES = 24_000_000
"""Of record files that are joined and on their way into the store."""


class _Held:
    """A body in memory, counted until it is dropped."""

    __slots__ = ("_body", "_room")

    def __init__(self, room: "Room", body: bytes) -> None:
        self._room = room
        self._body = body
        room.in_memory += len(body)

    def __len__(self) -> int:
        return len(self._body)

    def __bytes__(self) -> bytes:
        return self._body

    def __del__(self) -> None:
        self._room.in_memory -= len(self._body)
        self._room.freed()


class _Title:
    """A title in progress; which is the oldest, the room knows."""

    __slots__ = ("room",)

    def __init__(self, room: "Room") -> None:
        self.room = room


_TITLE: ContextVar[_Title | None] = ContextVar("title", default=None)


class Room:
    """The room of one run. A context, which closes the spool."""

    def __init__(self, *, memory: int = MEMORY_BYTES, spool: int = SPOOL_BYTES) -> None:
        self.in_memory = 0
        self._memory = memory
        self._spool_limit = spool
        self._spool = Spool(self.freed)
        self._titles: dict[_Title, None] = {}
        self._writing = 0
        self._waiting = 0
        self._change = asyncio.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._spool.close()

    @contextmanager
    def title(self) -> Iterator[None]:
        """Make the bodies requested inside, by this task and those it starts, one title's."""
        title = _Title(self)
        self._titles[title] = None
        token = _TITLE.set(title)
        try:
            yield
        finally:
            _TITLE.reset(token)
            del self._titles[title]
            self.freed()

    @asynccontextmanager
    async def writing(self, size: int) -> AsyncIterator[None]:
        """Have room for a record file of this size, from joining it until it is stored."""
        while self._writing and self._writing + size > WRITING_BYTES:
            await self._changed()
        self._writing += size
        try:
            yield
        finally:
            self._writing -= size
            self.freed()

    async def start(self) -> None:
        """Wait until so little waits that a unit may start."""
        while self._titles and self.in_memory + self._spool.held >= START_BYTES:
            await self._changed()

    def keep(self, body: bytes) -> Body:
        """Return a body that is counted, in memory or in the spool, until it is dropped."""
        size = len(body)
        if size < LARGE_BYTES and self.in_memory + size <= self._memory:
            return _Held(self, body)
        return self._spool.put(body)

    def set_aside(self, data: bytes) -> Body:
        """Return bytes that are in the spool."""
        return self._spool.put(data)

    def has_room_for(self, title: _Title) -> bool:
        """Return whether this title's requests may start."""
        return self._spool.held < self._spool_limit or next(iter(self._titles)) is title

    async def room_for(self, title: _Title) -> None:
        """Wait until this title's requests may start."""
        while not self.has_room_for(title):
            await self._changed()

    def freed(self) -> None:
        """Let those who wait look again."""
        if self._waiting:
            self._change.set()

    async def _changed(self) -> None:
        self._waiting += 1
        try:
            self._change.clear()
            await self._change.wait()
        finally:
            self._waiting -= 1


async def take_slot(slots: asyncio.Semaphore) -> None:
    """Acquire one of the slots for a request, which must not hold it while there is no room."""
    title = _TITLE.get()
    while True:
        if title is not None and not title.room.has_room_for(title):
            await title.room.room_for(title)
        await slots.acquire()
        if title is None or title.room.has_room_for(title):
            return
        slots.release()


def keep(body: bytes) -> Body:
    """Return a body as its title's room keeps it."""
    title = _TITLE.get()
    return body if title is None else title.room.keep(body)


def set_aside(chunks: Sequence[bytes]) -> Body:
    """Return a part of a large body in the spool, if there is one."""
    title = _TITLE.get()
    data = b"".join(chunks)
    return data if title is None else title.room.set_aside(data)
