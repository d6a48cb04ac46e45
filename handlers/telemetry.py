"""What a call tells CloudWatch while it works: JSON lines on stdout, some of them with metrics."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from handlers.events import Step
from handlers.metrics import with_metrics
from harvester.clock import moment
from harvester.errors import HarvesterError, TokenRefused
from harvester.run.deadline import Deadline
from harvester.run.log import entry, event_entry, line
from harvester.run.state import Event, Snapshot
from harvester.run.stop import Stop

_FINISHED = {"finished", "nothing_to_do", "nothing_due"}


class Context(Protocol):
    """What we use of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends this process."""


class Telemetry:
    """Hears a run as its `observe`: keeps it to the deadline, and logs it. Made inside the loop."""

    def __init__(self, lake: str, stop: Stop, context: Context) -> None:
        self._lake = lake
        self._context = context
        self._deadline = Deadline(stop, self._seconds_left)

    def observe(self, event: Event, snapshot: Snapshot) -> None:
        """Hear an event of the run."""
        self._deadline.observe(event, snapshot)
        said = event_entry(event, snapshot)
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
        """Log what a call returns; a finished run is counted, any other one's age is said."""
        names = ("run", "done", "finish_reason", "message", "this_process")
        said = {name: content[name] for name in names if name in content}
        ends_runs = step in {"run", "finish"}
        finished = ends_runs and content["finish_reason"] in _FINISHED
        metrics: dict[str, float] = {"Finished": int(finished)}
        if not finished and "started_at" in content:
            age = moment() - datetime.fromisoformat(content["started_at"])
            metrics["UnfinishedHours"] = round(age.total_seconds() / 3600, 2)
        _write(with_metrics(entry("ended", **said), self._lake, **metrics))

    def raised(self, error: HarvesterError) -> None:
        """Log what a call raises; a refused token is counted."""
        said = entry("raised", level="ERROR", error=type(error).__name__, message=str(error))
        refused = int(isinstance(error, TokenRefused))
        _write(with_metrics(said, self._lake, TokenRefused=refused))

    def _seconds_left(self) -> float:
        return self._context.get_remaining_time_in_millis() / 1000


def _write(said: dict[str, Any]) -> None:
    sys.stdout.write(line(said) + "\n")
    sys.stdout.flush()
