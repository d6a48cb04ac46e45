"""What a run says on stderr while it works and when it ends: to a person, or as JSON lines."""

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Protocol

from rich.console import Console

from harvester.cli.console.counts import rows_read
from harvester.cli.console.log_file import LogFile
from harvester.cli.console.progress_line import ProgressLine
from harvester.cli.console.tables import outcome_table
from harvester.cli.console.terminal import open_console, say_on
from harvester.cli.next_command import command_to_retry, lines_to_continue
from harvester.cli.output import say
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
def speaker(verbosity: Verbosity, log: LogFile | None = None) -> Iterator[Voice]:
    """Give a voice for one run; a warning that the harvester logs is said, all else if `verbose`.

    The same goes into the log file, if there is one. Use inside the running loop.
    """
    with ExitStack() as stack:
        voices: list[Voice] = []
        if log is not None:
            progress_line = stack.enter_context(ProgressLine(log.console))
            voices.append(_Person(log.console, progress_line, log.say))
        if verbosity.log_json:
            voices.append(_Machine(quiet=verbosity.quiet))
        else:
            console = open_console(stderr=True, quiet=verbosity.quiet)
            voices.append(_Person(console, stack.enter_context(ProgressLine(console)), say))
        both = _Several(voices)
        stack.enter_context(_log_to(both, verbosity))
        yield both


class _Several:
    """Voices that say the same in different places."""

    def __init__(self, voices: Sequence[Voice]) -> None:
        self._voices = voices

    def observe(self, event: Event, snapshot: Snapshot) -> None:
        for voice in self._voices:
            voice.observe(event, snapshot)

    def note(self, event: str, text: str) -> None:
        for voice in self._voices:
            voice.note(event, text)

    def conclude(self, report: Report) -> None:
        for voice in self._voices:
            voice.conclude(report)


class _Person:
    """Words for a terminal, or a plain log; `say` says what is said also where it is quiet."""

    def __init__(
        self, console: Console, progress_line: ProgressLine, say: Callable[..., None]
    ) -> None:
        self._console = console
        self._say = say
        self.observe: Observe = progress_line.observe

    def note(self, _event: str, text: str) -> None:
        say_on(self._console, text)

    def conclude(self, report: Report) -> None:
        """Print what the run came to, where it is, and how to continue."""
        if report.finish_reason == "nothing_due":
            read, inputs = rows_read(report.inputs), len(report.inputs)
            first = f" of the first {inputs} inputs" if inputs < report.inputs_total else ""
            self.note("", f"Nothing is due in {read}{first}: no run is made.")
            self._note_synthetic(report)
            return
        if report.finish_reason == "nothing_to_do":
            self.note("", f"Run {report.run} is finished: nothing to do.")
        self._console.print(outcome_table(report))
        self._note_synthetic(report)
        if report.message:
            self._say(f"harvester: {report.message}")
        if report.titles.failed and report.done:
            self._say(f"To try the failed titles again: {command_to_retry(report)}")
        if not report.done:
            self._say(*lines_to_continue())

    def _note_synthetic(self, report: Report) -> None:
        if report.synthetic:
            origin = report.asked.origin
            self.note("", f"This {origin} data is synthetic: it came from the simulator.")


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
