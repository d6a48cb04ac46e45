"""What can be seen of a run while it works; the pipeline itself prints and logs nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from harvester.lake.documents.manifest import Manifest
from harvester.lake.documents.plan import Plan
from harvester.model import Outcome
from harvester.origins.tmdb.client import TmdbClient
from harvester.origins.tmdb.shortcuts import Shortcuts
from harvester.run.report import Totals
from harvester.upstream.tally import Tally

Event = Literal["planned", "starting", "committed", "stopping", "finishing"]
"""`starting` is heard where a unit would start: its hearer may still ask to stop."""


@dataclass(slots=True)
class Progress:
    """What can be seen of a run while it works: live, and only to be read.

    `scope` is the units asked of this process: all of the plan's, or a worker's share. `before`
    counts the outcomes that stood when this process began, `settled` those that it fetches,
    committed or not; `in_flight` is the titles of the units it works on, `latest` the manifest
    committed last.
    """

    lake: str
    started: float
    tally: Tally = field(default_factory=Tally)
    totals: Totals = field(default_factory=Totals)
    before: Counter[str] = field(default_factory=Counter)
    settled: Counter[str] = field(default_factory=Counter)
    units: int = 0
    titles: int = 0
    in_flight: int = 0
    plan: Plan | None = None
    shortcuts: Shortcuts = field(default_factory=Shortcuts)
    scope: range = range(0)
    latest: Manifest | None = None
    client: TmdbClient | None = None
    lost: str | None = None

    @property
    def requests_in_flight(self) -> int:
        """The most requests that the units in flight still take."""
        if self.plan is None:
            return 0
        left = self.in_flight - (self.settled.total() - self.titles)
        return left * self.shortcuts.requests_a_title(self.plan.asked)

    def settle(self, outcome: Outcome) -> None:
        """Count a title's outcome."""
        self.settled[outcome.outcome] += 1


Observe = Callable[[Event, Progress], None]


def unobserved(_event: Event, _progress: Progress) -> None:
    """Observe nothing."""
