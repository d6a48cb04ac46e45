"""Builds the Trusted zone: the CSVs when they are new, and each date that is not built yet."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import ibis

from harvester.inputs.locate import newest_csvs
from harvester.lake.documents.plan import Plan
from harvester.lake.keys import parse_csv_key
from harvester.stores import Store
from harvester.zones import quality, state
from harvester.zones.built import Built
from harvester.zones.engines import Engine, open_engine
from harvester.zones.quality import Check
from harvester.zones.refined.star import declared
from harvester.zones.schema import Table
from harvester.zones.trusted import csv_rows, csv_tables
from harvester.zones.trusted.fitting import as_moment
from harvester.zones.trusted.manifests import (
    Day,
    harvested,
    read_manifests,
    write_outcomes,
)
from harvester.zones.trusted.odd_texts import readable
from harvester.zones.trusted.records import (
    Transformed,
    items_in,
    newest_records,
    of_run,
    transform,
)
from harvester.zones.trusted.tables import (
    LOCAL_CAST,
    LOCAL_MOVIES,
    LOCAL_REJECTS,
    LOCAL_ROOT,
    LOCAL_SERIES,
    OF_STRUCTURE,
    OUTCOMES,
    REJECTS,
    TMDB_ROOT,
    TMDB_TABLES,
)
from harvester.zones.workspace import Workspace, open_workspace


async def build_trusted(store: Store, engine_name: str, *, rebuild: bool) -> Built:
    """Build what of Trusted is missing, or all of it. Raises `UserError`, `RunHeld`."""
    done = Built("Trusted")
    async with open_workspace(store, "Trusted", engine_name) as work:
        before = {} if rebuild else await state.load_state(store, state.TRUSTED)
        found = await harvested(store)
        done.left_out = found.left_out
        dates = {day.date.isoformat() for day in found.days}
        zone_state = {
            "local": before.get("local"),
            "dates": {name: of for name, of in before.get("dates", {}).items() if name in dates},
            "simulated_runs_left_out": found.left_out,
        }
        await _remove_others(work, dates)
        if before and before != {**before, **zone_state}:
            await state.save_state(store, state.TRUSTED, zone_state)
        with open_engine(engine_name, work.scratch) as engine:
            await _local(work, engine, zone_state, done)
            for day in found.days:
                await _day(work, engine, day, zone_state, done)
    return done


async def _remove_others(work: Workspace, dates: set[str]) -> None:
    """Remove the partitions of dates of which nothing is to be built, or no longer."""
    for table in TMDB_TABLES:
        root = f"{TMDB_ROOT}{table.name}/"
        for folder in await work.store.folders(root):
            if folder.removeprefix("dt=") not in dates:
                await work.remove(f"{root}{folder}/")


async def _local(work: Workspace, engine: Engine, zone_state: dict[str, Any], done: Built) -> None:
    """Build Trusted/Local from the newest CSVs of each kind, when they are not those of before."""
    found = await newest_csvs(work.store)
    sizes = {one.key: one.size async for one in work.store.list("Raw/Local/CSV/")}
    inputs = {one.name: sizes[one.name] for one in found}
    mark = state.fingerprint(csv_rows.VERSION, *(f"{key} {size}" for key, size in inputs.items()))
    if (zone_state["local"] or {}).get("fingerprint") == mark:
        done.kept.append("local")
        done.checks += [Check(**check) for check in zone_state["local"]["checks"]]
        done.ignored |= zone_state["local"]["ignored_columns"]
        return
    paths = await work.copies(inputs)
    listed = [
        csv_rows.Csv(one.name, parsed.kind, path)
        for one, path in zip(found, paths, strict=True)
        if (parsed := parse_csv_key(one.name)) is not None
    ]
    staged = await asyncio.to_thread(csv_rows.stage, listed, work.scratch / "staged")
    rows, broken = await work.share(staged.rows), await work.share(staged.broken)
    total = sum(staged.counts.values())
    checks = await asyncio.to_thread(_build_local, engine, rows, broken, total, work)
    for table in (LOCAL_MOVIES, LOCAL_SERIES, LOCAL_CAST, LOCAL_REJECTS):
        await work.publish(f"Local/{table.name}", f"{LOCAL_ROOT}{table.name}/")
    await work.forget()
    zone_state["local"] = {
        "fingerprint": mark,
        "inputs": list(inputs),
        "engine": engine.name,
        "ignored_columns": staged.ignored,
        "checks": [check.plain() for check in checks],
    }
    await state.save_state(work.store, state.TRUSTED, zone_state)
    done.built.append("local")
    done.ignored |= staged.ignored
    done.checks += checks


def _build_local(
    engine: Engine, rows_at: str, broken_at: str, total: int, work: Workspace
) -> list[Check]:
    found = engine.keep("csv_rows", csv_tables.typed(engine.parquet(rows_at)))
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
        checks += _written(engine, table, rows, work.place(label), label)
    fit = found["reason"].isnull()
    counted = engine.rows(
        found.aggregate(
            fit=fit.ifelse(1, 0).sum().fill_null(0), misfit=fit.ifelse(0, 1).sum().fill_null(0)
        )
    )[0]
    seen = sum(_whole(number) for number in counted.values()) + _only(engine, broken)
    checks.append(quality.equal("Local", "rows fit + rejected = CSVs' rows", seen, total))
    return checks


async def _day(
    work: Workspace, engine: Engine, day: Day, zone_state: dict[str, Any], done: Built
) -> None:
    """Build one date's partitions, unless they are built from the very same manifests."""
    name = day.date.isoformat()
    mark = state.fingerprint(day.fingerprint)
    known = zone_state["dates"].get(name, {})
    if known.get("fingerprint") == mark:
        done.kept.append(name)
        done.checks += [Check(**check) for check in known["checks"]]
        return
    found = await read_manifests(work.store, day)
    built = _BuiltDay(name, work)
    staged = work.scratch / f"outcomes-{name}.parquet"
    await asyncio.to_thread(write_outcomes, found, staged)
    outcomes = await work.share(staged)
    await asyncio.to_thread(built.outcomes, engine, outcomes, len(found.outcomes))
    for table in OF_STRUCTURE.values():
        of_runs = []
        for plan in day.plans:
            if plan.run in found.files[table.name]:
                paths = await work.fetch(found.files[table.name][plan.run])
                copies = work.scratch / "copy" / "readable" / plan.run
                of_runs.append((plan, await asyncio.to_thread(readable, paths, copies)))
        await asyncio.to_thread(built.table, engine, table, of_runs, found.records[table.name])
        await work.forget()
    await asyncio.to_thread(built.rejected, engine)
    for table in (*OF_STRUCTURE.values(), OUTCOMES, REJECTS):
        await work.publish(f"{name}/{table.name}", f"{TMDB_ROOT}{table.name}/dt={name}/")
    zone_state["dates"][name] = {
        "fingerprint": mark,
        "runs": sorted(day.units),
        "synthetic": day.synthetic,
        "engine": engine.name,
        "records": dict(found.records),
        "other_records": found.other_records,
        "checks": [check.plain() for check in built.checks],
    }
    await state.save_state(work.store, state.TRUSTED, zone_state)
    done.built.append(name)
    done.checks += built.checks


@dataclass(slots=True)
class _BuiltDay:
    """One date's tables as they are built in scratch, and what was checked of them."""

    name: str
    work: Workspace
    checks: list[Check] = field(default_factory=list)
    reject_folders: list[str] = field(default_factory=list)

    def outcomes(self, engine: Engine, staged: str, titles: int) -> None:
        """Write what became of each title."""
        rows = engine.parquet(staged)
        rows = rows.mutate(finished_at=as_moment(rows["finished_at"]))
        self._write(engine, OUTCOMES, rows)
        label = f"{OUTCOMES.name} {self.name}"
        count = _only(engine, rows)
        self.checks.append(quality.equal(label, "titles = manifests' titles", count, titles))

    def table(
        self, engine: Engine, table: Table, of_runs: list[tuple[Plan, list[str]]], wanted: int
    ) -> None:
        """Write one table and its rejects, from the record files of each run."""
        if not of_runs:
            self._write(engine, table, engine.nothing(table.schema()))
            return
        parts = [
            of_run(engine.records(paths), plan.run, synthetic=plan.synthetic)
            for plan, paths in of_runs
        ]
        read = ibis.union(*parts) if len(parts) > 1 else parts[0]
        count = _only(engine, read)
        records = newest_records(read) if len(parts) > 1 else read
        label = f"{table.name} {self.name}"
        self.checks.append(quality.equal(label, "records = manifests' records", count, wanted))
        whole = transform(engine, table, records)
        made = Transformed(table, engine.keep("typed", whole.typed))
        self._write(engine, table, made.rows)
        rejects = self.work.place(f"{self.name}/rejects/{table.name}")
        engine.write(declared(REJECTS, made.rejects), rejects)
        self.reject_folders.append(rejects)
        counts = {key: _whole(n) for key, n in engine.rows(made.counts())[0].items()}
        kept = _only(engine, records) if records is not read else count
        self.checks.append(Check(label, "superseded", count - kept))
        rejected = counts["rejected_records"] + counts["rejected_items"]
        self.checks.append(Check(label, "rejects", rejected))
        if "position" in table.schema():
            items = _one(engine, items_in(engine.json, table, records))
            out = counts["rows"] + counts["rejected_items"]
            self.checks.append(quality.equal(label, "items = rows + rejects", out, items))
        else:
            out = counts["rows"] + counts["rejected_records"]
            self.checks.append(quality.equal(label, "records = rows + rejects", out, kept))

    def rejected(self, engine: Engine) -> None:
        """Write the rejects of all tables as one."""
        parts = [engine.parquet(folder) for folder in self.reject_folders]
        self._write(engine, REJECTS, ibis.union(engine.nothing(REJECTS.schema()), *parts))

    def _write(self, engine: Engine, table: Table, rows: Any) -> None:
        where = self.work.place(f"{self.name}/{table.name}")
        self.checks += _written(engine, table, rows, where, f"{table.name} {self.name}")


def _written(engine: Engine, table: Table, rows: Any, where: str, label: str) -> list[Check]:
    """Write a table, and return the checks of what was written, under a label."""
    engine.write(declared(table, rows), where)
    found = quality.of_table(engine, table, engine.parquet(where))
    return [replace(check, table=label) for check in found]


def _only(engine: Engine, rows: Any) -> int:
    return _one(engine, rows.count().as_table())


def _one(engine: Engine, table: Any) -> int:
    (value,) = engine.rows(table)[0].values()
    return _whole(value or 0)


def _whole(number: object) -> int:
    return int(str(number))
