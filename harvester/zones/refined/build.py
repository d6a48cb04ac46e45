"""Builds the Refined zone from Trusted, whole: it is small beside what it is made from."""

import asyncio
from typing import Any

import ibis
import ibis.expr.types as ir

from harvester.clock import now
from harvester.errors import LakeError
from harvester.stores import Store
from harvester.zones import quality, state
from harvester.zones.built import Built
from harvester.zones.engines import Engine, open_engine
from harvester.zones.quality import Check
from harvester.zones.refined.coverage import coverage_checks
from harvester.zones.refined.latest import Trusted, newest_titles
from harvester.zones.refined.star import Star
from harvester.zones.refined.tables import ROOT, TABLES
from harvester.zones.schema import Table
from harvester.zones.trusted.manifests import harvested
from harvester.zones.trusted.tables import (
    LOCAL_MOVIES,
    LOCAL_ROOT,
    LOCAL_SERIES,
    OF_STRUCTURE,
    OUTCOMES,
    TMDB_ROOT,
)
from harvester.zones.workspace import Workspace, open_workspace


async def build_refined(store: Store, engine_name: str, *, rebuild: bool) -> Built:
    """Build Refined when Trusted has changed since.

    Raises `LakeError` without Trusted, or when it lacks a date that was harvested.
    """
    zone_state = await state.required_state(store, state.TRUSTED, "Trusted")
    lacking = [day.date.isoformat() for day in (await harvested(store)).days]
    lacking = [date for date in lacking if date not in zone_state["dates"]]
    if lacking:
        raise LakeError(
            f"{store.uri} has no Trusted tables of what was harvested on {', '.join(lacking)}: "
            "build them by `harvester trusted`"
        )
    marks = [zone_state["local"]["fingerprint"]] if zone_state["local"] else []
    marks += [day["fingerprint"] for _, day in sorted(zone_state["dates"].items())]
    mark = state.fingerprint(*marks)
    done = Built("Refined", left_out=zone_state["simulated_runs_left_out"])
    before = await state.load_state(store, state.REFINED)
    if before.get("trusted") == mark and not rebuild:
        done.kept = sorted(zone_state["dates"])
        done.checks = [Check(**check) for check in before["checks"]]
        return done
    async with open_workspace(store, "Refined", engine_name) as work:
        folders = await _fetch(work, sorted(zone_state["dates"]))
        with open_engine(engine_name, work.scratch) as engine:
            done.checks = await asyncio.to_thread(_build, engine, folders, zone_state, work)
        for table in TABLES:
            await work.publish(table.name, f"{ROOT}{table.name}/")
        done.built = sorted(zone_state["dates"])
        await state.save_state(
            store,
            state.REFINED,
            {
                "synthetic": any(day["synthetic"] for day in zone_state["dates"].values()),
                "runs": sorted(
                    {run for day in zone_state["dates"].values() for run in day["runs"]}
                ),
                "dates": done.built,
                "trusted": mark,
                "engine": engine_name,
                "built_at": now(),
                "rows": {c.table: c.found for c in done.checks if c.name == "rows"},
                "checks": [check.plain() for check in done.checks],
            },
        )
    return done


async def _fetch(work: Workspace, dates: list[str]) -> dict[str, str]:
    """Return where each table of Trusted can be read, by its key; S3's are copied here."""
    keys = [f"{LOCAL_ROOT}{table.name}/" for table in (LOCAL_MOVIES, LOCAL_SERIES)]
    keys += [
        f"{TMDB_ROOT}{name}/dt={date}/" for name in (*OF_STRUCTURE, OUTCOMES.name) for date in dates
    ]
    found = {}
    for key in keys:
        where = await work.fetch_folder(key)
        if where is None:
            raise LakeError(f"{key} is missing: build it by `harvester trusted --rebuild`")
        found[key] = where
    return found


def _build(
    engine: Engine, folders: dict[str, str], zone_state: dict[str, Any], work: Workspace
) -> list[Check]:
    """Write every table to scratch, and check them as they were written."""
    dates = sorted(zone_state["dates"])

    def tmdb(table: Table) -> ir.Table:
        parts = [
            engine.parquet(folders[f"{TMDB_ROOT}{table.name}/dt={date}/"]).mutate(
                dt=ibis.literal(date)
            )
            for date in dates
        ]
        if not parts:
            return engine.nothing(table.schema()).mutate(dt=ibis.literal(""))
        return ibis.union(*parts) if len(parts) > 1 else parts[0]

    trusted = Trusted(
        tmdb={table.name: tmdb(table) for table in (*OF_STRUCTURE.values(), OUTCOMES)},
        movies=engine.parquet(folders[f"{LOCAL_ROOT}{LOCAL_MOVIES.name}/"]),
        series=engine.parquet(folders[f"{LOCAL_ROOT}{LOCAL_SERIES.name}/"]),
    )
    newest = newest_titles(engine, trusted)
    built = {}
    for name, rows in Star(newest).tables().items():
        engine.write(rows, work.place(name))
        built[name] = engine.parquet(work.place(name))
    checks = []
    for table in TABLES:
        checks += quality.of_table(engine, table, built[table.name])
    checks += quality.foreign_keys(engine, TABLES, built)
    asked = {
        endpoint: sum(
            count
            for day in zone_state["dates"].values()
            for name, count in day["records"].items()
            if name.casefold().endswith(endpoint)
        )
        for endpoint in ("find", "details", "credits", "keywords")
    }
    return checks + coverage_checks(engine, built, asked)
