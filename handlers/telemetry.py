"""The log that a call sends to CloudWatch: JSON lines on stdout, some of them with metrics."""

import sys
from collections.abc import Mapping
from typing import Any, Protocol

from handlers.events import Step
from handlers.metrics import with_metrics
from harvester.errors import HarvesterError, TokenRefused
from harvester.run.deadline import Deadline
from harvester.run.log import entry, event_entry, line
from harvester.run.state import Event, Progress
from harvester.run.stop import Stop


class Context(Protocol):
    """The part of Lambda's context that is used here."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends this process."""


class Telemetry:
    """Observes a run: enforces its deadline and logs it. Must be created inside the event loop."""

    def __init__(self, lake: str, stop: Stop, context: Context) -> None:
        self._lake = lake
        self._context = context
        self._deadline = Deadline(stop, self._seconds_left)

    def observe(self, event: Event, progress: Progress) -> None:
        """Handle an event of the run."""
        self._deadline.observe(event, progress)
        said = event_entry(event, progress)
        if event == "committed":
            said = with_metrics(
                said,
                self._lake,
                Titles=said["titles"],
                Requests=said["requests"],
                Throttled=said["throttled"],
                Failed=said["failed"],
                SecondsLeft=round(self._seconds_left()),
            )
        if event != "starting":
            _write(said)

    def ended(self, step: Step, content: Mapping[str, Any]) -> None:
        """Log the result of a call; count a finished run."""
        names = ("run", "done", "finish_reason", "message", "this_process")
        said = {name: content[name] for name in names if name in content}
        ends_runs = step in {"run", "finish"}
        finished = ends_runs and content["finish_reason"] in {"finished", "nothing_to_do"}
        _write(with_metrics(entry("ended", **said), self._lake, Finished=int(finished)))

    def raised(self, error: HarvesterError) -> None:
        """Log the error of a call; count a rejected token."""
        said = entry("raised", level="ERROR", error=type(error).__name__, message=str(error))
        refused = int(isinstance(error, TokenRefused))
        _write(with_metrics(said, self._lake, TokenRefused=refused))

    def _seconds_left(self) -> float:
        return self._context.get_remaining_time_in_millis() / 1000


def _write(said: dict[str, Any]) -> None:
    sys.stdout.write(line(said) + "\n")
    sys.stdout.flush()
