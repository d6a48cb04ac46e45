"""The newest record of each endpoint of a title, each file held to its manifest."""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final

from harvester.errors import DocumentError, LakeError
from harvester.lake.documents.manifest import load_manifest
from harvester.lake.documents.outcomes import OutcomeRow, outcome_of, rows_of
from harvester.lake.title_ids import pack, unpack
from harvester.model import Title
from harvester.origins.table import ORIGINS
from harvester.run.ahead import ahead
from harvester.run.past_outcomes import exists
from harvester.run.proven_records import parse_record, read_proven
from harvester.run.receipts import receipts
from harvester.run.show.outcomes import TitleOutcome
from harvester.stores import Store

_ENVELOPE: Final = 500
"""Bytes within which any record has said its ids."""


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record and where it lies; `raw` are its bytes, `content` is what they say."""

    origin: str
    endpoint: str
    run: str
    key: str
    raw: bytes
    content: dict[str, Any]


@dataclass(slots=True)
class HeldRecords:
    """What there is of a title: records in the order of endpoints, and what is wrong with others.

    `expired` says of a run whether its records were deleted because of their age; of a run whose
    records are all replaced by newer ones it is not looked up.
    """

    records: list[HeldRecord] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    expired: dict[str, bool] = field(default_factory=dict)


async def newest_records(
    store: Store, outcomes: Sequence[TitleOutcome], endpoints: Collection[str]
) -> HeldRecords:
    """Return the newest record of each endpoint of an origin.

    `outcomes` are the title's in runs of that origin, the newest first.
    A synthetic record is taken only where there is no real one.
    An endpoint takes three requests: whether the run is expired, its manifest, and the file; one
    more for each further file that its unit has of it.
    """
    held = HeldRecords()
    chosen: list[tuple[TitleOutcome, dict[str, str]]] = []
    pending = set(endpoints)
    for one in sorted(outcomes, key=lambda outcome: outcome.plan.synthetic):  # real data wins
        folders = {name: where for name, where in _expected(one).items() if name in pending}
        if not folders:
            continue
        run = one.plan.run
        if run not in held.expired:
            held.expired[run] = await exists(store, one.plan.folder.expired)
        if not held.expired[run]:
            chosen.append((one, folders))
            pending -= folders.keys()
    for one, folders in chosen:
        async with aclosing(_records(store, one, folders)) as found:
            async for record in found:
                if isinstance(record, HeldRecord):
                    held.records.append(record)
                else:
                    held.damaged.append(record)
    order = list(endpoints)
    held.records.sort(key=lambda record: order.index(record.endpoint))
    return held


def _expected(one: TitleOutcome) -> dict[str, str]:
    """Return the folder of each record that a title has in a run."""
    row, asked = one.row, one.plan.asked
    # Where its record is depends on what was found, not on the kind that its input gave.
    title = Title(unpack(row.number), "series" if row.media_type == "tv" else "movie")
    return dict(ORIGINS[asked.origin].expected(asked, title, outcome_of(row, asked.origin)))


async def _records(
    store: Store, one: TitleOutcome, folders: dict[str, str]
) -> AsyncGenerator[HeldRecord | str]:
    """Yield the records of one unit, or a sentence for each that can't be had."""
    plan, key = one.plan, one.plan.folder.manifest(one.unit)
    try:
        manifest = await load_manifest(store, plan, one.unit)
        files = receipts(plan, manifest)
    except DocumentError as error:
        yield str(error)
        return
    if one.row not in rows_of(manifest):
        yield (
            f"{key} and {plan.folder.outcomes} disagree on {unpack(one.row.number)}: "
            f"`harvester verify {plan.run}` says which is damaged"
        )
        return

    async def find(endpoint: str, folder: str) -> HeldRecord | str:
        try:
            for where, file in files:
                if where != folder:
                    continue
                for raw in await read_proven(store, plan, file):
                    if (content := _content(file.key, raw, one.row)) is not None:
                        return HeldRecord(
                            plan.asked.origin, endpoint, plan.run, file.key, bytes(raw), content
                        )
        except LakeError as error:
            return str(error)
        return (
            f"{key} names no file with the {endpoint} of {unpack(one.row.number)}: "
            f"`harvester verify {plan.run}` lists what is damaged"
        )

    async with aclosing(ahead(find(*each) for each in folders.items())) as found:
        async for record in found:
            yield record


def _content(key: str, raw: bytes | memoryview, row: OutcomeRow) -> dict[str, Any] | None:
    """Return a record, if it is the title's; others are not parsed."""
    if unpack(row.number).lstrip("t0").encode() not in bytes(raw[:_ENVELOPE]):
        return None
    record = parse_record(key, raw)
    title_id = record.get("id") or record.get("imdb_id")  # 0.1.0 wrote no `id`
    try:
        return record if isinstance(title_id, str) and pack(title_id) == row.number else None
    except ValueError:
        return None
