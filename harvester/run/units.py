"""The units of a plan, a few at a time, until all have a manifest or the run is to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial

from harvester.errors import QuotaUsedUp
from harvester.lake.documents.manifest import committed, manifests
from harvester.lake.documents.plan import Plan, Titles
from harvester.origins.origin import Connection, Preparing, Rationed
from harvester.run.in_flight import Flight, InFlight
from harvester.run.receipts import receipts
from harvester.run.state import Observe, RunState, requests_a_title
from harvester.run.stop import Stop
from harvester.run.unit import harvest_unit
from harvester.stores import Store
from harvester.upstream.room import Room
from harvester.upstream.tally import Tally


async def count_manifests(store: Store, plan: Plan, units: range, state: RunState) -> None:
    """Count what is committed of these units: from here on a Report can be made.

    Raises `DocumentError` for a manifest that names what its unit can't have: the sweep would take
    the records that it should name.
    """
    standing = [unit for unit in await committed(store, plan.folder) if unit in units]
    async for manifest in manifests(store, plan, standing):
        receipts(plan, manifest)
        state.totals.add(manifest)
    state.before = state.totals.outcomes.copy()
    state.scope = units
    state.plan = plan


async def _at_once() -> None:
    """Do nothing before a unit."""


async def harvest_units(
    store: Store,
    plan: Plan,
    titles: Titles,
    units: range,
    state: RunState,
    *,
    stop: Stop,
    observe: Observe,
    before_each: Callable[[], Awaitable[object]] = _at_once,
) -> None:
    """Do those of the units that have no manifest, a few at a time, until `stop`.

    `before_each` is awaited before each unit, and may ask to stop. Raises what it and
    `harvest_unit` raise; `QuotaUsedUp` once the other units in progress have ended, as they may
    have all that they need, and with what it wastes.
    """
    connection = state.connection
    if connection is None:
        raise ValueError("units need a connection")
    await count_manifests(store, plan, units, state)
    observe("planned", state.snapshot())
    todo = [unit for unit in units if unit not in state.totals.units]
    if todo and isinstance(connection, Preparing):
        await _until(stop, connection.before_units(store, plan))
    fetch = connection.fetcher(plan, state.shortcuts)
    a_title = requests_a_title(plan, state.shortcuts.requests)
    room = Room()
    in_flight = InFlight(state)
    unfinished: list[tuple[BaseException, Tally]] = []

    async def one(flight: Flight) -> None:
        try:
            manifest = await harvest_unit(
                store,
                plan,
                flight.unit,
                titles.unit(flight.unit),
                fetch,
                tally=flight.tally,
                room=room,
                settle=partial(in_flight.settle, flight),
            )
        except* QuotaUsedUp as errors:
            unfinished.append((errors, flight.tally))
            stop.request("quota")
        else:
            in_flight.finished(flight.unit)
            state.commit(manifest)
            observe("committed", state.snapshot())

    def stopping() -> None:
        in_flight.end_by(stop.aborts_at, connection.pace.current, a_title)
        observe("stopping", state.snapshot())

    with room, stop.heard_by(stopping):
        async with in_flight:
            for unit in todo:
                await in_flight.slot()
                await room.start()
                observe("starting", state.snapshot())
                await before_each()
                if not stop.requested.is_set():
                    await _stop_without_quota(connection, store, plan, unit, state, stop)
                if stop.requested.is_set():
                    break
                in_flight.start(unit, plan.unit_size(unit), one)
    _raise_used_up(unfinished)


def _raise_used_up(unfinished: list[tuple[BaseException, Tally]]) -> None:
    """Raise one error out of those of the units that a used-up quota left unfinished, if any."""
    if not unfinished:
        return
    cause, _ = unfinished[0]
    while isinstance(cause, BaseExceptionGroup):
        cause = cause.exceptions[0]
    wasted, units = sum(tally.sent for _, tally in unfinished), len(unfinished)
    if not wasted:
        raise QuotaUsedUp(str(cause))
    raise QuotaUsedUp(
        f"{cause}; {wasted:,} request{'s' if wasted > 1 else ''} of {units} "
        f"unit{'s' if units > 1 else ''} that could not be finished will be sent again"
    )


async def _until(stop: Stop, work: Coroutine[object, object, None]) -> None:
    """Do some work to its end, or until `stop` is requested: what it kept by then stands."""
    tasks = [asyncio.ensure_future(work), asyncio.ensure_future(stop.requested.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0].done():
            await tasks[0]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _stop_without_quota(
    connection: Connection, store: Store, plan: Plan, unit: int, state: RunState, stop: Stop
) -> None:
    """Stop where a unit may not start today."""
    if not isinstance(connection, Rationed) or await connection.may_start(store, plan, unit):
        return
    state.message = (
        f"the requests that {plan.asked.origin} answers a UTC day are used up: "
        "the same command goes on tomorrow"
    )
    stop.request("quota")
