"""Every invariant of a run, judged from the store alone; one record file in memory at a time."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from harvester import json_text
from harvester.errors import LakeError
from harvester.lake.documents.manifest import FileReceipt, Manifest, committed, load_manifest
from harvester.lake.documents.plan import Plan, load_titles
from harvester.lake.keys import FIND, RECORDS_ROOT, RecordFileName, day, parse_record_key, structure
from harvester.lake.record_files import MAX_BYTES, MAX_RECORDS
from harvester.model import Asked, Outcome, Title
from harvester.origins.tmdb.endpoints import ENDPOINTS
from harvester.run.choose import plan_of
from harvester.run.journal import record_files
from harvester.stores import Store

ENVELOPE = (
    "imdb_id",
    "tmdb_id",
    "media_type",
    "endpoint",
    "language",
    "fetched_at",
    "response",
)


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is not as it must be: which object, and what is wrong with it."""

    where: str
    what: str


@dataclass(slots=True)
class Checked:
    """How much was looked at, so that silence means something."""

    units: int = 0
    titles: int = 0
    files: int = 0
    records: int = 0
    pending: int = 0


async def verify_run(store: Store, run: str, checked: Checked) -> AsyncIterator[Breach]:
    """Yield every breach of a run's invariants, counting in `checked` what was looked at.

    A unit without a manifest is no breach but `pending`: the run is unfinished. Raises `LakeError`
    when there is no such run or its plan can't be read.
    """
    plan = await plan_of(store, run)
    titles = await load_titles(store, plan)
    named: set[str] = set()
    unread: set[int] = set()
    units = await committed(store, run)
    for unit in sorted(units):
        if unit >= plan.units:
            yield Breach(f"unit {unit}", "the plan has no such unit")
            continue
        try:
            manifest = await load_manifest(store, run, unit)
        except LakeError as error:
            unread.add(unit)
            yield Breach(f"unit {unit}", str(error))
            continue
        for breach in _check_outcomes(manifest, titles.unit(unit)):
            yield breach
        async for breach in _check_files(store, plan, manifest, named, checked):
            yield breach
        checked.units += 1
        checked.titles += len(manifest.outcomes)
    checked.pending = plan.units - sum(unit < plan.units for unit in units)
    if not checked.pending:
        async for entry in record_files(store, plan):
            name = parse_record_key(entry.key)
            if entry.key not in named and (name is None or name.unit not in unread):
                yield Breach(entry.key, "is named by no manifest")


def _check_outcomes(manifest: Manifest, titles: list[Title]) -> list[Breach]:
    """Invariant 1: every title of the plan has exactly one outcome."""
    where = f"unit {manifest.unit}"
    planned = {title.imdb_id for title in titles}
    given = manifest.outcomes.keys()
    return [
        *(Breach(where, f"{imdb_id} has no outcome") for imdb_id in sorted(planned - given)),
        *(Breach(where, f"{imdb_id} is not of this unit") for imdb_id in sorted(given - planned)),
    ]


async def _check_files(
    store: Store, plan: Plan, manifest: Manifest, named: set[str], checked: Checked
) -> AsyncIterator[Breach]:
    held: Counter[tuple[str, str]] = Counter()
    whole = True
    for file in manifest.files:
        if file.key in named:
            yield Breach(file.key, "is named twice")
            continue
        named.add(file.key)
        if parse_record_key(file.key) != RecordFileName(plan.run, manifest.unit):
            yield Breach(file.key, f"is not named as a file of unit {manifest.unit}")
            whole = False
            continue
        records, what = _read(plan.asked, file, await store.get(file.key))
        checked.files += 1
        checked.records += len(records)
        whole = whole and (bool(records) or what is None)
        if what is not None:
            yield Breach(file.key, what)
        for record in records:
            found = _check_record(plan, manifest, record, file.key, held)
            if found is not None:
                yield Breach(file.key, found)
    if whole:  # else nobody can say which records there are
        for breach in _check_held(plan.asked, manifest, held):
            yield breach


def _read(asked: Asked, file: FileReceipt, data: bytes | None) -> tuple[list[Any], str | None]:
    """Return a file's records, and what is wrong with it: all of it is there and as it was."""
    if data is None:
        return [], "is missing"
    if len(data) != file.bytes or hashlib.sha256(data).hexdigest() != file.sha256:
        return [], "is not what its manifest says: other bytes"
    try:
        records = (
            json_text.loads(data)
            if asked.format == "array"
            else [json_text.loads(line) for line in data.splitlines()]
        )
    except ValueError:
        return [], "is not JSON"
    if not isinstance(records, list) or not records:
        return [], "holds no records"
    return records, _misfit(file, len(records))


def _misfit(file: FileReceipt, records: int) -> str | None:
    if file.bytes >= MAX_BYTES:
        return f"has {file.bytes} bytes, and must have less than {MAX_BYTES}"
    if records > MAX_RECORDS:
        return f"holds {records} records, and may hold {MAX_RECORDS}"
    if records != file.records:
        return f"holds {records} records, its manifest says {file.records}"
    return None


def _check_record(
    plan: Plan, manifest: Manifest, record: Any, key: str, held: Counter[tuple[str, str]]
) -> str | None:
    """Count a record of this unit as held; return what is wrong with it, if anything."""
    if not isinstance(record, dict) or tuple(record) != ENVELOPE:
        return "holds what is no record"
    imdb_id, endpoint = record["imdb_id"], record["endpoint"]
    outcome = manifest.outcomes.get(imdb_id) if isinstance(imdb_id, str) else None
    if outcome is None:
        return f"{imdb_id} is not of this unit"
    if endpoint not in plan.asked.endpoints:
        return f"{imdb_id} has a {endpoint} record that nobody asked for"
    held[imdb_id, endpoint] += 1
    what = _record_breach(plan, record, outcome, key)
    return None if what is None else f"{imdb_id} {what}"


def _record_breach(plan: Plan, record: dict[str, Any], outcome: Outcome, key: str) -> str | None:
    endpoint = record["endpoint"]
    if (record["tmdb_id"], record["media_type"]) != (outcome.tmdb_id, outcome.media_type):
        return "has another id or media type than its outcome"
    if endpoint != FIND and outcome.media_type is None:
        return None  # one record too many, which `_check_held` says
    folder = structure(endpoint, outcome.media_type)
    if not key.startswith(f"{RECORDS_ROOT}{folder}/{day(plan.date)}/"):
        return f"has its {folder} record in another folder"
    response = record["response"]
    if not isinstance(response, dict):
        return "has a response that is no object"
    if endpoint != FIND and response.get("id") != outcome.tmdb_id:
        return "has another title's response"
    return None


def _check_held(asked: Asked, manifest: Manifest, held: Counter[tuple[str, str]]) -> list[Breach]:
    """Invariant 2: exactly the records that each title's outcome calls for."""
    wanted: Counter[tuple[str, str]] = Counter()
    for imdb_id, outcome in manifest.outcomes.items():
        wanted.update((imdb_id, name) for name in _endpoints_of(asked, outcome))
    return [
        Breach(
            f"unit {manifest.unit}",
            f"{imdb_id} has {held[imdb_id, name]} {name} records, "
            f"and must have {wanted[imdb_id, name]}",
        )
        for imdb_id, name in sorted(held.keys() | wanted.keys())
        if held[imdb_id, name] != wanted[imdb_id, name]
    ]


def _endpoints_of(asked: Asked, outcome: Outcome) -> list[str]:
    if outcome.outcome == "failed":
        return []
    media_type = outcome.media_type
    return [
        name
        for name in asked.endpoints
        if name == FIND
        or (media_type is not None and ENDPOINTS[name].path(media_type, 1) is not None)
    ]
