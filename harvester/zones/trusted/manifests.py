"""What the manifests of a lake name, by date: only that is read."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from harvester.lake.documents.manifest import committed, manifests
from harvester.lake.documents.plan import Plan, load_titles
from harvester.lake.keys import records_folder
from harvester.model import Outcome
from harvester.run import choose
from harvester.stores import Store
from harvester.zones.trusted.tables import OF_STRUCTURE

OUTCOMES = pa.schema(
    [
        ("imdb_id", pa.string()),
        ("kind", pa.string()),
        ("outcome", pa.string()),
        ("media_type", pa.string()),
        ("tmdb_id", pa.int64()),
        ("reason", pa.string()),
        ("run", pa.string()),
        ("finished_at", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Day:
    """The runs of one date and their units; `fingerprint` changes with any new manifest."""

    date: date
    plans: tuple[Plan, ...]
    units: dict[str, tuple[int, ...]]

    @property
    def synthetic(self) -> bool:
        """Whether any of its runs asked a simulator."""
        return any(plan.synthetic for plan in self.plans)

    @property
    def fingerprint(self) -> str:
        """A hash over what there is; manifests never change, so their numbers suffice."""
        return hashlib.sha256(orjson.dumps(self.units, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(slots=True)
class DayManifests:
    """What a day's manifests say: files and records by structure, and what became of titles."""

    files: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    records: Counter[str] = field(default_factory=Counter)
    runs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    other_records: int = 0
    outcomes: dict[str, tuple[str | None, str, str, Outcome]] = field(default_factory=dict)


async def days(store: Store) -> list[Day]:
    """Return every date that has a manifest, in order."""
    by_date: dict[date, list[Plan]] = defaultdict(list)
    for plan in await choose.all_plans(store):
        by_date[plan.date].append(plan)
    found = []
    for when, plans in sorted(by_date.items()):
        units = {plan.run: tuple(sorted(await committed(store, plan.folder))) for plan in plans}
        units = {run: numbers for run, numbers in units.items() if numbers}
        if units:
            of_units = tuple(plan for plan in plans if plan.run in units)
            found.append(Day(when, of_units, units))
    return found


async def read_manifests(store: Store, day: Day) -> DayManifests:
    """Read a day's manifests. Raises `LakeError` when one can't be read."""
    found = DayManifests()
    for plan in day.plans:
        titles = await load_titles(store, plan)
        async for manifest in manifests(store, plan, day.units[plan.run]):
            for receipt in manifest.files:
                structure = records_folder(receipt.key)
                if structure in OF_STRUCTURE:
                    found.files[structure].append(receipt.key)
                    found.records[structure] += receipt.records
                    found.runs[structure].add(plan.run)
                else:
                    found.other_records += receipt.records
            kinds = {title.id: title.kind for title in titles.unit(manifest.unit)}
            for imdb_id, outcome in manifest.outcomes.items():
                row = (kinds.get(imdb_id), plan.run, manifest.finished_at, outcome)
                before = found.outcomes.get(imdb_id)
                if before is None or _stands(row, before):
                    found.outcomes[imdb_id] = row
    return found


def write_outcomes(found: DayManifests, path: Path) -> None:
    """Write what became of each title as a Parquet file that any engine reads."""
    rows = (
        (imdb_id, kind, out.outcome, out.media_type, out.tmdb_id, out.reason, run, finished_at)
        for imdb_id, (kind, run, finished_at, out) in sorted(found.outcomes.items())
    )
    with path.open("wb") as file:  # pyarrow would take some paths for URIs
        pq.write_table(_table(rows), file)


def _table(rows: Iterable[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(OUTCOMES)
    arrays = [pa.array(values, kind.type) for values, kind in zip(columns, OUTCOMES, strict=True)]
    return pa.Table.from_arrays(arrays, schema=OUTCOMES)


def _stands(
    new: tuple[str | None, str, str, Outcome], before: tuple[str | None, str, str, Outcome]
) -> bool:
    """Tell whether an outcome takes another's place: harvested stands, else the later one."""
    rank = (new[3].outcome == "harvested", new[2], new[1])
    return rank > (before[3].outcome == "harvested", before[2], before[1])
