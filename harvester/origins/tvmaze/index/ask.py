"""The index of a run: what its folder in the lake lacks is asked for, the rest is read.

Each page is kept as it comes, so whoever goes on with the run, and each worker of an engine, finds
it there. A 404 ends the index; it is believed once the next page is a 404, too, since all shows
behind it would be taken for missing.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final

import orjson
from msgspec import Meta

from harvester.clock import now
from harvester.errors import UpstreamDown
from harvester.lake.documents.loading import get_document, read_document
from harvester.lake.keys import RunFolder
from harvester.lake.record_files import MAX_BYTES
from harvester.model import Moment
from harvester.origins.tvmaze.api import Expected, TvmazeClient
from harvester.origins.tvmaze.index.page import WAY_OUT, KeptPage, Slice, is_page, read_page
from harvester.origins.tvmaze.index.shows import IndexedShows
from harvester.stores import Store
from harvester.upstream.client import Failure
from harvester.upstream.tally import Tally

MOST_PAGES: Final = 780
"""Twice what there is in 2026; with an index that never ends a run would never end."""

_READS_AT_ONCE: Final = 4
_MOST_BYTES: Final = MAX_BYTES + 1_000
_MOST_OF_END: Final = 1_000
_MISSING: Final = "http_404"


@dataclass(frozen=True, slots=True)
class _End:
    """How many pages the index has."""

    pages: Annotated[int, Meta(ge=0, le=MOST_PAGES)]
    asked_at: Moment


@dataclass(frozen=True, slots=True)
class RunIndex:
    """The index as one run has it."""

    client: TvmazeClient
    store: Store
    folder: RunFolder
    tally: Tally

    async def read_into(self, shows: IndexedShows) -> None:
        """Ask for what the run's folder lacks, then add all pages to `shows`.

        Raises `DocumentError` for a damaged page, `UpstreamDown` for one that does not come, and
        what the client raises.
        """
        pages = await self._complete()
        async for kept, found in self._pages(pages):
            shows.add(kept, found)

    async def _complete(self) -> int:
        """Ask for every page that is not there; return how many there are."""
        there = {entry.key async for entry in self.store.list(self.folder.answers)}
        end = await self._end() if self.folder.index_end in there else None
        page = 0
        while end is None or page < end:
            if page > MOST_PAGES:
                raise UpstreamDown(
                    f"TVmaze's index has more than {MOST_PAGES} pages, which it should not; "
                    "run the command again later"
                )
            key = self.folder.index_page(page)
            if key not in there and not await self._is_there(key):
                end = await self._ask_from(page, end)
            page += 1
        return end

    async def _ask_from(self, page: int, end: int | None) -> int | None:
        """Ask for a page and keep it; return how many there are, once that is known."""
        body = await self._ask(page)
        if body is None and end is None:
            following = await self._ask(page + 1)
            if following is None:
                return await self._keep_end(page)
            body = await self._ask(page)  # it may have been a slip
            await self._keep(page, body)
            await self._keep(page + 1, following)
        else:
            await self._keep(page, body)
        return end

    async def _ask(self, page: int) -> bytes | None:
        """Return a page, None where TVmaze has no such page. Raises `UpstreamDown`."""
        body = await self.client.get(
            "index",
            "shows",
            {"page": str(page)},
            expected=Expected("array"),
            tally=self.tally,
            is_answer=lambda body: is_page(body, page),
        )
        if isinstance(body, bytes):
            return body
        if body == Failure(_MISSING):
            return None
        raise UpstreamDown(
            f"TVmaze does not answer page {page} of its index ({body.reason}); "
            "run the command again later"
        )

    async def _keep(self, page: int, body: bytes | None) -> None:
        """Keep a page; where another process was first, its page stands."""
        kept = KeptPage(page, now(), body)
        await self.store.create(self.folder.index_page(page), kept.to_json())

    async def _keep_end(self, pages: int) -> int:
        content = {"version": 1, "pages": pages, "asked_at": now()}
        data = orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)
        if await self.store.create(self.folder.index_end, data):
            return pages
        return await self._end()

    async def _end(self) -> int:
        key = self.folder.index_end
        data = await get_document(self.store, key, _MOST_OF_END, way_out=WAY_OUT)
        return read_document(_End, key, data or b"", way_out=WAY_OUT).pages

    async def _is_there(self, key: str) -> bool:
        """Say whether another process has kept a page meanwhile."""
        return key in {entry.key async for entry in self.store.list(key)}

    async def _pages(self, pages: int) -> AsyncIterator[tuple[KeptPage, list[Slice]]]:
        """Yield the pages in order, a few read at a time."""
        for start in range(0, pages, _READS_AT_ONCE):
            numbers = range(start, min(start + _READS_AT_ONCE, pages))
            keys = [self.folder.index_page(page) for page in numbers]
            reads = [get_document(self.store, key, _MOST_BYTES, way_out=WAY_OUT) for key in keys]
            try:
                async with asyncio.TaskGroup() as group:
                    begun = [group.create_task(read) for read in reads]
            except ExceptionGroup as errors:  # a user can act on one sentence
                raise errors.exceptions[0] from None
            for page, key, read in zip(numbers, keys, begun, strict=True):
                yield read_page(key, page, read.result() or b"")
