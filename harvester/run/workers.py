"""A run in three steps, for an engine that divides it among workers: plan, harvest, finish.

They are `harvest`'s own pieces. No step takes the lease: the engine owns the run, and should it
start one twice, a unit's first manifest stands. The ranges of units lie in the lake as one JSON
array, `Raw/TMDB/_harvest/<run>/ranges.json`: `[{"first": 0, "last": 59}, …]`, both included.
"""

from dataclasses import dataclass, replace
from typing import Literal

import orjson

from harvester.errors import LakeError, SettingError
from harvester.lake.documents.manifest import committed
from harvester.lake.documents.plan import UNIT_SIZE, Plan, load_titles
from harvester.lake.documents.summary import Report, load_summary
from harvester.origins.table import ORIGINS
from harvester.run.choose import plan_of
from harvester.run.connection import connected, host
from harvester.run.harvest import (
    checked,
    count_manifests,
    ensure_plan,
    finish,
    harvest_units,
    new_state,
    opened,
)
from harvester.run.prepare import draft_run, packed, shortcuts_for
from harvester.run.state import Observe, unobserved
from harvester.run.stop import Stop
from harvester.run.supervise import nothing_to_do, report_of, supervised
from harvester.settings import Settings
from harvester.stores import Store

RANGE_SECONDS = 600
"""What a range takes at the worker's full rate: well inside the 900 s a Lambda may live."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """What the plan's step leaves to the workers.

    `key` of the ranges' file is relative to the lake's root; `count` is 0 when no unit is missing.
    `rate` is of all workers together.
    """

    run: str
    key: str
    count: int
    workers: int
    rate: float | Literal["auto"]


def share(settings: Settings, workers: int) -> Settings:
    """Return one worker's settings: its part of the rate and of the connections. Pure.

    Raises `SettingError` when there are more workers than connections.
    """
    if not 1 <= workers <= settings.concurrency:
        raise SettingError(
            f"workers takes a whole number from 1 to the concurrency, {settings.concurrency}, "
            f"not {workers}: each needs a connection"
        )
    return replace(
        settings,
        rate="auto" if settings.rate == "auto" else settings.rate / workers,
        max_rate=settings.max_rate / workers,
        concurrency=settings.concurrency // workers,
    )


def cut(units: list[int], *, workers: int, seconds_a_unit: float) -> list[range]:
    """Return sorted units as ranges, each for one worker at a time. Pure.

    A range takes at most `RANGE_SECONDS`, if a unit does, and no more than a worker's even part.
    What is done already may lie inside a range: it is skipped there.
    """
    size = max(1, min(int(RANGE_SECONDS / seconds_a_unit), -(-len(units) // workers)))
    parts = [units[start : start + size] for start in range(0, len(units), size)]
    return [range(part[0], part[-1] + 1) for part in parts]


async def plan_run(settings: Settings, *, workers: int) -> Ranges:
    """Plan a run, or find the unfinished one, and cut what is missing into ranges.

    Raises what `harvest` raises before there is a plan.
    """
    mine = share(settings, workers)
    state = new_state(settings)
    async with opened(settings, state) as store, connected(settings, state) as connection:
        draft = await draft_run(settings, store, connection, dry=False)
        folder = draft.choice.folder
        if draft.choice.summary is not None:
            return Ranges(folder.run, folder.ranges, 0, workers, settings.rate)
        plan, _ = await ensure_plan(draft, store, synthetic=await checked(connection, store))
        done = await committed(store, folder)
        missing = [unit for unit in range(plan.units) if unit not in done]
        origin, mode = ORIGINS[plan.asked.origin], draft.shortcuts.requests
        seconds = UNIT_SIZE * origin.requests_a_title(plan.asked, mode) / mine.top_rate
        ranges = cut(missing, workers=workers, seconds_a_unit=seconds)
        content = orjson.dumps([{"first": one[0], "last": one[-1]} for one in ranges])
        await store.put(folder.ranges, content)
        return Ranges(folder.run, folder.ranges, len(ranges), workers, settings.rate)


async def harvest_range(
    settings: Settings,
    run: str,
    units: range,
    *,
    workers: int,
    stop: Stop,
    observe: Observe = unobserved,
) -> Report:
    """Harvest these units of a planned run at one worker's part of the rate.

    The Report is of these units alone. The titles are the plan's: no input is read. Raises
    `UserError`, and the other `HarvesterError`s before the plan is read and the origin checked.
    """
    mine = share(settings, workers)
    state = new_state(settings)

    async def work() -> Report:
        async with opened(mine, state) as store, connected(mine, state) as connection:
            plan = await _plan_for(mine, store, run)
            if not 0 <= units.start < units.stop <= plan.units:
                raise SettingError(
                    f"run {run} has units 0 to {plan.units - 1}, "
                    f"not {units.start} to {units.stop - 1}: take a range from its ranges.json"
                )
            titles = await load_titles(store, plan)
            wanted = packed(title for unit in units for title in titles.unit(unit))
            state.shortcuts = await shortcuts_for(mine, plan.asked, wanted, store)
            await checked(connection, store)
            await harvest_units(store, plan, titles, units, state, stop=stop, observe=observe)
            done = len(state.totals.units) == len(units)
            return report_of(state, "finished" if done else stop.reason or "interrupted")

    return await supervised(work(), state, stop, max_duration=mine.max_duration)


async def finish_run(settings: Settings, run: str, *, observe: Observe = unobserved) -> Report:
    """Sweep a run's leftovers and write its summary; the origin is asked nothing.

    Raises `LakeError` while units are missing.
    """
    state = new_state(settings)
    async with opened(settings, state) as store:
        plan = await plan_of(store, run)
        summary = await load_summary(store, plan)
        if summary is not None:
            return nothing_to_do(state, summary)
        await count_manifests(store, plan, range(plan.units), state)
        missing = plan.units - len(state.totals.units)
        if missing:
            raise LakeError(
                f"run {run} is unfinished: {missing} of its {plan.units} units have no manifest; "
                "harvest them, then finish"
            )
        observe("finishing", state.snapshot())
        return await finish(store, plan, state)


async def _plan_for(settings: Settings, store: Store, run: str) -> Plan:
    """Return a run's plan, made for the TMDB that these settings name."""
    plan = await plan_of(store, run)
    if plan.asked.host != host(settings):
        raise SettingError(
            f"run {run} asks {plan.asked.host}, not {host(settings)}: "
            "set TMDB_BASE_URL as it was when the run was planned"
        )
    return plan
