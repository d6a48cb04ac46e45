"""However the work on a run ends, a Report says so; only what is to be fixed raises."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from harvester.clock import now
from harvester.errors import (
    HarvesterError,
    QuotaUsedUp,
    RunHeld,
    StoreDown,
    TokenRefused,
    UpstreamDown,
)
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.summary import FinishReason, Report, ThisProcess
from harvester.run.report import Totals, build_report
from harvester.run.state import RunState
from harvester.run.stop import STOP_SECONDS, Stop
from harvester.words import counted

T = TypeVar("T")

GAVE_UP: dict[type[HarvesterError], FinishReason] = {
    TokenRefused: "token_refused",
    UpstreamDown: "upstream_down",
    StoreDown: "store_down",
    QuotaUsedUp: "quota",
    RunHeld: "held",
}
"""What a Report calls the errors that end a run which can be resumed."""


class Aborted(HarvesterError):
    """`stop` was aborted before there was a plan."""


async def supervised(
    work: Coroutine[Any, Any, Report],
    state: RunState,
    stop: Stop,
    *,
    max_duration: float | None = None,
) -> Report:
    """Do the work until its end or `stop`'s abort, and return its Report, or one of its error.

    `stop` is asked for after `max_duration` seconds. Before there is a plan, what the work raises
    is raised.
    """
    timer = None
    if max_duration is not None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(max_duration, _time_is_up, state, stop)
    try:
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(_abort(stop))
            result = await work
            watch.cancel()
            return result
    except BaseExceptionGroup as group_of_errors:
        error = _cause(group_of_errors)
        if state.plan is None or not isinstance(error, (Aborted, *GAVE_UP)):
            raise error from None
        for kind, reason in GAVE_UP.items():
            if isinstance(error, kind):
                return report_of(state, reason, message=str(error))
        return stopped(state, stop)
    finally:
        if timer is not None:
            timer.cancel()


def _time_is_up(state: RunState, stop: Stop) -> None:
    """Stop soon; but make a plan that takes longer than `max_duration`, or none ever would be."""
    stop.request("max_duration", within=None if state.plan is None else STOP_SECONDS)


def stopped(state: RunState, stop: Stop) -> Report:
    """Return the Report of a run that ends before all is done: why, and what is asked for again."""
    message = state.message
    if message is None and state.given_up:
        titles = counted(state.given_up, "title")
        message = f"{titles} in flight could not be finished in time and will be asked for again"
    return report_of(state, stop.reason or "interrupted", message=message)


async def unwrapped(work: Coroutine[Any, Any, T]) -> T:
    """Do some work; of what it raises in a group, raise the error that tells what happened."""
    try:
        return await work
    except BaseExceptionGroup as group:
        raise _cause(group) from None


def report_of(state: RunState, reason: FinishReason, message: str | None = None) -> Report:
    """Return the Report of what was asked of this process. Raises `ValueError` without a plan."""
    plan = state.plan
    if plan is None:
        raise ValueError("a Report needs a plan")
    return build_report(
        plan,
        state.totals,
        lake=state.lake,
        titles=sum(plan.unit_size(unit) for unit in state.scope),
        finish_reason=reason,
        message=message,
        this_process=this_process(state),
        finished_at=now(),
    )


def nothing_to_do(state: RunState, finished: Report) -> Report:
    """Return a finished run's Report, as this process has it."""
    return replace(finished, finish_reason="nothing_to_do", this_process=this_process(state))


def nothing_due(state: RunState, plan: Plan) -> Report:
    """Return the Report of a plan that is not written, as it would have no titles."""
    return build_report(
        plan,
        Totals(),
        lake=state.lake,
        finish_reason="nothing_due",
        this_process=this_process(state),
        finished_at=now(),
    )


def this_process(state: RunState) -> ThisProcess:
    """Return what this process did, as a Report says it."""
    seconds = asyncio.get_running_loop().time() - state.started
    return ThisProcess(state.units, state.titles, state.tally.sent, round(seconds, 1))


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
    order = (
        *(Aborted, RunHeld, QuotaUsedUp),
        *(UpstreamDown, StoreDown, TokenRefused, HarvesterError),
    )

    def weight(error: BaseException) -> int:
        return next((i for i, kind in enumerate(order) if isinstance(error, kind)), len(order))

    return max(errors, key=weight)
