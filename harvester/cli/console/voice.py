"""What a run says on stderr while it works and when it ends: to a person, or as JSON lines."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import typer
from rich.console import Console

from harvester.cli.console.progress_line import ProgressLine
from harvester.cli.console.tables import LOG_WIDTH, outcome_table
from harvester.cli.next_command import command_to_retry, same_command
from harvester.cli.verbosity import Verbosity
from harvester.lake.documents.summary import Report
from harvester.run.log import entry, event_entry, line
from harvester.run.state import Event, Observe, Snapshot


class Voice(Protocol):
    """Tells a run's events, notes beside them, and its end."""

    @property
    def observe(self) -> Observe:
        """What `harvest` calls."""

    def note(self, event: str, text: str) -> None:
        """Say something that is no event of the run; `event` is its short name."""

    def conclude(self, report: Report) -> None:
        """Say what the run came to."""


@contextmanager
def speaker(verbosity: Verbosity) -> Iterator[Voice]:
    """Give a voice for one run; a warning that the harvester logs is said, all else if `verbose`.

    Use inside the running loop.
    """
    if verbosity.log_json:
        machine = _Machine(quiet=verbosity.quiet)
        with _log_to(machine, verbosity):
            yield machine
        return
    width = None if sys.stderr.isatty() else LOG_WIDTH
    console = Console(stderr=True, quiet=verbosity.quiet, soft_wrap=True, width=width)
    with ProgressLine(console) as progress_line:
        person = _Person(console, progress_line)
        with _log_to(person, verbosity):
            yield person


class _Person:
    """Words for a terminal, or a plain log."""

    def __init__(self, console: Console, progress_line: ProgressLine) -> None:
        self._console = console
        self.observe: Observe = progress_line.observe

    def note(self, _event: str, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def conclude(self, report: Report) -> None:
        """Print what the run came to, where it is, and how to continue."""
        if report.finish_reason == "nothing_to_do":
            self.note("", f"Run {report.run} is finished: nothing to do.")
        self._console.print(outcome_table(report))
        if report.synthetic:
            self.note("", "The TMDB data of this run is synthetic: it came from a simulator.")
        if report.message:
            typer.echo(f"harvester: {report.message}", err=True)
        if report.titles.failed and report.done:
            typer.echo(f"To ask again for what failed: {command_to_retry(report)}", err=True)
        if not report.done:
            typer.echo(f"To go on, run the same command again:\n  {same_command()}", err=True)


class _Machine:
    """One JSON object a line."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def observe(self, event: Event, snapshot: Snapshot) -> None:
        if event != "starting" and not self._quiet:
            _write(event_entry(event, snapshot))

    def note(self, event: str, text: str) -> None:
        if not self._quiet:
            _write(entry(event, message=text))

    def conclude(self, report: Report) -> None:
        names = ("run", "done", "finish_reason", "message", "titles", "this_process")
        if not self._quiet or report.message:
            content = report.to_dict()
            _write(entry("ended", **{name: content[name] for name in names}))


def _write(said: dict[str, object]) -> None:
    sys.stderr.write(line(said) + "\n")
    sys.stderr.flush()


class _Handler(logging.Handler):
    """Passes log records on to a voice."""

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self._voice = voice

    def emit(self, record: logging.LogRecord) -> None:
        self._voice.note("log", record.getMessage())


@contextmanager
def _log_to(voice: Voice, verbosity: Verbosity) -> Iterator[None]:
    logger = logging.getLogger("harvester")
    handler = _Handler(voice)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if verbosity.verbose else logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
