"""However the work on a run ends, a Report says so; only what is to be mended raises."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from harvester.clock import now
from harvester.errors import HarvesterError, RunHeld, StoreDown, TokenRefused, UpstreamDown
from harvester.run import report
from harvester.run.report import FinishReason, Report
from harvester.run.state import Progress
from harvester.run.stop import Stop

GAVE_UP: dict[type[HarvesterError], FinishReason] = {
    TokenRefused: "token_refused",
    UpstreamDown: "upstream_down",
    StoreDown: "store_down",
    RunHeld: "held",
}
"""What a Report calls the errors that end a run which can be resumed."""


class Aborted(HarvesterError):
    """`stop` was aborted before there was a plan."""


async def supervised(
    work: Coroutine[Any, Any, Report],
    progress: Progress,
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
        timer = loop.call_later(max_duration, stop.request, "max_duration")
    try:
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(_abort(stop))
            result = await work
            watch.cancel()
            return result
    except BaseExceptionGroup as group_of_errors:
        error = _cause(group_of_errors)
        if progress.plan is None or not isinstance(error, (Aborted, *GAVE_UP)):
            raise error from None
        for kind, reason in GAVE_UP.items():
            if isinstance(error, kind):
                return report_of(progress, reason, message=str(error))
        return report_of(progress, stop.reason or "interrupted")
    finally:
        if timer is not None:
            timer.cancel()


def report_of(progress: Progress, reason: FinishReason, message: str | None = None) -> Report:
    """Return the Report of what was asked of this process. Raises `ValueError` without a plan."""
    plan = progress.plan
    if plan is None:
        raise ValueError("a Report needs a plan")
    return report.build(
        plan,
        progress.totals,
        lake=progress.lake,
        titles=sum(plan.unit_size(unit) for unit in progress.scope),
        finish_reason=reason,
        message=message,
        this_process=this_process(progress),
        finished_at=now(),
    )


def this_process(progress: Progress) -> dict[str, Any]:
    """Return what this process did, as a Report says it."""
    seconds = asyncio.get_running_loop().time() - progress.started
    return {
        "units": progress.units,
        "titles": progress.titles,
        "requests": progress.tally.sent,
        "seconds": round(seconds, 1),
    }


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
