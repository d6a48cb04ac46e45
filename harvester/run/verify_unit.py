"""The record files of one unit, held to its manifest; one of them in memory at a time."""

import hashlib
import reprlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any

from harvester.errors import DocumentError
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan
from harvester.lake.keys import day, records_root
from harvester.lake.record_files import MAX_BYTES, MAX_RECORDS, read_records
from harvester.model import Asked, Title
from harvester.origins.table import ORIGINS
from harvester.run.breach import Breach, Checked
from harvester.run.receipts import is_receipt
from harvester.stores import Store
from harvester.words import counted

_SHOWN = 100


class UnitFiles:
    """The record files of one unit, held to its manifest and to what its outcomes call for."""

    def __init__(
        self, store: Store, plan: Plan, manifest: Manifest, titles: Mapping[str, Title]
    ) -> None:
        """Take a unit's manifest, and its titles in the plan by id."""
        self._store = store
        self._plan = plan
        self._manifest = manifest
        self._titles = titles
        self._origin = ORIGINS[plan.asked.origin]
        self._folders = self._origin.folders(plan.asked)
        self._held: Counter[tuple[str, str]] = Counter()

    async def check(self, named: set[str], checked: Checked) -> AsyncIterator[Breach]:
        """Yield what is wrong; `named` are the keys that earlier manifests name."""
        whole = True
        for file in self._manifest.files:
            if file.key in named:
                yield Breach(file.key, "is named twice")
                continue
            named.add(file.key)
            if not is_receipt(self._plan, self._manifest.unit, file, self._folders):
                what = f"is not named as a file of unit {self._manifest.unit}"
                yield Breach(file.key, what)
                whole = False
                continue
            records, misfit = await self._read(file)
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

    async def _read(self, file: FileReceipt) -> tuple[list[Any], str | None]:
        """Return a file's records, and what is wrong with it; its key is one of ours."""
        try:
            data = await self._store.get(file.key, most=max(file.bytes, MAX_BYTES))
        except DocumentError as error:
            return [], str(error)
        return _read(self._plan.asked, file, data)

    def _record_breach(self, record: Any, key: str) -> str | None:
        """Count a record of this unit as held; return what is wrong with it, if anything."""
        plan = self._plan
        if not isinstance(record, dict) or tuple(record) != self._origin.envelope(plan):
            return "holds what is no record"
        title_id, endpoint = record[next(iter(record))], record["endpoint"]
        outcome = self._manifest.outcomes.get(title_id) if isinstance(title_id, str) else None
        title = self._titles.get(title_id) if isinstance(title_id, str) else None
        if outcome is None or title is None:
            return f"{_shown(title_id)} is not of this unit"
        if endpoint not in plan.asked.endpoints:
            return f"{title_id} has a {_shown(endpoint)} record that nobody asked for"
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
                f"{title_id} has {counted(held[title_id, name], f'{name} record')}, "
                f"and must have {wanted[title_id, name]:,}",
            )
            for title_id, name in sorted(held.keys() | wanted.keys())
            if held[title_id, name] != wanted[title_id, name]
        ]


def _shown(value: Any) -> str:
    """Return what a file has for an id or a name, as it can be printed."""
    text = value if isinstance(value, str) else reprlib.repr(value)
    return text[:_SHOWN].encode("utf-8", "backslashreplace").decode()


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
        return f"has {file.bytes:,} bytes, and must have less than {MAX_BYTES:,}"
    if records > MAX_RECORDS:
        return f"holds {counted(records, 'record')}, and may hold {MAX_RECORDS}"
    if records != file.records:
        return f"holds {counted(records, 'record')}, its manifest says {file.records:,}"
    return None
