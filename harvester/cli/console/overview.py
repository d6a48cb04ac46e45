"""What `harvester status` shows: tables on stdout, warnings and the way on on stderr."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from harvester.cli.console.runs import run_lines, run_tables
from harvester.cli.console.tables import NO_NAMES, outcome_table, reason_lines
from harvester.cli.console.terminal import open_console, print_fitting
from harvester.cli.next_command import command_to_resume
from harvester.cli.output import ensure_written, say, show
from harvester.errors import LakeError
from harvester.hints import nearest
from harvester.lake.documents.summary import Report
from harvester.origins.table import ORIGINS
from harvester.run.damage import DamagedRun
from harvester.run.status import too_old
from harvester.words import counted


def show_runs(lake: str, found: list[Report | DamagedRun]) -> None:
    """Print all runs of a lake, then which are unfinished, damaged or too old."""
    if not found:
        say(_nothing_in(lake))
        return
    print_fitting(run_tables(found), partial(run_lines, found))
    for run in found:
        if isinstance(run, DamagedRun):
            say(f"harvester: {run.damaged}")
        elif run.state == "unfinished":
            _tell_how_to_go_on(run)
    _warn_of_age(found)
    ensure_written()


def show_run(report: Report, names: Mapping[str, str] = NO_NAMES) -> None:
    """Print one run: outcomes, then reason by reason; `names` are those of its examples."""
    open_console(stderr=False).print(outcome_table(report, ended=False))
    show(*reason_lines(report, names))
    if report.finish_reason == "expired":
        say(f"the records of {report.run} were deleted because of their age; its outcomes are kept")
    elif report.finish_reason != "finished":
        _tell_how_to_go_on(report)
    _warn_of_age([report])
    ensure_written()


def _nothing_in(lake: str) -> str:
    """Say that a lake has no runs. Raises `LakeError` where there is no lake."""
    if "://" in lake or os.path.exists(lake):  # noqa: PTH110 - `Path` raises for a long name
        return f"{lake} holds no run yet: start one with `harvester run`"
    path = Path(lake)
    try:
        siblings = os.listdir(path.parent)  # noqa: PTH208 - as above
    except OSError:
        siblings = []
    raise LakeError(
        f"there is no lake {lake}{nearest(path.name, siblings)}: `harvester run` makes one"
    )


def _tell_how_to_go_on(report: Report) -> None:
    command = command_to_resume(report) or "the command that began it"
    pending = report.titles.pending
    say(
        f"{report.run} has {counted(pending, 'title')} to do; "
        f"unless another process is working on it, continue with: {command}"
    )


def _warn_of_age(reports: Sequence[Report | DamagedRun]) -> None:
    for origin, old in too_old(reports, datetime.now(UTC)).items():
        days = ORIGINS[origin].keep_days
        say(
            f"harvester: records older than {days} days, which {origin}'s terms forbid to keep, "
            f"are in {', '.join(old)}: harvest those titles again with --fresh, then delete the "
            "old by `harvester expire`"
        )
