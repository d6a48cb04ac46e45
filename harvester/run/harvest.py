"""The one orchestration: source → plan → fetch → pack → store → manifest.

The command line and the Lambda handler call `harvest`; nothing below knows which one did.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from harvester.errors import LakeError, RunHeld
from harvester.lake import keys
from harvester.lake.documents.manifest import committed, manifests
from harvester.lake.documents.plan import Plan, Titles, load_plan, load_titles
from harvester.origins.tmdb.client import TmdbClient
from harvester.origins.tmdb.connect import open_client
from harvester.run import journal
from harvester.run.journal import save_id_map, sweep
from harvester.run.prepare import Draft, draft_run
from harvester.run.report import Report
from harvester.run.state import Observe, Progress, unobserved
from harvester.run.stop import Stop
from harvester.run.supervise import report_of, supervised, this_process
from harvester.run.unit import Buffer, harvest_unit
from harvester.settings import Settings
from harvester.stores import Store, open_store
from harvester.upstream.credential import Credential
from harvester.upstream.tally import Tally

UNITS_IN_FLIGHT = 3
"""At 40 requests/s one unit uses 73 % of the limit, two 98 %, three all of it (simulated)."""

MAX_BUFFERED_BYTES = 64_000_000
"""No unit starts while this much of TMDB's bodies waits to be stored."""


async def harvest(settings: Settings, *, stop: Stop, observe: Observe = unobserved) -> Report:
    """Do what `settings` ask for, or the rest of it, and return what it came to.

    `observe` hears each event at once. Once a plan stands, the Report says also that TMDB or the
    store gave up, or that `stop` came. Raises `UserError` when a setting, an input or the lake
    must be mended first, and the other `HarvesterError`s only before there is a plan.
    """
    progress = Progress(settings.lake, asyncio.get_running_loop().time())
    work = _harvest(settings, stop, observe, progress)
    return await supervised(work, progress, stop, max_duration=settings.max_duration)


async def _harvest(settings: Settings, stop: Stop, observe: Observe, progress: Progress) -> Report:
    async with open_store(settings.lake) as store:
        progress.lake = store.uri
        draft = await draft_run(settings, store, dry=False)

        def lost(held: RunHeld) -> None:  # what is in flight is finished, and gives way
            progress.lost = str(held)
            stop.request("held")

        if draft.choice.summary is not None:
            return Report(
                draft.choice.summary
                | {"finish_reason": "nothing_to_do", "this_process": this_process(progress)}
            )
        async with AsyncExitStack() as stack:
            hold = store.hold(keys.lease_key(draft.choice.run), draft.choice.run, lost)
            if draft.choice.plan is not None:
                await stack.enter_async_context(hold)
            client = await stack.enter_async_context(connected(settings, progress.tally))
            progress.client = client
            synthetic = await client.check()
            if draft.choice.plan is None:  # nothing is written before TMDB has taken our token
                await stack.enter_async_context(hold)
            plan, titles = await ensure_plan(draft, store, synthetic=synthetic)
            progress.shortcuts = draft.shortcuts
            everything = range(plan.units)
            await harvest_units(
                store,
                client,
                plan,
                titles,
                everything,
                stop=stop,
                observe=observe,
                progress=progress,
            )
            if len(progress.totals.units) < plan.units:
                return report_of(progress, stop.reason or "interrupted", message=progress.lost)
            observe("finishing", progress)
            return await finish(store, plan, progress)


async def ensure_plan(draft: Draft, store: Store, *, synthetic: bool) -> tuple[Plan, Titles]:
    """Return the run's plan and titles, written when they are new.

    The lake's word counts: another process may have planned the run this instant.
    """
    run = draft.choice.run
    standing = await load_plan(store, run)
    if standing is None:
        await journal.save_plan(store, *draft.plan(synthetic=synthetic))
        standing = await load_plan(store, run)
    await journal.check_store(store, run)
    if standing is None or standing.digest != draft.digest:
        raise LakeError(f"run {run} was planned by another process for something else: run again")
    return standing, await load_titles(store, standing)


async def harvest_units(
    store: Store,
    client: TmdbClient,
    plan: Plan,
    titles: Titles,
    units: range,
    *,
    stop: Stop,
    observe: Observe,
    progress: Progress,
) -> None:
    """Do those of the units that have no manifest, a few at a time, until `stop`."""
    await count_manifests(store, plan, units, progress)
    observe("planned", progress)
    slots = asyncio.Semaphore(UNITS_IN_FLIGHT)
    buffer = Buffer(MAX_BUFFERED_BYTES)

    async def one(unit: int) -> None:
        size = plan.unit_size(unit)
        progress.in_flight += size
        try:
            manifest = await harvest_unit(
                store,
                client,
                plan,
                unit,
                titles.unit(unit),
                tally=Tally(progress.tally),
                buffer=buffer,
                settle=progress.settle,
                shortcuts=progress.shortcuts,
            )
        finally:
            progress.in_flight -= size
            slots.release()
        progress.totals.add(manifest)
        progress.units += 1
        progress.titles += len(manifest.outcomes)
        progress.latest = manifest
        observe("committed", progress)

    todo = [unit for unit in units if unit not in progress.totals.units]
    async with asyncio.TaskGroup() as group:
        for unit in todo:
            await slots.acquire()
            await buffer.room()
            observe("starting", progress)
            if stop.requested.is_set():
                observe("stopping", progress)
                break
            group.create_task(one(unit))


async def count_manifests(store: Store, plan: Plan, units: range, progress: Progress) -> None:
    """Take up what is committed of these units: from here on there is a Report to be had."""
    standing = [unit for unit in await committed(store, plan.run) if unit in units]
    async for manifest in manifests(store, plan.run, standing):
        progress.totals.add(manifest)
    progress.before = progress.totals.outcomes.copy()
    progress.scope = units
    progress.plan = plan


async def finish(store: Store, plan: Plan, progress: Progress) -> Report:
    """Sweep what no manifest names and write the summary; every unit has its manifest by now."""
    await sweep(store, plan, progress.totals.keys)
    await save_id_map(store, plan)
    result = report_of(progress, "finished")
    await journal.save_summary(store, plan.run, result.to_json())
    return result


@asynccontextmanager
async def connected(settings: Settings, tally: Tally) -> AsyncIterator[TmdbClient]:
    """Connect to TMDB, or to a simulator that lives as long as the connection."""
    base_url, credential = settings.base_url, settings.credential
    async with AsyncExitStack() as stack:
        if base_url is None:
            from harvester.simulator import SimulatorOptions, simulate  # noqa: PLC0415 - rare

            simulator = await stack.enter_async_context(simulate(SimulatorOptions()))
            base_url = simulator.base_url
            credential = Credential(headers={"Authorization": "Bearer simulated"})
        yield await stack.enter_async_context(
            open_client(
                base_url,
                credential,
                rate=settings.top_rate,
                auto=settings.rate == "auto",
                concurrency=settings.concurrency,
                tally=tally,
            )
        )
