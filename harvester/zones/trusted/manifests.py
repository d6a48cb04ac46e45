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
from harvester.lake.title_ids import tmdb_id_of
from harvester.model import Kind, Outcome
from harvester.run import choose
from harvester.stores import Store
from harvester.zones.trusted.tables import OF_STRUCTURE, TMDB

OUTCOMES = pa.schema(
    [
        ("title_id", pa.string()),
        ("imdb_id", pa.string()),
        ("kind", pa.string()),
        ("outcome", pa.string()),
        ("media_type", pa.string()),
        ("tmdb_id", pa.int64()),
        ("reason", pa.string()),
        ("run", pa.string()),
        ("synthetic", pa.bool_()),
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


@dataclass(frozen=True, slots=True)
class Harvested:
    """What a lake's runs give the zones: its dates in order.

    A lake with real records gives none of its simulated runs: `left_out` says how many.
    """

    days: list[Day]
    left_out: int


@dataclass(frozen=True, slots=True)
class TitleOutcome:
    """What became of a title, by one unit of one run."""

    kind: Kind | None
    plan: Plan
    finished_at: str
    outcome: Outcome

    @property
    def rank(self) -> tuple[bool, str, str]:
        """Which outcome of a title stands: harvested, else the latest."""
        return self.outcome.outcome == "harvested", self.finished_at, self.plan.run


@dataclass(slots=True)
class DayManifests:
    """What a day's manifests say: files and records by structure, and what became of titles.

    `files` has the keys of each run apart.
    """

    files: dict[str, dict[str, list[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    records: Counter[str] = field(default_factory=Counter)
    other_records: int = 0
    outcomes: dict[str, TitleOutcome] = field(default_factory=dict)


async def harvested(store: Store) -> Harvested:
    """Return every date with what of TMDB was harvested on it."""
    plans = await choose.all_plans(store)
    units = {plan.folder: tuple(sorted(await committed(store, plan.folder))) for plan in plans}
    begun = [plan for plan in plans if units[plan.folder]]
    is_real = any(not plan.synthetic for plan in begun)
    by_date: dict[date, list[Plan]] = defaultdict(list)
    left_out = 0
    for plan in begun:
        if plan.asked.origin != TMDB:
            continue
        if plan.synthetic and is_real:
            left_out += 1
        else:
            by_date[plan.date].append(plan)
    found = [
        Day(when, tuple(of_date), {plan.run: units[plan.folder] for plan in of_date})
        for when, of_date in sorted(by_date.items())
    ]
    return Harvested(found, left_out)


async def read_manifests(store: Store, day: Day) -> DayManifests:
    """Read a day's manifests. Raises `LakeError` when one can't be read."""
    found = DayManifests()
    for plan in day.plans:
        titles = await load_titles(store, plan)
        async for manifest in manifests(store, plan, day.units[plan.run]):
            for receipt in manifest.files:
                structure = records_folder(receipt.key)
                if structure in OF_STRUCTURE:
                    found.files[structure][plan.run].append(receipt.key)
                    found.records[structure] += receipt.records
                else:
                    found.other_records += receipt.records
            kinds = {title.id: title.kind for title in titles.unit(manifest.unit)}
            for title_id, outcome in manifest.outcomes.items():
                row = TitleOutcome(kinds.get(title_id), plan, manifest.finished_at, outcome)
                before = found.outcomes.get(title_id)
                if before is None or row.rank > before.rank:
                    found.outcomes[title_id] = row
    return found


def write_outcomes(found: DayManifests, path: Path) -> None:
    """Write what became of each title as a Parquet file that any engine reads."""
    rows = (
        (
            title_id,
            row.outcome.imdb_id if tmdb_id_of(title_id) else title_id,
            row.kind,
            row.outcome.outcome,
            row.outcome.media_type,
            row.outcome.tmdb_id,
            row.outcome.reason,
            row.plan.run,
            row.plan.synthetic,
            row.finished_at,
        )
        for title_id, row in sorted(found.outcomes.items())
    )
    with path.open("wb") as file:  # pyarrow would take some paths for URIs
        pq.write_table(_table(rows), file)


def _table(rows: Iterable[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(OUTCOMES)
    arrays = [pa.array(values, kind.type) for values, kind in zip(columns, OUTCOMES, strict=True)]
    return pa.Table.from_arrays(arrays, schema=OUTCOMES)
