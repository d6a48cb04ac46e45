"""A run in three steps, for an engine that divides it among workers: plan, harvest, finish.

They are `harvest`'s own pieces. The plan takes the lease, and lets an execution of the engine own
the run (`owner`); workers hold no lease, and stop when another execution owns it. Should one range
be started twice, a unit's first manifest stands. The ranges of units lie in the lake as one JSON
array, `Raw/<origin>/_harvest/<run>/ranges.json`: `[{"first": 0, "last": 59}, …]`, both included.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Literal

import orjson

from harvester.clock import now
from harvester.errors import LakeError, RunHeld, SettingError
from harvester.lake.documents.manifest import committed
from harvester.lake.documents.plan import UNIT_SIZE, Plan, load_titles
from harvester.lake.documents.summary import Report, load_summary
from harvester.model import RequestMode
from harvester.origins.table import ORIGINS
from harvester.run.choose import plan_of
from harvester.run.connection import connected, host
from harvester.run.harvest import (
    checked,
    ensure_plan,
    finish,
    new_state,
    opened,
)
from harvester.run.owner import Ownership, release_run, take_run
from harvester.run.prepare import draft_run
from harvester.run.questions import Answers
from harvester.run.shortcuts import packed, shortcuts_for
from harvester.run.state import Observe, unobserved
from harvester.run.stop import Stop
from harvester.run.supervise import nothing_to_do, report_of, stopped, supervised, unwrapped
from harvester.run.units import count_manifests, harvest_units
from harvester.settings import Settings
from harvester.stores import Store

_CHECK_SECONDS = 1.0
"""The second in which plans check their token has no request of a worker, which is another process
and begins at once: a rate is told by the second."""

RANGE_SECONDS = 600
"""What a range takes at the worker's full rate: well inside the 900 s a Lambda may live."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """What the plan's step leaves to the workers.

    `key` of the ranges' file is relative to the lake's root; `count` is 0 when no unit is missing.
    Where nothing is due there is no `run` and no `key`.
    `rate` is of all workers together, `origin` what they ask.
    """

    run: str | None
    key: str | None
    count: int
    workers: int
    rate: float | Literal["auto"]
    origin: str


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
        rate="auto" if settings.rate == "auto" else settings.top_rate / workers,
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


async def plan_run(settings: Settings, *, workers: int, execution: str | None = None) -> Ranges:
    """Plan a run, or find the unfinished one, and cut what is missing into ranges.

    From then on `execution` owns the run, if one is named: what owned it before was given time to
    stop. Raises what `harvest` raises before there is a plan.
    """
    return await unwrapped(_plan_run(settings, workers, execution))


async def _plan_run(settings: Settings, workers: int, execution: str | None) -> Ranges:
    began = now()
    mine = share(settings, workers)
    rate: float | Literal["auto"] = "auto" if settings.rate == "auto" else settings.top_rate
    state = new_state(settings)
    async with (
        opened(settings, state) as store,
        connected(settings, state) as connection,
        AsyncExitStack() as stack,
    ):
        answers = stack.enter_context(Answers())
        draft = await draft_run(
            settings, store, connection, answers, dry=False, execution=execution
        )
        folder = draft.choice.folder
        nothing = Ranges(folder.run, folder.ranges, 0, workers, rate, settings.origin)
        if draft.choice.summary is not None:
            return nothing
        if draft.is_nothing_due:
            return replace(nothing, run=None, key=None)
        lost: list[RunHeld] = []

        async def take() -> None:
            await stack.enter_async_context(
                store.hold(folder.lease, f"run {folder.run}", lost.append)
            )
            await take_run(store, folder, execution, began)

        if draft.choice.plan is not None:
            await take()
        synthetic = await checked(connection, store, settings.origin)
        checked_at = asyncio.get_running_loop().time()
        if draft.choice.plan is None:  # nothing is written before the origin took our credential
            await take()
        plan, _ = await ensure_plan(draft, answers, store, synthetic=synthetic)
        done = await committed(store, folder)
        missing = [unit for unit in range(plan.units) if unit not in done]
        if missing:  # here alone: what the workers find in the lake, none of them asks for
            await connection.before_units(store, plan)
        seconds = _seconds_a_unit(plan, settings.requests, mine.top_rate)
        ranges = cut(missing, workers=workers, seconds_a_unit=seconds)
        content = orjson.dumps([{"first": one[0], "last": one[-1]} for one in ranges])
        if lost:
            raise lost[0]
        await store.put(folder.ranges, content)
        if execution is not None:
            await asyncio.sleep(checked_at + _CHECK_SECONDS - asyncio.get_running_loop().time())
        return replace(nothing, count=len(ranges))


def _seconds_a_unit(plan: Plan, mode: RequestMode, rate: float) -> float:
    """Return about how long a unit takes at a rate; even one without a request is stored."""
    origin = ORIGINS[plan.asked.origin]
    most = origin.requests_a_title(plan.asked, mode)
    mean = origin.requests_of(plan, mode, 0) / max(plan.titles, 1)
    return max(UNIT_SIZE * min(most, mean) / rate, 1.0)


async def harvest_range(
    settings: Settings,
    run: str,
    units: range,
    *,
    workers: int,
    stop: Stop,
    execution: str | None = None,
    observe: Observe = unobserved,
) -> Report:
    """Harvest these units of a planned run at one worker's part of the rate.

    The Report is of these units alone. The titles are the plan's: no input is read. When another
    than `execution` owns the run, the work ends with the reason `taken_over`. Raises `UserError`,
    and the other `HarvesterError`s before the plan is read.
    """
    mine = share(settings, workers)
    state = new_state(settings)

    async def work() -> Report:
        async with (
            opened(mine, state) as store,
            connected(mine, state) as connection,
            AsyncExitStack() as stack,
        ):
            plan = await _plan_for(mine, store, run)
            if not 0 <= units.start < units.stop <= plan.units:
                raise SettingError(
                    f"run {run} has units 0 to {plan.units - 1}, "
                    f"not {units.start} to {units.stop - 1}: take a range from its ranges.json"
                )
            state.plan, state.scope = plan, units
            ownership = Ownership(store, plan.folder, execution, state, stop)
            if not await ownership.look():
                return report_of(state, "taken_over", message=state.message)
            await stack.enter_async_context(ownership.watched())
            titles = await load_titles(store, plan)
            wanted = packed(title for unit in units for title in titles.unit(unit))
            state.shortcuts = await shortcuts_for(mine, plan.asked, wanted, store, plan)
            await checked(connection, store, mine.origin)
            await harvest_units(
                store,
                plan,
                titles,
                units,
                state,
                stop=stop,
                observe=observe,
                before_each=ownership.look,
            )
            if len(state.totals.units) < len(units):
                return stopped(state, stop)
            return report_of(state, "finished", message=state.message)

    return await supervised(work(), state, stop, max_duration=mine.max_duration)


async def finish_run(settings: Settings, run: str, *, observe: Observe = unobserved) -> Report:
    """Sweep a run's leftovers and write its summary; then nobody owns it. Nothing is asked.

    Raises `LakeError` while units are missing.
    """
    state = new_state(settings)
    async with opened(settings, state) as store:
        plan = await plan_of(store, run)
        summary = await load_summary(store, plan)
        if summary is not None:
            await release_run(store, plan.folder)
            return nothing_to_do(state, summary)
        await count_manifests(store, plan, range(plan.units), state)
        missing = plan.units - len(state.totals.units)
        if missing:
            raise LakeError(
                f"run {run} is unfinished: {missing:,} of its {plan.units:,} units have no "
                "manifest; harvest them, then finish"
            )
        observe("finishing", state.snapshot())
        report = await finish(store, plan, state)
        await release_run(store, plan.folder)
        return report


async def _plan_for(settings: Settings, store: Store, run: str) -> Plan:
    """Return a run's plan, made for the origin and host that these settings name."""
    plan = await plan_of(store, run, settings.origin)
    if plan.asked.host != host(settings):
        raise SettingError(
            f"run {run} asks {plan.asked.host}, not {host(settings)}: "
            f"set {ORIGINS[settings.origin].base_url_variable} as it was when the run was planned"
        )
    return plan
