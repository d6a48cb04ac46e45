"""All runs of a lake: a table, or where a terminal is too narrow for one, a few lines for each."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from rich.progress_bar import ProgressBar
from rich.text import Text

from harvester.cli.console.terminal import Rows
from harvester.lake.documents.summary import Report
from harvester.model import DEFAULT_ORIGIN
from harvester.run.damage import DamagedRun
from harvester.words import counted

Runs = Sequence[Report | DamagedRun]


def run_tables(runs: Runs) -> Iterator[Rows]:
    """Give tables of the runs, each narrower than the one before: without a bar, without years.

    Two origins and a million titles fit 80 columns.
    """
    yield run_table(runs)
    yield run_table(runs, bar=False)
    yield run_table(runs, bar=False, year=False)


def run_table(runs: Runs, *, bar: bool = True, year: bool = True) -> Rows:
    """Return all runs of a lake, one a line, with a `bar` of what is done or only a number.

    Origins are named where there is another one than the default.
    """
    named = _are_named(runs)
    table = Rows(box=None, pad_edge=False, collapse_padding=not bar)
    for name in ("run", *(["origin"] if named else []), "state"):
        table.add_column(name, no_wrap=True)
    if bar:
        table.add_column("done", no_wrap=True, width=12)
    for name in ("" if bar else "done", "titles", "failed"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("planned (UTC)" if year else "planned UTC", no_wrap=True)
    for run in runs:
        if isinstance(run, DamagedRun):
            table.add_row(run.run, *([""] if named else []), Text("damaged", style="red"))
            continue
        total = run.titles.total
        done = total - run.titles.pending
        bars = (
            [ProgressBar(total=max(total, 1), completed=done, width=12, complete_style="cyan")]
            if bar
            else []
        )
        table.add_row(
            run.run,
            *([run.asked.origin] if named else []),
            Text(_state(run)),
            *bars,
            _done(run),
            f"{total:,}",
            f"{run.titles.failed:,}",
            _minute(run.started_at)[0 if year else len("2026-") :],
        )
    return table


def run_lines(runs: Runs, width: int) -> Iterator[str]:
    """Give each run's id, and below it what the table says, no line wider than that.

    Words stay whole: an id can be copied, also from a terminal that is narrower than it.
    """
    named = _are_named(runs)
    for run in runs:
        yield run.run
        if isinstance(run, DamagedRun):
            yield "  damaged"
            continue
        origin = f"{run.asked.origin}, " if named else ""
        titles = f"{_done(run)} of {counted(run.titles.total, 'title')}"
        said = (
            f"{origin}{_state(run)}; {titles}, {run.titles.failed:,} failed; "
            f"planned {_minute(run.started_at)} UTC"
        )
        yield from wrap(
            said,
            max(width, 1),
            initial_indent="  ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _are_named(runs: Runs) -> bool:
    origins = {one.asked.origin for one in runs if isinstance(one, Report)}
    return bool(origins - {DEFAULT_ORIGIN})


def _done(run: Report) -> str:
    total = run.titles.total
    return f"{100 * (total - run.titles.pending) // max(total, 1)} %"


def _minute(moment: str) -> str:
    """Return an ISO 8601 moment as a person writes it, to the minute."""
    return moment[:16].replace("T", " ")


def _state(run: Report) -> str:
    return f"{run.state}, synthetic" if run.synthetic else run.state
