"""The one orchestration: inputs → plan → units → manifests → report.

The command line and the Lambda handler call `harvest`; nothing below knows which one did. `workers`
divides the same three steps (plan, units, finish) among processes.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from harvester.clock import now
from harvester.errors import LakeError, RunHeld
from harvester.lake.documents.plan import Plan, Titles, load_titles
from harvester.lake.documents.summary import Report
from harvester.run.choose import refuse_beside_real
from harvester.run.connection import CheckedConnection, connected
from harvester.run.given import keep_given
from harvester.run.journal import check_store, save_outcomes, save_plan, save_summary, sweep
from harvester.run.known_plan import load_plan
from harvester.run.owner import take_run
from harvester.run.prepare import Draft, draft_run
from harvester.run.questions import Answers
from harvester.run.shortcuts import shortcuts_for
from harvester.run.state import Observe, RunState, unobserved
from harvester.run.stop import Stop
from harvester.run.supervise import nothing_due, nothing_to_do, report_of, stopped, supervised
from harvester.run.units import harvest_units
from harvester.settings import Settings
from harvester.stores import Store, open_store


async def harvest(settings: Settings, *, stop: Stop, observe: Observe = unobserved) -> Report:
    """Do what `settings` ask for, or the rest of it, and return the Report.

    `observe` gets each event at once. Once there is a plan, the Report also says that the origin or
    the store gave up, or that `stop` was requested. Raises `UserError` when a setting, an input or
    the lake must be fixed first, and the other `HarvesterError`s only before there is a plan.
    """
    loop = asyncio.get_running_loop()
    began, left = loop.time(), settings.max_duration
    finished: Report | None = None
    while True:
        state = new_state(settings)
        work = _harvest(settings, state, stop, observe)
        report = await supervised(work, state, stop, max_duration=left)
        if finished is not None and report.finish_reason == "nothing_due":
            return finished
        # A run of what was due earlier is finished first; then it is asked what is due now.
        is_due = settings.only is not None and settings.retry_of is None
        again = is_due and state.resumed and report.finish_reason == "finished"
        if not again or stop.requested.is_set():
            return report
        finished = report
        if settings.max_duration is not None:
            left = max(settings.max_duration - (loop.time() - began), 0)


async def _harvest(settings: Settings, state: RunState, stop: Stop, observe: Observe) -> Report:
    began = now()
    async with (
        opened(settings, state) as store,
        connected(settings, state) as connection,
        AsyncExitStack() as stack,
    ):
        answers = stack.enter_context(Answers())
        draft = await draft_run(settings, store, connection, answers, dry=False)
        if draft.choice.summary is not None:
            return nothing_to_do(state, draft.choice.summary)
        if draft.is_nothing_due:
            return nothing_due(state, draft.plan(synthetic=connection.is_synthetic)[0])
        wanted = await draft.wanted(store)
        shortcuts = await shortcuts_for(settings, draft.asked, wanted, store, draft.planned)

        def lost(held: RunHeld) -> None:  # the units in flight are finished; the faster one counts
            state.message = str(held)
            stop.request("held")

        folder = draft.choice.folder
        hold = store.hold(folder.lease, f"run {folder.run}", lost)
        if draft.choice.plan is not None:
            state.resumed = True
            await stack.enter_async_context(hold)
            await take_run(store, folder, None, began)
        synthetic = await checked(connection, store, draft.asked.origin)
        if draft.choice.plan is None:  # nothing is written before the origin took our credential
            await stack.enter_async_context(hold)
            await take_run(store, folder, None, began)
        plan, titles = await ensure_plan(draft, answers, store, synthetic=synthetic)
        state.shortcuts = shortcuts
        everything = range(plan.units)
        await harvest_units(store, plan, titles, everything, state, stop=stop, observe=observe)
        if len(state.totals.units) < plan.units:
            return stopped(state, stop)
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


async def checked(connection: CheckedConnection, store: Store, origin: str) -> bool:
    """Return whether an origin's answers are synthetic; then the lake must hold no real ones.

    Raises `LakeError`, and what `CheckedConnection.check` raises.
    """
    synthetic = await connection.check()
    if synthetic:
        await refuse_beside_real(store, origin)
    return synthetic


async def ensure_plan(
    draft: Draft, answers: Answers, store: Store, *, synthetic: bool
) -> tuple[Plan, Titles]:
    """Return the run's plan and titles, written when they are new.

    What is in the lake counts: another process may have planned the run this instant.
    """
    folder = draft.choice.folder
    standing = await load_plan(store, folder)
    if standing is None:
        await keep_given(store, draft.given)
        await answers.save(store, folder)
        await save_plan(store, *draft.plan(synthetic=synthetic))
        standing = await load_plan(store, folder)
    await check_store(store, folder)
    if standing is None or standing.digest != draft.digest:
        raise LakeError(
            f"run {folder.run} was planned by another process for something else: run again"
        )
    return standing, await load_titles(store, standing)


async def finish(store: Store, plan: Plan, state: RunState) -> Report:
    """Sweep what no manifest names, write outcomes and summary; every unit has its manifest."""
    await sweep(store, plan, state.totals.keys)
    await save_outcomes(store, plan)
    result = report_of(state, "finished")
    await save_summary(store, plan, result)
    return result
