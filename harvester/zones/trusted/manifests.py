"""What the manifests of a lake name, by origin and date: only that is read."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from harvester.errors import DocumentError
from harvester.lake.documents.manifest import FileReceipt, committed_units, manifests
from harvester.lake.documents.plan import Plan, load_titles
from harvester.lake.title_ids import tmdb_id_of
from harvester.model import Kind, Outcome
from harvester.run import choose
from harvester.run.damage import DamagedRun
from harvester.run.expired import expired_among
from harvester.run.receipts import receipts
from harvester.stores import Store
from harvester.zones.trusted.endpoints import ORIGIN_TABLES
from harvester.zones.trusted.endpoints.endpoint import OriginTables
from harvester.zones.trusted.endpoints.tmdb import TMDB

OUTCOMES = pa.schema(
    [
        ("title_id", pa.string()),
        ("imdb_id", pa.string()),
        ("kind", pa.string()),
        ("outcome", pa.string()),
        ("media_type", pa.string()),
        ("tmdb_id", pa.int64()),
        ("origin_id", pa.string()),
        ("reason", pa.string()),
        ("run", pa.string()),
        ("synthetic", pa.bool_()),
        ("finished_at", pa.string()),
        ("fetched_at", pa.string()),
    ]
)
"""What is written of outcomes, of whatever origin: its table takes what it declares."""


@dataclass(frozen=True, slots=True)
class Day:
    """The runs of one origin and date, and their units.

    `fingerprint` changes with any new manifest, and with a tombstone: an expired run is none of it.
    """

    tables: OriginTables
    date: date
    plans: tuple[Plan, ...]
    units: dict[str, tuple[int, ...]]

    @property
    def origin(self) -> str:
        """The origin's name."""
        return self.tables.origin

    @property
    def name(self) -> str:
        """What a person is told: the date, with its origin unless that is TMDB."""
        return day_name(self.origin, self.date.isoformat())

    @property
    def synthetic(self) -> bool:
        """Whether any of its runs asked a simulator."""
        return any(plan.synthetic for plan in self.plans)

    def without(self, runs: Container[str]) -> "Day":
        """Return what is left of it without some runs."""
        plans = tuple(plan for plan in self.plans if plan.run not in runs)
        return Day(
            self.tables, self.date, plans, {plan.run: self.units[plan.run] for plan in plans}
        )

    @property
    def fingerprint(self) -> str:
        """A hash over what there is; manifests never change, so their numbers suffice."""
        return hashlib.sha256(orjson.dumps(self.units, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Harvested:
    """What a lake's runs give the zones: the dates of each origin in order, and the plans of any.

    A lake with real records gives none of its simulated runs: `left_out` says how many. Of an
    expired run there is the plan alone, so its date is rebuilt without it. `damaged` are runs
    whose plan can't be read.
    """

    days: list[Day]
    plans: list[Plan]
    left_out: int
    damaged: list[DamagedRun]


@dataclass(frozen=True, slots=True)
class TitleOutcome:
    """What became of a title, by one unit of one run."""

    kind: Kind | None
    plan: Plan
    started_at: str
    finished_at: str
    outcome: Outcome

    @property
    def rank(self) -> tuple[bool, str, str, str]:
        """Which outcome of a title stands: harvested, else the latest."""
        harvested = self.outcome.outcome == "harvested"
        return harvested, self.fetched_at, self.finished_at, self.plan.run

    @property
    def fetched_at(self) -> str:
        """When the origin answered, else when the unit began."""
        return self.outcome.fetched_at or self.started_at


@dataclass(slots=True)
class DayManifests:
    """What a day's manifests say: files and records by structure, and what became of titles.

    `files` has the receipts of each run apart, `several` the titles that were asked for more than
    once. Nothing of `damaged`, runs of which a document can't be read, is in it.
    """

    files: dict[str, dict[str, list[FileReceipt]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    records: Counter[str] = field(default_factory=Counter)
    other_records: int = 0
    outcomes: dict[str, TitleOutcome] = field(default_factory=dict)
    several: set[str] = field(default_factory=set)
    damaged: list[DamagedRun] = field(default_factory=list)

    def add(self, title_id: str, row: TitleOutcome) -> None:
        """Add what became of a title, unless what is known of it stands."""
        before = self.outcomes.get(title_id)
        if before is not None:
            self.several.add(title_id)
        if before is None or row.rank > before.rank:
            self.outcomes[title_id] = row

    def add_all(self, other: "DayManifests") -> None:
        """Add what the manifests of another run say."""
        for structure, of_runs in other.files.items():
            self.files[structure] |= of_runs
        self.records += other.records
        self.other_records += other.other_records
        self.several |= other.several
        for title_id, row in other.outcomes.items():
            self.add(title_id, row)


def day_name(origin: str, date_: str) -> str:
    """Return what a person is told of a date: it has its origin's name unless that is TMDB."""
    return date_ if origin == TMDB.origin else f"{origin} {date_}"


async def harvested(store: Store) -> Harvested:
    """Return every date with what was harvested on it, of the origins that have tables."""
    known = await choose.all_plans(store)
    units = {plan.folder: tuple(sorted(await committed_units(store, plan))) for plan in known.plans}
    begun = [plan for plan in known.plans if units[plan.folder]]
    is_real = bool(known.real) or any(not plan.synthetic for plan in begun)
    counted = [plan for plan in begun if not (plan.synthetic and is_real)]
    expired = await expired_among(store, counted)
    by_day: dict[tuple[str, date], list[Plan]] = defaultdict(list)
    for plan in counted:
        if plan.folder not in expired:
            by_day[plan.asked.origin, plan.date].append(plan)
    found = [
        Day(tables, when, tuple(of_day), {plan.run: units[plan.folder] for plan in of_day})
        for tables in ORIGIN_TABLES.values()
        for (origin, when), of_day in sorted(by_day.items())
        if origin == tables.origin
    ]
    return Harvested(found, counted, len(begun) - len(counted), known.damaged)


async def read_manifests(store: Store, day: Day) -> DayManifests:
    """Read a day's manifests; a run of which one can't be read is left out whole."""
    found = DayManifests()
    for plan in day.plans:
        try:
            found.add_all(await _of_run(store, day, plan))
        except DocumentError as error:
            found.damaged.append(DamagedRun(plan.run, str(error)))
    return found


async def _of_run(store: Store, day: Day, plan: Plan) -> DayManifests:
    """Read a run's manifests. Raises `DocumentError` when a document of it can't be read."""
    found = DayManifests()
    titles = await load_titles(store, plan)
    async for manifest in manifests(store, plan, day.units[plan.run]):
        for structure, receipt in receipts(plan, manifest):
            if structure in day.tables.folders:
                found.files[structure][plan.run].append(receipt)
                found.records[structure] += receipt.records
            else:
                found.other_records += receipt.records
        kinds = {title.id: title.kind for title in titles.unit(manifest.unit)}
        for title_id, outcome in manifest.outcomes.items():
            kind = kinds.get(title_id)
            began, ended = manifest.started_at, manifest.finished_at
            found.add(title_id, TitleOutcome(kind, plan, began, ended, outcome))
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
            None if row.outcome.origin_id is None else str(row.outcome.origin_id),
            row.outcome.reason,
            row.plan.run,
            row.plan.synthetic,
            row.finished_at,
            row.fetched_at,
        )
        for title_id, row in sorted(found.outcomes.items())
    )
    with path.open("wb") as file:  # pyarrow would take some paths for URIs
        pq.write_table(_table(rows), file)


def _table(rows: Iterable[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(OUTCOMES)
    arrays = [pa.array(values, kind.type) for values, kind in zip(columns, OUTCOMES, strict=True)]
    return pa.Table.from_arrays(arrays, schema=OUTCOMES)
