"""Builds the Refined zone from Trusted, whole: it is small beside what it is made from."""

import asyncio
from collections.abc import Callable, Container, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.common.exceptions import IbisError

from harvester.clock import now
from harvester.errors import LakeError
from harvester.stores import Store
from harvester.zones import quality, state
from harvester.zones.built import LOCAL, Built, untold
from harvester.zones.engines import Engine, open_engine, require_engine
from harvester.zones.interruptible import in_thread
from harvester.zones.memory import OF_DUCKDB
from harvester.zones.published import altered, folders_below
from harvester.zones.quality import Check
from harvester.zones.refined import further, latest
from harvester.zones.refined.coverage import coverage_checks
from harvester.zones.refined.coverage_elsewhere import coverage_elsewhere
from harvester.zones.refined.credits import newest_credits
from harvester.zones.refined.further import newest_further
from harvester.zones.refined.history import history_checks, title_history
from harvester.zones.refined.latest import Trusted, newest_titles
from harvester.zones.refined.star import Star
from harvester.zones.refined.tables import ROOT, TABLES, TITLE_HISTORY
from harvester.zones.schema import Table, declared
from harvester.zones.table_files import check_published, first_damaged
from harvester.zones.trusted.endpoints import ORIGIN_TABLES
from harvester.zones.trusted.endpoints.endpoint import EMPTY_LISTS, OriginTables
from harvester.zones.trusted.endpoints.tmdb import TMDB
from harvester.zones.trusted.local_tables import LOCAL_MOVIES, LOCAL_SERIES
from harvester.zones.trusted.local_tables import ROOT as LOCAL_ROOT
from harvester.zones.trusted.manifests import day_name, harvested
from harvester.zones.workspace import Workspace, open_workspace


async def build_refined(
    store: Store,
    engine_name: str,
    *,
    rebuild: bool,
    memory: int = OF_DUCKDB,
    step: Callable[[str], None] = untold,
) -> Built:
    """Build Refined when Trusted has changed since.

    `step` is called with what is built next, in words.
    Raises `LakeError` without Trusted, or when it lacks a date that was harvested.
    """
    require_engine(engine_name)
    zone_state = await state.required_state(store, state.TRUSTED, "Trusted")
    found = await harvested(store)
    days = _days(zone_state)
    names = [day_name(origin, date) for origin, date in days]
    if lacking := [day.name for day in found.days if day.name not in names]:
        raise LakeError(
            f"{store.uri} has no Trusted tables of what was harvested on {', '.join(lacking)}: "
            "build them by `harvester trusted`"
        )
    marks = {LOCAL: zone_state["local"]["fingerprint"]} if zone_state["local"] else {}
    marks |= dict(zip(names, (day["fingerprint"] for day in days.values()), strict=True))
    if half := [name for name, mark in marks.items() if not mark]:
        raise LakeError(
            f"the build of Trusted in {store.uri} did not get to the end of {', '.join(half)}: "
            "finish it by `harvester trusted`"
        )
    mark = state.fingerprint(*marks.values())
    done = Built("Refined", left_out=zone_state["simulated_runs_left_out"])
    done.damaged = dict(zone_state["damaged_runs"])
    built = {run for day in days.values() for run in day["runs"]}
    done.add_damaged(one for one in found.damaged if one.run not in built)
    before = await state.load_state(store, state.REFINED)
    there = await folders_below(store, ROOT)
    if before.get("trusted") == mark and not rebuild and not altered(state.marks(before), there):
        done.kept = names or [LOCAL]
        done.checks = [Check.of(check) for check in before["checks"]]
        return done
    async with open_workspace(store, "Refined", engine_name) as work:
        step("Refined: the star schema")
        folders = await _fetch(work, days, state.marks(zone_state))
        with open_engine(engine_name, work.scratch, memory) as engine:
            try:
                done.checks = await in_thread(
                    partial(_build, engine, folders, days, work), engine.interrupt
                )
            except (duckdb.Error, IbisError) as error:
                raise await asyncio.to_thread(_explained, error, folders) from None
        if before.get("trusted"):  # before a table is changed, as Trusted does it
            unfinished = {**before, "trusted": "", "files": {}}
            await state.save_state(store, state.REFINED, unfinished)
        files = {}
        for table in TABLES:
            folder = f"{ROOT}{table.name}/"
            files[folder] = await work.publish(table.name, folder)
        done.built = names or [LOCAL]
        done.removed = [name for name in before.get("days", ()) if name not in names]
        await state.save_state(
            store,
            state.REFINED,
            {
                "synthetic": any(day["synthetic"] for day in days.values()),
                "runs": sorted(built),
                "dates": [date for origin, date in days if origin == TMDB.origin],
                "days": names,
                "trusted": mark,
                "engine": engine_name,
                "built_at": now(),
                "rows": {c.table: c.found for c in done.checks if c.name == "rows"},
                "checks": [check.plain() for check in done.checks],
                "files": files,
            },
        )
    return done


def _days(zone_state: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what Trusted knows of each origin and date, in order."""
    return {
        (origin, date): of
        for origin in ORIGIN_TABLES
        for date, of in sorted(state.days_of(zone_state, origin).items())
    }


def _read(tables: OriginTables) -> list[Table]:
    """Return the tables of an origin that Refined is made from."""
    if tables is not TMDB:
        return list(tables.read_tables)
    used = (*latest.ENDPOINTS, *further.ENDPOINTS)
    unused = {one.table.name for one in tables.endpoints if not _is_of(one.table, used)}
    return [table for table in tables.read_tables if table.name not in unused]


def _is_of(table: Table, endpoints: Container[str]) -> bool:
    return table.name.rpartition("/")[2] in endpoints


async def _fetch(
    work: Workspace, days: Mapping[tuple[str, str], dict[str, Any]], marks: Mapping[str, str]
) -> dict[str, str]:
    """Return where each table of Trusted with records can be read, by its key.

    S3's are copied here.
    """
    keys = [f"{LOCAL_ROOT}{table.name}/" for table in (LOCAL_MOVIES, LOCAL_SERIES)]
    for (origin, date), day in days.items():
        tables = ORIGIN_TABLES[origin]
        filled = {*day["records"], tables.outcomes.name, EMPTY_LISTS.name}
        keys += [f"{tables.root}{t.name}/dt={date}/" for t in _read(tables) if t.name in filled]
    found = await folders_below(work.store, "Trusted/")
    check_published(keys, found, marks)
    return {key: await work.fetch_folder(key, sorted(found[key])) for key in keys}


def _explained(error: Exception, folders: Mapping[str, str]) -> Exception:
    """Return what there is to say of an engine's error: a table of Trusted may be damaged."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return error
    files = {key: [str(one) for one in Path(at).glob("*.parquet")] for key, at in folders.items()}
    return first_damaged(files) or error


def _build(
    engine: Engine,
    folders: dict[str, str],
    days: dict[tuple[str, str], dict[str, Any]],
    work: Workspace,
) -> list[Check]:
    """Write every table to scratch, and check them as they were written."""

    def of_dates(tables: OriginTables, table: Table) -> ir.Table:
        parts = [
            engine.parquet(folder).mutate(dt=ibis.literal(date))
            for origin, date in days
            if origin == tables.origin
            and (folder := folders.get(f"{tables.root}{table.name}/dt={date}/"))
        ]
        if not parts:
            return engine.nothing(table.schema()).mutate(dt=ibis.literal(""))
        return ibis.union(*parts) if len(parts) > 1 else parts[0]

    def is_wanted(table: Table) -> bool:
        root = f"{TMDB.root}{table.name}/"
        return not _is_of(table, further.ENDPOINTS) or any(key.startswith(root) for key in folders)

    trusted = Trusted(
        tmdb={t.name: of_dates(TMDB, t) for t in _read(TMDB) if is_wanted(t)},
        others={
            origin: {table.name: of_dates(tables, table) for table in _read(tables)}
            for origin, tables in ORIGIN_TABLES.items()
            if tables is not TMDB and any(of == origin for of, _ in days)
        },
        movies=engine.parquet(folders[f"{LOCAL_ROOT}{LOCAL_MOVIES.name}/"]),
        series=engine.parquet(folders[f"{LOCAL_ROOT}{LOCAL_SERIES.name}/"]),
    )
    newest = newest_titles(engine, trusted)
    built = {}
    of_credits = newest_credits(engine, trusted, newest.ids)
    tables = Star(newest, of_credits, newest_further(engine, trusted, newest.ids)).tables()
    tables[TITLE_HISTORY.name] = declared(TITLE_HISTORY, title_history(trusted, newest.ids))
    for name, rows in tables.items():
        engine.write(rows, work.place(name))
        built[name] = engine.parquet(work.place(name))
    checks = []
    for table in TABLES:
        if table.name in built:
            checks += quality.of_table(engine, table, built[table.name])
        else:
            engine.write_empty(table.schema(), work.place(table.name))
            checks += quality.of_nothing(table)
    checks += quality.foreign_keys(engine, TABLES, built)
    checks += history_checks(engine, built[TITLE_HISTORY.name])
    asked = {
        endpoint: sum(
            count
            for (origin, _), day in days.items()
            if origin == TMDB.origin
            for name, count in day["records"].items()
            if name.casefold().rpartition("/")[2] == endpoint
        )
        for endpoint in ("find", "details", "credits", "keywords")
    }
    checks += coverage_checks(engine, built, asked)
    return checks + coverage_elsewhere(engine, built, trusted.others)
