"""What the lake says of its runs."""

from typing import Any

from harvester import journal, report
from harvester.clock import now
from harvester.plan import Plan
from harvester.retries import Merged, merge, retries_of
from harvester.runs import plan_of, planned
from harvester.stores import Store, open_store


async def runs(lake: str) -> list[dict[str, Any]]:
    """Return the Report of every run, the newest first."""
    async with open_store(lake) as store:
        return [await _report(store, plan) for plan in await planned(store)]


async def run(lake: str, run: str) -> dict[str, Any]:
    """Return one run's Report. Raises `LakeError` when there is no such run."""
    async with open_store(lake) as store:
        return await _report(store, await plan_of(store, run))


def merged_report(store: Store, plan: Plan, merged: Merged, *, finished: bool) -> dict[str, Any]:
    """Return what a run's manifests and its retries' come to."""
    return report.build(
        plan,
        merged.totals,
        lake=store.uri,
        finish_reason="finished" if finished else "interrupted",
        this_process={"units": 0, "titles": 0, "requests": 0, "seconds": 0.0},
        finished_at=now(),
    ).content


async def _report(store: Store, plan: Plan) -> dict[str, Any]:
    """Return a finished run's summary when nothing came after it, or what all manifests say."""
    summary = await journal.load_summary(store, plan.run)
    if summary is not None and not await retries_of(store, plan.run):
        return summary
    merged = await merge(store, plan)
    return merged_report(store, plan, merged, finished=summary is not None)
