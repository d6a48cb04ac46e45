"""What the lake says of its runs."""

from typing import Any

from harvester import journal, report
from harvester.errors import LakeError
from harvester.plan import Plan
from harvester.prepare import now
from harvester.retries import merge, retries_of
from harvester.stores import Store, open_store


async def runs(lake: str) -> list[dict[str, Any]]:
    """Return the Report of every run, the newest first."""
    async with open_store(lake) as store:
        plans = [await journal.load_plan(store, run) for run in await journal.run_ids(store)]
        known = [plan for plan in plans if plan is not None]
        known.sort(key=lambda plan: (plan.created_at, plan.run), reverse=True)
        return [await _report(store, plan) for plan in known]


async def run(lake: str, run: str) -> dict[str, Any]:
    """Return one run's Report. Raises `LakeError` when there is no such run."""
    async with open_store(lake) as store:
        plan = await journal.load_plan(store, run)
        if plan is None:
            raise LakeError(f"{store.uri} holds no run {run}: see `harvester status`")
        return await _report(store, plan)


async def _report(store: Store, plan: Plan) -> dict[str, Any]:
    """Return a finished run's summary, or what its manifests and its retries' come to."""
    summary = await journal.load_summary(store, plan.run)
    if summary is not None and not await retries_of(store, plan.run):
        return summary
    merged = await merge(store, plan)
    return report.build(
        plan,
        merged.totals,
        lake=store.uri,
        finish_reason="interrupted" if summary is None else "finished",
        this_process={"units": 0, "titles": 0, "requests": 0, "seconds": 0.0},
        finished_at=now(),
    ).content
