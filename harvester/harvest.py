"""The one orchestration: source → plan → fetch → pack → store → manifest.

The command line and the Lambda handler call `harvest`; nothing below knows which one did.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from harvester import journal, lake, report
from harvester.clock import now
from harvester.errors import (
    HarvesterError,
    LakeError,
    RunHeld,
    StoreDown,
    TokenRefused,
    UpstreamDown,
)
from harvester.id_map import save_id_map
from harvester.model import Outcome
from harvester.plan import Plan, Titles
from harvester.prepare import Draft, prepare
from harvester.report import FinishReason, Report, Totals
from harvester.saving import Saving
from harvester.settings import Credential, Settings
from harvester.stop import Stop
from harvester.stores import Store, open_store
from harvester.sweep import sweep
from harvester.tally import Tally
from harvester.tmdb import TmdbClient, connect
from harvester.unit import Buffer, harvest_unit

UNITS_IN_FLIGHT = 3
"""At 40 requests/s one unit uses 73 % of the limit, two 98 %, three all of it (simulated)."""

MAX_BUFFERED_BYTES = 64_000_000
"""No unit starts while this much of TMDB's bodies waits to be stored."""

_GAVE_UP: dict[type[HarvesterError], FinishReason] = {
    TokenRefused: "token_refused",
    UpstreamDown: "upstream_down",
    StoreDown: "store_down",
    RunHeld: "held",
}

Event = Literal["planned", "committed", "stopping", "finishing"]


class Aborted(HarvesterError):
    """`stop` was aborted before there was a plan."""


@dataclass(slots=True)
class Progress:
    """What can be seen of a run while it works: live, and only to be read.

    `before` counts the outcomes that stood when this process began, `settled` those that it
    fetches, committed or not; `in_flight` is the titles of the units it works on.
    """

    lake: str
    started: float
    tally: Tally = field(default_factory=Tally)
    totals: Totals = field(default_factory=Totals)
    before: Counter[str] = field(default_factory=Counter)
    settled: Counter[str] = field(default_factory=Counter)
    units: int = 0
    titles: int = 0
    in_flight: int = 0
    saving: Saving = field(default_factory=Saving)
    plan: Plan | None = None
    client: TmdbClient | None = None
    lost: str | None = None

    def settle(self, outcome: Outcome) -> None:
        """Count a title's outcome."""
        self.settled[outcome.outcome] += 1


Observe = Callable[[Event, Progress], None]


def unobserved(_event: Event, _progress: Progress) -> None:
    """Observe nothing."""


async def harvest(settings: Settings, *, stop: Stop, observe: Observe = unobserved) -> Report:
    """Do what `settings` ask for, or the rest of it, and return what it came to.

    `observe` hears each event at once. Once a plan stands, the Report says also that TMDB or the
    store gave up, or that `stop` came. Raises `UserError` when a setting, an input or the lake
    must be mended first, and the other `HarvesterError`s only before there is a plan.
    """
    loop = asyncio.get_running_loop()
    progress = Progress(settings.lake, loop.time())
    if settings.max_duration is not None:
        timer = loop.call_later(settings.max_duration, stop.request, "max_duration")
    else:
        timer = None
    try:
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(_abort(stop))
            result = await _harvest(settings, stop, observe, progress)
            watch.cancel()
            return result
    except BaseExceptionGroup as group_of_errors:
        error = _cause(group_of_errors)
        if progress.plan is None or not isinstance(error, (Aborted, *_GAVE_UP)):
            raise error from None
        for kind, reason in _GAVE_UP.items():
            if isinstance(error, kind):
                return _report(progress, reason, message=str(error))
        return _report(progress, stop.reason or "interrupted")
    finally:
        if timer is not None:
            timer.cancel()


async def _harvest(settings: Settings, stop: Stop, observe: Observe, progress: Progress) -> Report:
    async with open_store(settings.lake) as store:
        progress.lake = store.uri
        draft = await prepare(settings, store, dry=False)

        def lost(held: RunHeld) -> None:  # what is in flight is finished, and gives way
            progress.lost = str(held)
            stop.request("held")

        if draft.choice.summary is not None:
            return Report(
                draft.choice.summary
                | {"finish_reason": "nothing_to_do", "this_process": _this_process(progress)}
            )
        async with AsyncExitStack() as stack:
            hold = store.hold(lake.lease_key(draft.choice.run), draft.choice.run, lost)
            if draft.choice.plan is not None:
                await stack.enter_async_context(hold)
            progress.client = await stack.enter_async_context(_tmdb(settings, progress.tally))
            synthetic = await progress.client.check()
            if draft.choice.plan is None:  # nothing is written before TMDB has taken our token
                await stack.enter_async_context(hold)
            plan, titles = await _planned(draft, store, synthetic=synthetic)
            await _count_manifests(store, plan, progress.totals)
            progress.before = progress.totals.outcomes.copy()
            progress.plan, progress.saving = plan, draft.saving
            observe("planned", progress)
            await _work(store, progress.client, plan, titles, stop, observe, progress)
            if len(progress.totals.units) < plan.units:
                return _report(progress, stop.reason or "interrupted", message=progress.lost)
            observe("finishing", progress)
            await sweep(store, plan, progress.totals.keys)
            await save_id_map(store, plan)
            result = _report(progress, "finished")
            await journal.save_summary(store, plan.run, result.to_json())
            return result


async def _planned(draft: Draft, store: Store, *, synthetic: bool) -> tuple[Plan, Titles]:
    """Return the run's plan and titles, written when they are new.

    The lake's word counts: another process may have planned the run this instant.
    """
    run = draft.choice.run
    standing = await journal.load_plan(store, run)
    if standing is None:
        await journal.save_plan(store, *draft.plan(synthetic=synthetic))
        standing = await journal.load_plan(store, run)
    if standing is None or standing.digest != draft.digest:
        raise LakeError(f"run {run} was planned by another process for something else: run again")
    return standing, await journal.load_titles(store, standing)


async def _work(
    store: Store,
    client: TmdbClient,
    plan: Plan,
    titles: Titles,
    stop: Stop,
    observe: Observe,
    progress: Progress,
) -> None:
    """Do the units that have no manifest, a few at a time, until `stop`."""
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
                saving=progress.saving,
            )
        finally:
            progress.in_flight -= size
            slots.release()
        progress.totals.add(manifest)
        progress.units += 1
        progress.titles += len(manifest.outcomes)
        observe("committed", progress)

    todo = [unit for unit in range(plan.units) if unit not in progress.totals.units]
    async with asyncio.TaskGroup() as group:
        for unit in todo:
            await slots.acquire()
            await buffer.room()
            if stop.requested.is_set():
                observe("stopping", progress)
                break
            group.create_task(one(unit))


async def _count_manifests(store: Store, plan: Plan, totals: Totals) -> None:
    units = [unit for unit in await journal.committed(store, plan.run) if unit < plan.units]
    async for manifest in journal.manifests(store, plan.run, units):
        totals.add(manifest)


@asynccontextmanager
async def _tmdb(settings: Settings, tally: Tally) -> AsyncIterator[TmdbClient]:
    """Connect to TMDB, or to a simulator that lives as long as the connection."""
    base_url, credential = settings.base_url, settings.credential
    async with AsyncExitStack() as stack:
        if base_url is None:
            from harvester.simulator import SimulatorOptions, simulate  # noqa: PLC0415 - rare

            simulator = await stack.enter_async_context(simulate(SimulatorOptions()))
            base_url = simulator.base_url
            credential = Credential(headers={"Authorization": "Bearer simulated"})
        yield await stack.enter_async_context(
            connect(
                base_url,
                credential,
                rate=settings.max_rate if settings.rate == "auto" else settings.rate,
                auto=settings.rate == "auto",
                concurrency=settings.concurrency,
                tally=tally,
            )
        )


async def _abort(stop: Stop) -> None:
    await stop.aborted.wait()
    raise Aborted("ended before anything was planned; run the same command again")


def _cause(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the one error that tells what happened: a bug before a refusal before an abort."""
    errors: list[BaseException] = []
    waiting: list[BaseException] = [group]
    while waiting:
        error = waiting.pop()
        if isinstance(error, BaseExceptionGroup):
            waiting += error.exceptions
        else:
            errors.append(error)
    order = (Aborted, RunHeld, UpstreamDown, StoreDown, TokenRefused, HarvesterError)

    def weight(error: BaseException) -> int:
        return next((i for i, kind in enumerate(order) if isinstance(error, kind)), len(order))

    return max(errors, key=weight)


def _report(progress: Progress, reason: FinishReason, message: str | None = None) -> Report:
    if progress.plan is None:
        raise ValueError("a Report needs a plan")
    return report.build(
        progress.plan,
        progress.totals,
        lake=progress.lake,
        finish_reason=reason,
        message=message,
        this_process=_this_process(progress),
        finished_at=now(),
    )


def _this_process(progress: Progress) -> dict[str, Any]:
    seconds = asyncio.get_running_loop().time() - progress.started
    return {
        "units": progress.units,
        "titles": progress.titles,
        "requests": progress.tally.sent,
        "seconds": round(seconds, 1),
    }
