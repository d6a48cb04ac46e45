"""The one orchestration: inputs → plan → units → manifests → report.

The command line and the Lambda handler call `harvest`; nothing below knows which one did. `workers`
divides the same three steps (plan, units, finish) among processes.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from harvester.errors import LakeError, RunHeld
from harvester.lake.documents.manifest import committed, manifests
from harvester.lake.documents.plan import Plan, Titles, load_plan, load_titles
from harvester.lake.documents.summary import Report
from harvester.origins.origin import Connection, Preparing, Rationed
from harvester.run.choose import refuse_beside_real
from harvester.run.connection import CheckedConnection, connected
from harvester.run.given import keep_given
from harvester.run.journal import check_store, save_id_map, save_plan, save_summary, sweep
from harvester.run.prepare import Draft, draft_run
from harvester.run.state import Observe, RunState, unobserved
from harvester.run.stop import Stop
from harvester.run.supervise import nothing_to_do, report_of, supervised
from harvester.run.unit import Buffer, harvest_unit
from harvester.settings import Settings
from harvester.stores import Store, open_store
from harvester.upstream.tally import Tally

UNITS_IN_FLIGHT = 3
"""At 40 requests/s one unit uses 73 % of the limit, two 98 %, three all of it (simulated)."""

MAX_BUFFERED_BYTES = 64_000_000
"""No unit starts while this much of fetched bodies waits to be stored."""


async def harvest(settings: Settings, *, stop: Stop, observe: Observe = unobserved) -> Report:
    """Do what `settings` ask for, or the rest of it, and return the Report.

    `observe` gets each event at once. Once there is a plan, the Report also says that the origin or
    the store gave up, or that `stop` was requested. Raises `UserError` when a setting, an input or
    the lake must be fixed first, and the other `HarvesterError`s only before there is a plan.
    """
    state = new_state(settings)
    work = _harvest(settings, state, stop, observe)
    return await supervised(work, state, stop, max_duration=settings.max_duration)


async def _harvest(settings: Settings, state: RunState, stop: Stop, observe: Observe) -> Report:
    async with (
        opened(settings, state) as store,
        connected(settings, state) as connection,
        AsyncExitStack() as stack,
    ):
        draft = await draft_run(settings, store, connection, dry=False)
        if draft.choice.summary is not None:
            return nothing_to_do(state, draft.choice.summary)

        def lost(held: RunHeld) -> None:  # the units in flight are finished; the faster one counts
            state.lost = str(held)
            stop.request("held")

        folder = draft.choice.folder
        hold = store.hold(folder.lease, folder.run, lost)
        if draft.choice.plan is not None:
            await stack.enter_async_context(hold)
        synthetic = await checked(connection, store)
        if draft.choice.plan is None:  # nothing is written before the origin took our credential
            await stack.enter_async_context(hold)
        plan, titles = await ensure_plan(draft, store, synthetic=synthetic)
        state.shortcuts = draft.shortcuts
        everything = range(plan.units)
        await harvest_units(store, plan, titles, everything, state, stop=stop, observe=observe)
        if len(state.totals.units) < plan.units:
            return report_of(state, stop.reason or "interrupted", message=state.lost)
        observe("finishing", state.snapshot())
        return await finish(store, plan, state)


def new_state(settings: Settings) -> RunState:
    """Return the state of a run that begins now."""
    return RunState(settings.lake, asyncio.get_running_loop().time())


@asynccontextmanager
async def opened(settings: Settings, state: RunState) -> AsyncIterator[Store]:
    """Open the lake; `state` gets its URI."""
    async with open_store(settings.lake) as store:
        state.lake = store.uri
        yield store


async def checked(connection: CheckedConnection, store: Store) -> bool:
    """Return whether the origin's answers are synthetic; then the lake must hold no real ones.

    Raises `LakeError`, and what `CheckedConnection.check` raises.
    """
    synthetic = await connection.check()
    if synthetic:
        await refuse_beside_real(store)
    return synthetic


async def ensure_plan(draft: Draft, store: Store, *, synthetic: bool) -> tuple[Plan, Titles]:
    """Return the run's plan and titles, written when they are new.

    What is in the lake counts: another process may have planned the run this instant.
    """
    folder = draft.choice.folder
    standing = await load_plan(store, folder)
    if standing is None:
        await keep_given(store, draft.given)
        await save_plan(store, *draft.plan(synthetic=synthetic))
        standing = await load_plan(store, folder)
    await check_store(store, folder)
    if standing is None or standing.digest != draft.digest:
        raise LakeError(
            f"run {folder.run} was planned by another process for something else: run again"
        )
    return standing, await load_titles(store, standing)


async def harvest_units(
    store: Store,
    plan: Plan,
    titles: Titles,
    units: range,
    state: RunState,
    *,
    stop: Stop,
    observe: Observe,
) -> None:
    """Do those of the units that have no manifest, a few at a time, until `stop`."""
    connection = state.connection
    if connection is None:
        raise ValueError("units need a connection")
    await count_manifests(store, plan, units, state)
    observe("planned", state.snapshot())
    if isinstance(connection, Preparing):
        await connection.before_units(store, plan)
    fetch = connection.fetcher(plan, state.shortcuts)
    slots = asyncio.Semaphore(UNITS_IN_FLIGHT)
    buffer = Buffer(MAX_BUFFERED_BYTES)

    async def one(unit: int) -> None:
        size = plan.unit_size(unit)
        state.in_flight += size
        try:
            manifest = await harvest_unit(
                store,
                plan,
                unit,
                titles.unit(unit),
                fetch,
                tally=Tally(state.tally),
                buffer=buffer,
                settle=state.settle,
            )
        finally:
            state.in_flight -= size
            slots.release()
        state.commit(manifest)
        observe("committed", state.snapshot())

    todo = [unit for unit in units if unit not in state.totals.units]
    async with asyncio.TaskGroup() as group:
        for unit in todo:
            await slots.acquire()
            await buffer.room()
            observe("starting", state.snapshot())
            if not stop.requested.is_set() and await _quota_is_used_up(
                connection, store, plan, unit
            ):
                stop.request("quota")
            if stop.requested.is_set():
                observe("stopping", state.snapshot())
                break
            group.create_task(one(unit))


async def _quota_is_used_up(connection: Connection, store: Store, plan: Plan, unit: int) -> bool:
    if not isinstance(connection, Rationed):
        return False
    return not await connection.may_start(store, plan, unit)


async def count_manifests(store: Store, plan: Plan, units: range, state: RunState) -> None:
    """Count what is committed of these units: from here on a Report can be made."""
    standing = [unit for unit in await committed(store, plan.folder) if unit in units]
    async for manifest in manifests(store, plan, standing):
        state.totals.add(manifest)
    state.before = state.totals.outcomes.copy()
    state.scope = units
    state.plan = plan


async def finish(store: Store, plan: Plan, state: RunState) -> Report:
    """Sweep what no manifest names and write the summary; every unit has its manifest by now."""
    await sweep(store, plan, state.totals.keys)
    await save_id_map(store, plan)
    result = report_of(state, "finished")
    await save_summary(store, plan, result)
    return result
