"""Which CSVs Trusted reads: the newest that were uploaded, and those that its runs were given.

A file that a run was given lies under its hash, and only the plans of runs say what it is: `run`
without inputs never takes it for the lake's newest CSV.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harvester.inputs.locate import newest_csvs
from harvester.lake.documents.plan import Plan
from harvester.lake.keys import CSV_ROOT, parse_csv_key, parse_given_csv_key
from harvester.model import Kind
from harvester.stores import Store
from harvester.zones.trusted.csv_rows import Csv

__all__ = ["CsvSource", "csv_sources", "read_once", "whole_ones"]


@dataclass(frozen=True, slots=True)
class CsvSource:
    """One CSV to read; `age` is 0 for the newest, and the same for those that came together.

    `sha256` is known of a file that a run was given.
    """

    key: str
    kind: Kind
    size: int
    age: int
    sha256: str | None = None

    @property
    def mark(self) -> str:
        """What changes when Trusted has to read it again."""
        return f"{self.key} {self.size} {self.kind} {self.age}"


async def csv_sources(store: Store, plans: Iterable[Plan]) -> list[CsvSource]:
    """Return the newest uploaded CSVs of each kind and what these plans' runs were given.

    A file that several runs were given counts as the last of them has it. Of one day, what was
    uploaded is newer than what a run was given.
    """
    uploaded = await newest_csvs(store)
    sizes: dict[str, int] = {}
    kept: dict[str, str] = {}
    async for entry in store.list(CSV_ROOT):
        sizes[entry.key] = entry.size
        sha256 = parse_given_csv_key(entry.key)
        if sha256 is not None:  # one content may lie there under two names
            kept[sha256] = min(entry.key, kept.get(sha256, entry.key))
    found: list[tuple[tuple[str, bool, str], str, Kind, str | None]] = []
    for one in uploaded:
        parsed = parse_csv_key(one.name)
        if parsed is not None:
            when = (parsed.date.replace("/", "-"), True, "")
            found.append((when, one.name, parsed.kind, None))
    for plan in sorted(plans, key=lambda plan: (plan.date, plan.created_at), reverse=True):
        for facts in plan.inputs:
            key = kept.pop(facts.sha256, None)
            if key is not None:
                when = (plan.date.isoformat(), False, plan.created_at)
                found.append((when, key, facts.kind, facts.sha256))
    times = sorted({when for when, *_ in found}, reverse=True)
    return [
        CsvSource(key, kind, sizes[key], times.index(when), sha256)
        for when, key, kind, sha256 in found
    ]


def whole_ones(
    sources: Sequence[CsvSource], paths: Sequence[Path]
) -> tuple[list[CsvSource], list[Path], list[str]]:
    """Return what can be read, and the keys of what is not the file that its run was given."""
    found = [
        (one, path, one.sha256 in {None, _sha256(path)})
        for one, path in zip(sources, paths, strict=True)
    ]
    return (
        [one for one, _, is_whole in found if is_whole],
        [path for _, path, is_whole in found if is_whole],
        [one.key for one, _, is_whole in found if not is_whole],
    )


def read_once(sources: Sequence[CsvSource], paths: Sequence[Path]) -> list[Csv]:
    """Return the CSVs to read, each where it can be read; of one content only the uploaded one."""
    sizes = {one.size for one in sources if one.sha256 is not None}
    uploaded = {
        _sha256(path)
        for one, path in zip(sources, paths, strict=True)
        if one.sha256 is None and one.size in sizes
    }
    return [
        Csv(one.key, one.kind, path, one.age)
        for one, path in zip(sources, paths, strict=True)
        if one.sha256 not in uploaded
    ]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
