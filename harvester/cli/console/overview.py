"""What `harvester status` shows: tables on stdout, warnings and the way on on stderr."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from harvester.cli.console.progress_line import counted
from harvester.cli.console.tables import LOG_WIDTH, outcome_table, reason_lines, run_table
from harvester.cli.next_command import command_to_resume
from harvester.cli.output import ensure_written
from harvester.hints import nearest
from harvester.lake.documents.summary import Report
from harvester.run.status import KEEP_DAYS, DamagedRun, too_old


def show_runs(lake: str, found: list[Report | DamagedRun]) -> None:
    """Print all runs of a lake, then which are unfinished, damaged or too old."""
    if not found:
        typer.echo(_nothing_in(lake), err=True)
        return
    _console().print(run_table(found))
    for run in found:
        if isinstance(run, DamagedRun):
            typer.echo(f"harvester: {run.damaged}", err=True)
        elif run.finish_reason != "finished":
            _tell_how_to_go_on(run)
    _warn_of_age(found)
    ensure_written()


def show_run(report: Report) -> None:
    """Print one run: outcomes, then reason by reason."""
    _console().print(outcome_table(report, reasons=False))
    typer.echo("\n".join(reason_lines(report)))
    if report.finish_reason != "finished":
        _tell_how_to_go_on(report)
    _warn_of_age([report])
    ensure_written()


def _console() -> Console:
    return Console(soft_wrap=True, width=None if sys.stdout.isatty() else LOG_WIDTH)


def _nothing_in(lake: str) -> str:
    path = Path(lake)
    if "://" in lake or path.exists():
        return f"{lake} holds no run yet: start one with `harvester run`"
    siblings = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
    return f"there is no lake {lake}{nearest(path.name, siblings)} yet: `harvester run` makes one"


def _tell_how_to_go_on(report: Report) -> None:
    command = command_to_resume(report) or "give the command that began it again"
    pending = report.titles.pending
    typer.echo(
        f"{report.run} has {counted(pending, 'title')} to do; "
        f"unless another process is at it, go on with: {command}",
        err=True,
    )


def _warn_of_age(reports: Sequence[Report | DamagedRun]) -> None:
    if old := too_old(reports, datetime.now(UTC)):
        typer.echo(
            f"harvester: records older than {KEEP_DAYS} days, which TMDB's terms forbid to keep, "
            f"are in {', '.join(old)}: harvest those titles anew with --fresh, and delete the old",
            err=True,
        )
