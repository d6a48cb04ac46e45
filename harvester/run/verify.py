"""Every invariant of a run, judged from the store alone; one record file in memory at a time."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from harvester.errors import LakeError
from harvester.lake.documents.manifest import FileReceipt, Manifest, committed, load_manifest
from harvester.lake.documents.plan import Plan, load_titles
from harvester.lake.keys import RecordFileName, day, parse_record_key, records_root
from harvester.lake.record_files import MAX_BYTES, MAX_RECORDS, read_records
from harvester.model import Asked, Title
from harvester.origins.table import ORIGINS
from harvester.run.choose import plan_of
from harvester.run.journal import record_files
from harvester.stores import Store


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
    units = await committed(store, plan.folder)
    for unit in sorted(units):
        if unit >= plan.units:
            yield Breach(f"unit {unit}", "the plan has no such unit")
            continue
        try:
            manifest = await load_manifest(store, plan, unit)
        except LakeError as error:
            unread.add(unit)
            yield Breach(f"unit {unit}", str(error))
            continue
        planned = {title.id: title for title in titles.unit(unit)}
        for breach in _check_outcomes(manifest, planned):
            yield breach
        files = _UnitFiles(store, plan, manifest, planned)
        async for breach in files.check(named, checked):
            yield breach
        checked.units += 1
        checked.titles += len(manifest.outcomes)
    checked.pending = plan.units - sum(unit < plan.units for unit in units)
    if not checked.pending:
        async for entry in record_files(store, plan):
            name = parse_record_key(entry.key)
            if entry.key not in named and (name is None or name.unit not in unread):
                yield Breach(entry.key, "is named by no manifest")


def _check_outcomes(manifest: Manifest, planned: Mapping[str, Title]) -> list[Breach]:
    """Invariant 1: every title of the plan has exactly one outcome."""
    where = f"unit {manifest.unit}"
    given = manifest.outcomes.keys()
    return [
        *(Breach(where, f"{one} has no outcome") for one in sorted(planned.keys() - given)),
        *(Breach(where, f"{one} is not of this unit") for one in sorted(given - planned.keys())),
    ]


class _UnitFiles:
    """The record files of one unit, held to its manifest and to what its outcomes call for."""

    def __init__(
        self, store: Store, plan: Plan, manifest: Manifest, titles: Mapping[str, Title]
    ) -> None:
        self._store = store
        self._plan = plan
        self._manifest = manifest
        self._titles = titles
        self._origin = ORIGINS[plan.asked.origin]
        self._held: Counter[tuple[str, str]] = Counter()

    async def check(self, named: set[str], checked: Checked) -> AsyncIterator[Breach]:
        """Yield what is wrong; `named` are the keys that earlier manifests name."""
        whole = True
        for file in self._manifest.files:
            if file.key in named:
                yield Breach(file.key, "is named twice")
                continue
            named.add(file.key)
            if parse_record_key(file.key) != RecordFileName(self._plan.run, self._manifest.unit):
                what = f"is not named as a file of unit {self._manifest.unit}"
                yield Breach(file.key, what)
                whole = False
                continue
            records, misfit = _read(self._plan.asked, file, await self._store.get(file.key))
            checked.files += 1
            checked.records += len(records)
            whole = whole and (bool(records) or misfit is None)
            if misfit is not None:
                yield Breach(file.key, misfit)
            for record in records:
                found = self._record_breach(record, file.key)
                if found is not None:
                    yield Breach(file.key, found)
        if whole:  # else nobody can say which records there are
            for breach in self._missing_or_doubled():
                yield breach

    def _record_breach(self, record: Any, key: str) -> str | None:
        """Count a record of this unit as held; return what is wrong with it, if anything."""
        plan = self._plan
        if not isinstance(record, dict) or tuple(record) != self._origin.envelope(plan):
            return "holds what is no record"
        title_id, endpoint = record[next(iter(record))], record["endpoint"]
        outcome = self._manifest.outcomes.get(title_id) if isinstance(title_id, str) else None
        title = self._titles.get(title_id) if isinstance(title_id, str) else None
        if outcome is None or title is None:
            return f"{title_id} is not of this unit"
        if endpoint not in plan.asked.endpoints:
            return f"{title_id} has a {endpoint} record that nobody asked for"
        self._held[title_id, endpoint] += 1
        what = self._origin.misfit(record, title, outcome)
        folder = self._origin.expected(plan.asked, title, outcome).get(endpoint)
        root = records_root(plan.asked.origin)
        # One record too many is what `_missing_or_doubled` says.
        if what is None and folder and not key.startswith(f"{root}{folder}/{day(plan.date)}/"):
            what = f"has its {folder} record in another folder"
        return None if what is None else f"{title_id} {what}"

    def _missing_or_doubled(self) -> list[Breach]:
        """Invariant 2: exactly the records that each title's outcome calls for."""
        asked, held = self._plan.asked, self._held
        wanted: Counter[tuple[str, str]] = Counter()
        for title_id, outcome in self._manifest.outcomes.items():
            title = self._titles.get(title_id)
            if title is not None:
                wanted.update(
                    (title_id, name) for name in self._origin.expected(asked, title, outcome)
                )
        return [
            Breach(
                f"unit {self._manifest.unit}",
                f"{title_id} has {held[title_id, name]} {name} records, "
                f"and must have {wanted[title_id, name]}",
            )
            for title_id, name in sorted(held.keys() | wanted.keys())
            if held[title_id, name] != wanted[title_id, name]
        ]


def _read(asked: Asked, file: FileReceipt, data: bytes | None) -> tuple[list[Any], str | None]:
    """Return a file's records, and what is wrong with it: all of it is there and as it was."""
    if data is None:
        return [], "is missing"
    if len(data) != file.bytes or hashlib.sha256(data).hexdigest() != file.sha256:
        return [], "is not what its manifest says: other bytes"
    try:
        records = read_records(data, asked.format)
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
