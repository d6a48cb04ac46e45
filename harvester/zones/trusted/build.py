"""Builds the Trusted zone: the CSVs when they are new, and each date that is not built yet."""

import asyncio
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from harvester.errors import LakeError
from harvester.stores import Store
from harvester.zones import state
from harvester.zones.built import Built, untold
from harvester.zones.engines import Engine, open_engine, require_engine
from harvester.zones.interruptible import in_thread
from harvester.zones.memory import OF_DUCKDB
from harvester.zones.published import Sizes, altered, folders_below
from harvester.zones.quality import Check
from harvester.zones.trusted.day_tables import BuiltDay
from harvester.zones.trusted.endpoints import ORIGIN_TABLES
from harvester.zones.trusted.endpoints.tmdb import TMDB
from harvester.zones.trusted.local import build_local
from harvester.zones.trusted.manifests import (
    Day,
    day_name,
    harvested,
    read_manifests,
    write_outcomes,
)
from harvester.zones.trusted.proven import proven_files
from harvester.zones.trusted.read_files import Files
from harvester.zones.trusted.strict import StrictReader
from harvester.zones.workspace import Workspace, open_workspace

_PARTITION = re.compile(r"dt=\d{4}-\d\d-\d\d", re.ASCII)


async def build_trusted(
    store: Store,
    engine_name: str,
    *,
    rebuild: bool,
    memory: int = OF_DUCKDB,
    step: Callable[[str], None] = untold,
) -> Built:
    """Build what of Trusted is missing, or all of it, but for runs that can't be read.

    `step` is called with what is built next, in words.
    Raises `UserError`, `RunHeld`; `LakeError` for a lake without anything.
    """
    require_engine(engine_name)
    if not {"Raw", "Trusted"}.intersection(await store.folders("")):
        raise LakeError(
            f"{store.uri} is no lake, or an empty one: check its name, or `harvester run` fills it"
        )
    done = Built("Trusted")
    async with open_workspace(store, "Trusted", engine_name) as work:
        before = {} if rebuild else await state.load_state(store, state.TRUSTED)
        found = await harvested(store)
        done.left_out = found.left_out
        done.add_damaged(found.damaged)
        dates: dict[str, set[str]] = {origin: set() for origin in ORIGIN_TABLES}
        for day in found.days:
            dates[day.origin].add(day.date.isoformat())
        kept = {
            origin: {date: of for date, of in state.days_of(before, origin).items() if date in some}
            for origin, some in dates.items()
        }
        zone_state = {
            "local": before.get("local"),
            "dates": kept.pop(TMDB.origin),
            "others": kept,
            "simulated_runs_left_out": found.left_out,
            "damaged_runs": before.get("damaged_runs", {}) | done.damaged,
        }
        _forget_altered(zone_state, await folders_below(store, "Trusted/"))
        # Before a table is changed, or who reads meanwhile would take it for an altered one.
        if rebuild or (before and before != {**before, **zone_state}):
            await state.save_state(store, state.TRUSTED, zone_state)
        done.removed = await _remove_others(work, dates)
        with open_engine(engine_name, work.scratch, memory) as engine:
            step("Trusted: the CSVs")
            await build_local(work, engine, found.plans, zone_state, done)
            for day in found.days:
                step(f"Trusted: {day.name}")
                await _day(work, engine, day, zone_state, done)
        if zone_state["damaged_runs"] != done.damaged:
            zone_state["damaged_runs"] = done.damaged
            await state.save_state(store, state.TRUSTED, zone_state)
    return done


def _forget_altered(zone_state: dict[str, Any], found: Mapping[str, Sizes]) -> None:
    """Have the parts built again that have not the files that were published."""
    lost = set(altered(state.marks(zone_state), found))
    if zone_state["local"] and not lost.isdisjoint(zone_state["local"].get("files", ())):
        zone_state["local"] = state.unfinished(zone_state["local"])
    for origin in ORIGIN_TABLES:
        days = state.days_of(zone_state, origin)
        for date, day in days.items():
            if not lost.isdisjoint(day.get("files", ())):
                days[date] = state.unfinished(day)


async def _remove_others(work: Workspace, dates: Mapping[str, set[str]]) -> list[str]:
    """Remove the partitions of dates of which nothing is to be built, or no longer; name them."""
    there = await work.store.folders("Trusted/")
    removed = set()
    for tables in ORIGIN_TABLES.values():
        for table in tables.tables if tables.origin in there else ():
            root = f"{tables.root}{table.name}/"
            for folder in await work.store.folders(root):
                date = folder.removeprefix("dt=")
                if _PARTITION.fullmatch(folder) and date not in dates[tables.origin]:
                    await work.remove(f"{root}{folder}/")
                    removed.add(day_name(tables.origin, date))
    return sorted(removed)


async def _day(
    work: Workspace, engine: Engine, day: Day, zone_state: dict[str, Any], done: Built
) -> None:
    """Build one date's partitions, unless they are built from the very same manifests."""
    days = state.days_of(zone_state, day.origin)
    known = days.get(day.date.isoformat(), {})
    found = None
    if known.get("fingerprint") != state.fingerprint(day.fingerprint):
        found = await read_manifests(work.store, day)
        done.add_damaged(found.damaged)
        day = day.without({one.run for one in found.damaged})
    mark = state.fingerprint(day.fingerprint)
    if found is None or known.get("fingerprint") == mark:
        done.kept.append(day.name)
        done.checks += [Check.of(check) for check in known["checks"]]
        return
    built = BuiltDay(day, work)
    staged = work.scratch / f"outcomes-{day.origin}-{day.date.isoformat()}.parquet"
    await asyncio.to_thread(write_outcomes, found, staged)
    outcomes = await work.share(staged)
    listed = partial(built.outcomes, engine, outcomes, len(found.outcomes))
    found.outcomes.clear()  # written, and many
    await in_thread(listed, engine.interrupt)
    for endpoint in day.tables.endpoints:
        folder = endpoint.table.name
        reader = StrictReader(endpoint, day.tables.record)
        of_runs = []
        for plan in day.plans:
            if files := found.files[folder].get(plan.run):
                proven = await proven_files(work, plan.run, files, reader, found.several)
                of_runs.append(Files(plan, proven))
        filled = partial(built.table, engine, endpoint, of_runs, found.records[folder])
        await in_thread(filled, engine.interrupt)
        await work.forget()
    await in_thread(partial(built.joined, engine), engine.interrupt)
    if known.get("fingerprint"):
        days[day.date.isoformat()] = state.unfinished(known)
        await state.save_state(work.store, state.TRUSTED, zone_state)
    marks = {}
    for table in day.tables.tables:
        folder = f"{day.tables.root}{table.name}/dt={day.date}/"
        marks[folder] = await work.publish(built.place(table), folder)
    days[day.date.isoformat()] = {
        "fingerprint": mark,
        "runs": sorted(day.units),
        "synthetic": day.synthetic,
        "engine": engine.name,
        "records": dict(found.records),
        "other_records": found.other_records,
        "checks": [check.plain() for check in built.checks],
        "files": marks,
    }
    await state.save_state(work.store, state.TRUSTED, zone_state)
    done.built.append(day.name)
    done.checks += built.checks
