"""Builds Trusted/Local: the tables of the CSVs, when those are not the CSVs of before."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from harvester.lake.documents.plan import Plan
from harvester.zones import quality, state
from harvester.zones.built import LOCAL, Built
from harvester.zones.counting import count_of, whole
from harvester.zones.engines import Engine
from harvester.zones.interruptible import in_thread
from harvester.zones.quality import Check
from harvester.zones.trusted import csv_rows, csv_tables
from harvester.zones.trusted.csv_sources import CsvSource, csv_sources, read_once, whole_ones
from harvester.zones.trusted.local_tables import (
    LOCAL_CAST,
    LOCAL_MOVIES,
    LOCAL_REJECTS,
    LOCAL_SERIES,
    ROOT,
    TABLES,
)
from harvester.zones.trusted.written import written, written_empty
from harvester.zones.workspace import Workspace


async def build_local(
    work: Workspace,
    engine: Engine,
    plans: Iterable[Plan],
    zone_state: dict[str, Any],
    done: Built,
) -> None:
    """Build the tables of the newest CSVs of each kind, and of those that these runs were given.

    A file that is not what its run was given is left out, and looked at again each time.
    """
    sources, paths = await csv_sources(work.store, plans), list[Path]()
    known = (zone_state["local"] or {}).get("fingerprint")
    if known != _mark(sources):
        paths = await work.copies(one.key for one in sources)
        sources, paths, damaged = await asyncio.to_thread(whole_ones, sources, paths)
        done.damaged_files += damaged
    mark = _mark(sources)
    if known == mark:
        done.kept.append(LOCAL)
        done.checks += [Check.of(check) for check in zone_state["local"]["checks"]]
        done.ignored |= zone_state["local"]["ignored_columns"]
        return
    listed = await asyncio.to_thread(read_once, sources, paths)
    given_up = Event()
    staged = await in_thread(
        partial(csv_rows.stage, listed, work.scratch / "staged", given_up), given_up.set
    )
    rows, broken = await work.share(staged.rows), await work.share(staged.broken)
    total = sum(staged.counts.values())
    if total:
        checks = await in_thread(
            partial(_build, engine, rows, broken, total, work), engine.interrupt
        )
    else:
        checks = _build_empty(engine, work)
    if (zone_state["local"] or {}).get("fingerprint"):
        zone_state["local"] = state.unfinished(zone_state["local"])
        await state.save_state(work.store, state.TRUSTED, zone_state)
    files = {}
    for table in TABLES:
        folder = f"{ROOT}{table.name}/"
        files[folder] = await work.publish(f"Local/{table.name}", folder)
    await work.forget()
    zone_state["local"] = {
        "fingerprint": mark,
        "inputs": [csv.key for csv in listed],
        "engine": engine.name,
        "ignored_columns": staged.ignored,
        "checks": [check.plain() for check in checks],
        "files": files,
    }
    await state.save_state(work.store, state.TRUSTED, zone_state)
    done.built.append(LOCAL)
    done.ignored |= staged.ignored
    done.checks += checks


def _mark(sources: Sequence[CsvSource]) -> str:
    return state.fingerprint(csv_rows.VERSION, *(one.mark for one in sources))


def _build(
    engine: Engine, rows_at: str, broken_at: str, total: int, work: Workspace
) -> list[Check]:
    typed_at = work.place("csv_rows")  # a file, since a table that DuckDB keeps is all in memory
    engine.write(csv_tables.typed(engine.parquet(rows_at)), typed_at)
    found = engine.parquet(typed_at)
    broken = engine.parquet(broken_at)
    tables = {
        LOCAL_MOVIES: csv_tables.titles(found, "movie"),
        LOCAL_SERIES: csv_tables.titles(found, "series"),
        LOCAL_CAST: csv_tables.cast(found),
        LOCAL_REJECTS: csv_tables.rejects(found, broken),
    }
    checks = []
    for table, rows in tables.items():
        label = f"Local/{table.name}"
        checks += written(engine, table, rows, work.place(label), label)
    fit = found["reason"].isnull()
    counted = engine.rows(
        found.aggregate(
            fit=fit.ifelse(1, 0).sum().fill_null(0), misfit=fit.ifelse(0, 1).sum().fill_null(0)
        )
    )[0]
    seen = sum(whole(number) for number in counted.values()) + count_of(engine, broken)
    return [*checks, _all_seen(seen, total)]


def _build_empty(engine: Engine, work: Workspace) -> list[Check]:
    """Write the tables of a lake whose CSVs have no row."""
    checks = []
    for table in TABLES:
        label = f"Local/{table.name}"
        checks += written_empty(engine, table, work.place(label), label)
    return [*checks, _all_seen(0, 0)]


def _all_seen(seen: int, total: int) -> Check:
    return quality.equal("Local", "rows fit + rejected = CSVs' rows", seen, total)
