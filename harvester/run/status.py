"""The runs of a lake, each as a Report."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from harvester.clock import now
from harvester.errors import LakeError
from harvester.lake.documents.plan import Plan, load_plan
from harvester.lake.documents.summary import Report, ThisProcess, load_summary
from harvester.run.choose import all_folders, plan_of
from harvester.run.report import build_report
from harvester.run.retries import Merged, merge, retries_of
from harvester.stores import Store, open_store

KEEP_DAYS = 180
"""TMDB's terms allow to keep its data for six months:
https://www.themoviedb.org/api-terms-of-use."""


@dataclass(frozen=True, slots=True)
class DamagedRun:
    """A run whose documents can't be read; `damaged` is one sentence."""

    run: str
    damaged: str


async def all_reports(lake: str) -> list[Report | DamagedRun]:
    """Return the Report of every run, the newest first, then what is damaged."""
    reports: list[tuple[str, str, Report]] = []
    damaged: list[Report | DamagedRun] = []
    async with open_store(lake) as store:
        for folder in await all_folders(store):
            try:
                plan = await load_plan(store, folder)
                if plan is not None:
                    reports.append((plan.created_at, plan.run, await _report(store, plan)))
            except LakeError as error:
                damaged.append(DamagedRun(folder.run, str(error)))
    reports.sort(key=lambda one: one[:2], reverse=True)
    return [report for _, _, report in reports] + damaged


def too_old(reports: Iterable[Report | DamagedRun], at: datetime) -> list[str]:
    """Return the runs whose records TMDB's terms do not allow to keep any longer."""
    last = at - timedelta(days=KEEP_DAYS)
    return [
        one.run
        for one in reports
        if isinstance(one, Report) and one.records and datetime.fromisoformat(one.started_at) < last
    ]


async def run_report(lake: str, run: str) -> Report:
    """Return one run's Report. Raises `LakeError` when there is no such run."""
    async with open_store(lake) as store:
        return await _report(store, await plan_of(store, run))


def merged_report(store: Store, plan: Plan, merged: Merged, *, finished: bool) -> Report:
    """Return what a run's manifests and its retries' come to."""
    return build_report(
        plan,
        merged.totals,
        lake=store.uri,
        finish_reason="finished" if finished else "unfinished",
        this_process=ThisProcess(),
        finished_at=now(),
    )


async def _report(store: Store, plan: Plan) -> Report:
    """Return a finished run's summary when nothing came after it, or what all manifests say."""
    summary = await load_summary(store, plan)
    if summary is not None and not await retries_of(store, plan.folder):
        return summary
    merged = await merge(store, plan)
    return merged_report(store, plan, merged, finished=summary is not None)
