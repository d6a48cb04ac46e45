"""The runs of a lake, each as a Report."""

from collections.abc import Callable, Container, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from harvester.clock import now
from harvester.errors import DocumentError
from harvester.lake.documents.manifest import Manifest
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.summary import Report, ThisProcess, load_summary
from harvester.model import Outcome, Title
from harvester.origins.table import ORIGINS
from harvester.run.choose import all_folders, newest_run, plan_of
from harvester.run.damage import DamagedRun, warn_of
from harvester.run.expired import is_expired
from harvester.run.known_plan import load_plan
from harvester.run.report import build_report
from harvester.run.retries import Merged, merge, retries_of
from harvester.stores import Store, open_store


async def all_reports(lake: str) -> list[Report | DamagedRun]:
    """Return the Report of every run, the newest first, then what is damaged."""
    reports: list[tuple[str, str, Report]] = []
    damaged: list[Report | DamagedRun] = []
    async with open_store(lake) as store:
        for folder in await all_folders(store):
            try:
                plan = await load_plan(store, folder)
                if plan is not None:
                    report, _ = await _report(store, plan)
                    reports.append((plan.created_at, plan.run, report))
            except DocumentError as error:
                damaged.append(DamagedRun(folder.run, str(error)))
    reports.sort(key=lambda one: one[:2], reverse=True)
    return [report for _, _, report in reports] + damaged


def too_old(reports: Iterable[Report | DamagedRun], at: datetime) -> dict[str, list[str]]:
    """Return, by origin, the runs whose records its terms do not allow to keep any longer."""
    found: dict[str, list[str]] = {}
    for one in reports:
        if isinstance(one, DamagedRun) or not one.records or one.finish_reason == "expired":
            continue
        days = ORIGINS[one.asked.origin].keep_days
        if days is not None and datetime.fromisoformat(one.started_at) < at - timedelta(days=days):
            found.setdefault(one.asked.origin, []).append(one.run)
    return found


async def run_report(lake: str, run: str) -> Report:
    """Return one run's Report; a retry of it that can't be read is named.

    Raises `LakeError` when there is no such run, or it can't be read itself.
    """
    async with open_store(lake) as store:
        report, left_out = await _report(store, await plan_of(store, run))
        warn_of(left_out)
        return report


async def each_title(
    lake: str, run: str | None, wanted: Container[str], see: Callable[[Title, Outcome], None]
) -> Plan:
    """Call `see` with each title of a run, or of the newest, of a wanted outcome, in plan order.

    Returns the run's plan. Of several outcomes, the run's and its retries', the last stands. Raises
    `UserError` when there is no such run, or it can't be read.
    """

    def seen(_: Manifest, settled: Iterable[tuple[Title, Outcome]]) -> None:
        for title, outcome in settled:
            if outcome.outcome in wanted:
                see(title, outcome)

    async with open_store(lake) as store:
        plan = await plan_of(store, run or await newest_run(store))
        merged = await merge(store, plan, seen)
        warn_of(merged.left_out)
        return plan


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


async def marked_expired(store: Store, plan: Plan, report: Report) -> Report:
    """Return a run's Report, with that as its `finish_reason` where its records are expired."""
    if not await is_expired(store, plan.folder):
        return report
    return replace(report, finish_reason="expired")


async def _report(store: Store, plan: Plan) -> tuple[Report, list[DamagedRun]]:
    """Return a finished run's summary when nothing came after it, or what all manifests say.

    The retries that can't be read are left out of that.
    """
    summary = await load_summary(store, plan)
    if summary is not None and not await retries_of(store, plan.folder):
        return await marked_expired(store, plan, summary), []
    merged = await merge(store, plan)
    report = merged_report(store, plan, merged, finished=summary is not None)
    return await marked_expired(store, plan, report), merged.left_out
