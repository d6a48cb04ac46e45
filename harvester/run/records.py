"""The records of a lake, for programs: those that manifests name, one file in memory at a time."""

import asyncio
import os
from collections.abc import AsyncGenerator, Collection, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, get_args

from harvester.errors import DocumentError, LakeError, SettingError
from harvester.hints import nearest
from harvester.lake.documents.manifest import FileReceipt, Manifest, committed_units, manifests
from harvester.lake.documents.plan import Plan
from harvester.model import MediaType, Title
from harvester.origins.table import ORIGINS
from harvester.run.choose import all_plans, plan_of
from harvester.run.expired import expired_among, is_expired, records_are_gone
from harvester.run.newest import NewestRecords
from harvester.run.proven_records import parse_record, read_proven
from harvester.run.receipts import receipts
from harvester.stores import Store, open_store


def records(
    lake: str | os.PathLike[str],
    *,
    endpoint: str,
    media_type: MediaType | None = None,
    run: str | None = None,
    newest: bool = True,
) -> Generator[dict[str, Any], None, None]:
    """Iterate over the records of an endpoint in a lake: a folder, or `s3://bucket[/prefix]`.

    A record is the envelope that `docs/data.md` describes, its `response` parsed; it has an `id`
    even where 0.1.0 wrote none. Only record files that a manifest names are read, those of
    unfinished runs and of retries too, but of no expired run; runs come in the order in which they
    were planned.

    With `newest`, of the records of one id and language only the newest is given: that of the run
    in which the title was answered last, by the earliest answer in each run (for 0.1.0, the start
    of its unit); of the same second, that of the run planned last. `media_type` then keeps only
    movies or only series of these. `run` reads that run alone, without its retries.

    One record file (less than 10 MB) is in memory at a time. Where there are several runs, `newest`
    reads all manifests twice and keeps 16 bytes a title. Files are read in a thread, which ends
    when the iterator is exhausted, closed or dropped: so this works inside a running event loop,
    too, and blocks it while a file is read. What is committed meanwhile may be missing.

    Raises `SettingError` at once for an endpoint, media type or lake that can't be; while iterating
    `LakeError` for a lake without runs, an unknown run, and what is damaged or missing, and
    `StoreDown`.
    """
    known = list(dict.fromkeys(name for one in ORIGINS.values() for name in one.endpoints))
    if endpoint not in known:
        raise SettingError(
            f"there is no endpoint {endpoint!r}{nearest(endpoint, known)}; "
            f"the endpoints are {', '.join(known)}"
        )
    if media_type is not None and media_type not in get_args(MediaType):
        raise SettingError(f"media_type is movie or tv, not {media_type!r}")
    query = _Query(endpoint, media_type, run, newest)
    return _parsed(query.files(open_store(os.fspath(lake))))


class _File(NamedTuple):
    """A record file in memory: its records, still JSON, and the ids of those to be given."""

    key: str
    records: Sequence[bytes | memoryview]
    ids: Collection[str]


def _parsed(files: AsyncGenerator[_File, None]) -> Generator[dict[str, Any], None, None]:
    """Yield the records to be given; the files are read by a loop in a thread of its own."""
    runner = asyncio.Runner()

    async def following() -> _File | None:
        return await anext(files, None)

    def close() -> None:
        try:
            runner.run(files.aclose())
        finally:
            runner.close()

    thread = ThreadPoolExecutor(1, "harvester-records")
    try:
        while (file := thread.submit(lambda: runner.run(following())).result()) is not None:
            yield from _chosen(file)
            del file  # before the next one is read
    finally:
        try:
            closing = thread.submit(close)
        except RuntimeError:  # the interpreter is ending, and no thread can start any more
            loop = runner.get_loop()
            loop.run_until_complete(files.aclose())
            loop.close()
        else:
            closing.result()
            thread.shutdown()


def _chosen(file: _File) -> Iterator[dict[str, Any]]:
    for raw in file.records:
        record = parse_record(file.key, raw)
        title_id = record.get("id") or record.get("imdb_id")
        if isinstance(title_id, str) and title_id in file.ids:
            yield record if "id" in record else {"id": title_id, **record}


@dataclass(frozen=True, slots=True)
class _Query:
    """What was asked for."""

    endpoint: str
    media_type: MediaType | None
    run: str | None
    newest: bool

    async def files(self, opening: AbstractAsyncContextManager[Store]) -> AsyncGenerator[_File]:
        """Yield every file that holds a record to be given."""
        async with opening as store:
            plans = await self._plans(store)
            newest = await self._find_newest(store, plans)
            for number, plan in enumerate(plans):
                async with await _manifests(store, plan) as found:
                    async for manifest in found:
                        folders = {
                            title_id: folder
                            for title_id, folder in self._folders(plan, manifest).items()
                            if self.media_type in {None, manifest.outcomes[title_id].media_type}
                            and (newest is None or newest.has(number, manifest, title_id))
                        }
                        for file in _files_in(plan, manifest, folders.values()):
                            yield _File(
                                file.key, await read_proven(store, plan, file), folders.keys()
                            )

    async def _plans(self, store: Store) -> list[Plan]:
        """Return the plans of the runs that asked for the endpoint, the one made first first."""
        if self.run is not None:
            plans = [await plan_of(store, self.run)]
            if await is_expired(store, plans[0].folder):
                raise records_are_gone(self.run)
        else:
            known = await all_plans(store)
            for one in known.damaged:  # a program must not take a part for all there is
                raise DocumentError(one.damaged)
            expired = await expired_among(store, known.plans)
            plans = [plan for plan in known.plans if plan.folder not in expired]
            if expired and not plans:
                raise LakeError(f"{store.uri} holds no records: those of all runs are expired")
        if not plans:
            raise LakeError(f"{store.uri} holds no run yet: start one with `harvester run`")
        return [plan for plan in reversed(plans) if self.endpoint in plan.asked.endpoints]

    async def _find_newest(self, store: Store, plans: list[Plan]) -> NewestRecords | None:
        """Find the newest records by reading all manifests; None where there are no others."""
        if not self.newest or len(plans) == 1:
            return None
        newest = NewestRecords(
            [(plan.asked.origin, await self._language(store, plan)) for plan in plans]
        )
        for number, plan in enumerate(plans):
            async with await _manifests(store, plan) as found:
                async for manifest in found:
                    for title_id in self._folders(plan, manifest):
                        newest.add(number, manifest, title_id)
        return newest

    async def _language(self, store: Store, plan: Plan) -> str | None:
        """Return the language of a plan's records, by one of them: not all endpoints have any."""
        if plan.asked.language is None:
            return None
        async with await _manifests(store, plan) as found:
            async for manifest in found:
                for file in _files_in(plan, manifest, self._folders(plan, manifest).values()):
                    for raw in await read_proven(store, plan, file):
                        language: str | None = parse_record(file.key, raw).get("language")
                        return language
        return None

    def _folders(self, plan: Plan, manifest: Manifest) -> dict[str, str]:
        """Return the folder of each title's record, of those titles that have one."""
        asked = replace(plan.asked, endpoints=(self.endpoint,))
        origin = ORIGINS[asked.origin]
        found = {}
        for title_id, outcome in manifest.outcomes.items():
            # Where its record is depends on what was found, not on the kind that its input gave.
            title = Title(title_id, "series" if outcome.media_type == "tv" else "movie")
            folder = origin.expected(asked, title, outcome).get(self.endpoint)
            if folder is not None:
                found[title_id] = folder
        return found


async def _manifests(
    store: Store, plan: Plan
) -> AbstractAsyncContextManager[AsyncGenerator[Manifest]]:
    """Return a plan's manifests, to be closed by whoever stops early."""
    units = await committed_units(store, plan)
    return aclosing(manifests(store, plan, units))


def _files_in(plan: Plan, manifest: Manifest, folders: Collection[str]) -> list[FileReceipt]:
    wanted = set(folders)
    return [file for folder, file in receipts(plan, manifest) if folder in wanted]
