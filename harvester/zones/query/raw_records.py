"""The records of an endpoint as a table that DuckDB reads as it goes, without opening a file.

Files are read one after the other, by the lake's own store, and only as the manifests say they are;
what DuckDB no longer wants is not read. Each scan of the table reads the lake again.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa

from harvester.errors import DocumentError, HarvesterError, LakeError
from harvester.lake.documents.manifest import FileReceipt, committed_units, manifests
from harvester.lake.documents.plan import Plan
from harvester.origins.table import ORIGINS
from harvester.run.ahead import ahead
from harvester.run.choose import all_plans
from harvester.run.expired import expired_among
from harvester.run.proven_records import read_proven, unreadable
from harvester.run.receipts import receipts
from harvester.stores import Store
from harvester.zones.trusted.odd_texts import engine_text

_FILES_AT_ONCE = 16
"""As many manifests are read at once, and of each unit an endpoint has one file or two."""

_JSON = pa.json_(pa.string())
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("imdb_id", pa.string()),
        ("tmdb_id", pa.int64()),
        ("origin_id", pa.string()),
        ("media_type", pa.string()),
        ("language", pa.string()),
        ("fetched_at", pa.timestamp("us")),
        ("response", _JSON),
        ("origin", pa.string()),
        ("run", pa.string()),
        ("synthetic", pa.bool_()),
    ]
)


class _Record(msgspec.Struct):
    """A record of any origin, its body left as it is; those of 0.1.0 have no `id`."""

    response: msgspec.Raw
    id: str | None = None
    imdb_id: str | None = None
    tmdb_id: int | None = None
    origin_id: int | str | None = None
    media_type: str | None = None
    language: str | None = None
    fetched_at: str | None = None


_DECODER = msgspec.json.Decoder(_Record)


class RawRecords:
    """The records of an endpoint, in the order in which their runs were planned.

    `loop` is the running loop of `store`, and DuckDB's threads wait for it. `error` is what ended
    a scan: DuckDB would raise it as one of its own.
    """

    def __init__(self, store: Store, endpoint: str, loop: asyncio.AbstractEventLoop) -> None:
        self._store = store
        self._endpoint = endpoint
        self._loop = loop
        self.error: HarvesterError | None = None

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Begin a scan: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html."""
        reader = pa.RecordBatchReader.from_batches(SCHEMA, self._batches())
        return reader.__arrow_c_stream__(requested_schema)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        batches = record_batches(self._store, self._endpoint)

        async def following() -> pa.RecordBatch | None:
            return await anext(batches, None)

        try:
            while (batch := self._run(following()).result()) is not None:
                yield batch
        except HarvesterError as error:
            self.error = error
            raise
        finally:
            self._run(batches.aclose())  # the loop itself may be what ends the scan: no waiting

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


async def record_batches(store: Store, endpoint: str) -> AsyncGenerator[pa.RecordBatch]:
    """Yield the records of each file that a manifest names, those of no expired run.

    Raises `LakeError` for what is damaged or missing: a part must not pass for the whole.
    """
    known = await all_plans(store)
    for one in known.damaged:
        raise DocumentError(one.damaged)
    if not known.plans:  # a lake that was misspelled is no empty one
        raise LakeError(f"{store.uri} holds no run yet: start one with `harvester run`")
    expired = await expired_among(store, known.plans)
    for plan in reversed(known.plans):
        if endpoint not in plan.asked.endpoints or plan.folder in expired:
            continue
        async with aclosing(_files(store, plan, endpoint)) as found:
            async for files in found:
                reads = (_read(store, plan, file) for file in files)
                async with aclosing(ahead(reads)) as batches:
                    async for batch in batches:
                        yield batch


async def _files(store: Store, plan: Plan, endpoint: str) -> AsyncGenerator[list[FileReceipt]]:
    """Yield the files that hold records of the endpoint, those of some units at a time."""
    asked = replace(plan.asked, endpoints=(endpoint,))
    folders = set(ORIGINS[plan.asked.origin].folders(asked))
    units = await committed_units(store, plan)
    files: list[FileReceipt] = []
    async with aclosing(manifests(store, plan, units)) as found:
        async for manifest in found:
            files += [file for folder, file in receipts(plan, manifest) if folder in folders]
            if len(files) >= _FILES_AT_ONCE:
                yield files
                files = []
    yield files


async def _read(store: Store, plan: Plan, file: FileReceipt) -> pa.RecordBatch:
    raw = await read_proven(store, plan, file)
    return await asyncio.to_thread(_batch, plan, file.key, raw)


def _batch(plan: Plan, key: str, raw: Sequence[bytes | memoryview]) -> pa.RecordBatch:
    rows = [_parsed(key, bytes(one)) for one in raw]
    columns: list[Any] = [
        [row.id or row.imdb_id for row in rows],
        [row.imdb_id for row in rows],
        [row.tmdb_id for row in rows],
        [None if row.origin_id is None else str(row.origin_id) for row in rows],
        [row.media_type for row in rows],
        [row.language for row in rows],
        [_moment(row.fetched_at) for row in rows],
        [bytes(row.response).decode(errors="replace") for row in rows],
        [plan.asked.origin] * len(rows),
        [plan.run] * len(rows),
        [plan.synthetic] * len(rows),
    ]
    arrays = []
    for values, field in zip(columns, SCHEMA, strict=True):
        if field.type == _JSON:
            arrays.append(pa.ExtensionArray.from_storage(_JSON, pa.array(values, pa.string())))
        else:
            arrays.append(pa.array(values, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _parsed(key: str, raw: bytes) -> _Record:
    try:
        return _DECODER.decode(engine_text(raw))
    except (msgspec.DecodeError, RecursionError) as error:
        raise unreadable(key, error) from None


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
