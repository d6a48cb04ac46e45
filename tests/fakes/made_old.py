"""Keeps runs of any age in a store: their documents, and files in the place of their records."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from memory_store import MemoryStore

from harvester.lake import keys
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import UNIT_SIZE, Plan
from harvester.lake.title_ids import pack
from harvester.model import Asked, Outcome, Title
from harvester.origins.table import ORIGINS
from harvester.run import journal
from harvester.run.plan import Group, lay_out
from harvester.run.retries import merge
from harvester.run.status import merged_report


@dataclass(frozen=True, slots=True)
class Old:
    """A run: how many days ago it was planned and finished (None: it is not), its titles."""

    run: str
    outcomes: dict[str, Outcome]
    planned: float
    finished: float | None
    endpoints: tuple[str, ...] = ("find", "details")
    language: str | None = None
    synthetic: bool = False
    keys: list[str] = field(default_factory=list)


def ago(days: float) -> str:
    """Return the moment that lies so many days back, as documents write it."""
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def harvested(*numbers: int) -> dict[str, Outcome]:
    """Return the outcomes of movies that were harvested, of those numbers."""
    return {f"tt{n:07d}": Outcome("harvested", "movie", n) for n in numbers}


async def keep_old(store: MemoryStore, old: Old) -> Plan:
    """Keep a run; `old.keys` gets the keys of its record files, each of which holds its own key."""
    asked = Asked(old.endpoints, old.language, (), None, "array", "api.test")
    laid = lay_out([Group("movie", [pack(one) for one in old.outcomes])], None)
    plan = Plan(
        run=old.run,
        digest=old.run.partition("-")[2],
        date=date(2026, 1, 5),
        created_at=ago(old.planned),
        inputs=(),
        asked=asked,
        synthetic=old.synthetic,
        titles=len(laid),
        titles_sha256=laid.sha256,
    )
    await journal.save_plan(store, plan, laid)  # type: ignore[arg-type]
    ids = list(old.outcomes)
    for unit in range(plan.units):
        outcomes = {one: old.outcomes[one] for one in ids[unit * UNIT_SIZE :][:UNIT_SIZE]}
        files = await _keep_files(store, plan, unit, outcomes, old.keys)
        started = ago(old.planned)
        manifest = Manifest(plan.run, unit, outcomes, files, {}, [], {}, started, started)
        await journal.commit(store, plan, manifest)  # type: ignore[arg-type]
    if old.finished is not None:
        await journal.save_outcomes(store, plan)  # type: ignore[arg-type]
        merged = await merge(store, plan)  # type: ignore[arg-type]
        report = merged_report(store, plan, merged, finished=True)  # type: ignore[arg-type]
        report = replace(report, finished_at=ago(old.finished))
        await journal.save_summary(store, plan, report)  # type: ignore[arg-type]
    return plan


async def _keep_files(
    store: MemoryStore, plan: Plan, unit: int, outcomes: dict[str, Outcome], made: list[str]
) -> tuple[FileReceipt, ...]:
    records: defaultdict[str, int] = defaultdict(int)
    for title_id, outcome in outcomes.items():
        title = Title(title_id, "movie")
        for folder in ORIGINS["TMDB"].expected(plan.asked, title, outcome).values():
            records[folder] += 1
    receipts = []
    for folder, count in records.items():
        prefix = keys.records_prefix("TMDB", folder, plan.date, plan.run)
        data = f"{prefix}{unit}".encode()
        sha256 = hashlib.sha256(data).hexdigest()
        key = keys.record_key(prefix, unit, 0, sha256, "array")
        await store.put(key, data)
        made.append(key)
        receipts.append(FileReceipt(key, count, len(data), sha256))
    return tuple(receipts)
