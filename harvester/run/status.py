"""What the lake says of its runs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from harvester.clock import now
from harvester.errors import LakeError
from harvester.lake.documents.plan import Plan, load_plan, run_ids
from harvester.lake.documents.summary import load_summary
from harvester.run import report
from harvester.run.choose import plan_of
from harvester.run.retries import Merged, merge, retries_of
from harvester.stores import Store, open_store

KEEP_DAYS = 180
"""TMDB's terms allow to keep its data for six months:
https://www.themoviedb.org/api-terms-of-use."""


async def all_reports(lake: str) -> list[dict[str, Any]]:
    """Return the Report of every run, the newest first, then what is damaged.

    A run whose papers can't be read is `{"run", "damaged": one sentence}`.
    """
    reports: list[tuple[str, str, dict[str, Any]]] = []
    damaged: list[dict[str, Any]] = []
    async with open_store(lake) as store:
        for name in await run_ids(store):
            try:
                plan = await load_plan(store, name)
                if plan is not None:
                    reports.append((plan.created_at, plan.run, await _report(store, plan)))
            except LakeError as error:
                damaged.append({"run": name, "damaged": str(error)})
    reports.sort(key=lambda one: one[:2], reverse=True)
    return [report for _, _, report in reports] + damaged


def too_old(reports: Iterable[dict[str, Any]], at: datetime) -> list[str]:
    """Return the runs whose records TMDB's terms do not allow to keep any longer."""
    last = at - timedelta(days=KEEP_DAYS)
    return [
        one["run"]
        for one in reports
        if one.get("records") and datetime.fromisoformat(one["started_at"]) < last
    ]


async def run_report(lake: str, run: str) -> dict[str, Any]:
    """Return one run's Report. Raises `LakeError` when there is no such run."""
    async with open_store(lake) as store:
        return await _report(store, await plan_of(store, run))


def merged_report(store: Store, plan: Plan, merged: Merged, *, finished: bool) -> dict[str, Any]:
    """Return what a run's manifests and its retries' come to."""
    return report.build(
        plan,
        merged.totals,
        lake=store.uri,
        finish_reason="finished" if finished else "unfinished",
        this_process={"units": 0, "titles": 0, "requests": 0, "seconds": 0.0},
        finished_at=now(),
    ).content


async def _report(store: Store, plan: Plan) -> dict[str, Any]:
    """Return a finished run's summary when nothing came after it, or what all manifests say."""
    summary = await load_summary(store, plan.run)
    if summary is not None and not await retries_of(store, plan.run):
        return summary
    merged = await merge(store, plan)
    return merged_report(store, plan, merged, finished=summary is not None)
