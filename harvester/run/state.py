"""The state of a run in progress, and the frozen view of it that observers get."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from harvester.lake.documents.manifest import Manifest
from harvester.lake.documents.plan import UNIT_SIZE, Plan
from harvester.model import Outcome, RequestMode
from harvester.origins.origin import Connection
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.table import ORIGINS
from harvester.run.report import Totals
from harvester.upstream.tally import Tally

Event = Literal["planned", "starting", "committed", "stopping", "finishing"]
"""`starting` precedes each unit: an observer may still ask the run to stop."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run as it was at one moment. Nothing here changes; `now` takes another one.

    `plan` is None before there is one. `before` counts the outcomes that stood when this process
    began, `settled` those that it fetched since, committed or not, `committed` all that have a
    manifest. `latest` is the manifest committed last. `rate` is the requests a second that may
    start, None before the origin is connected; `paused_for` is in seconds, as is `ends_in`, after
    which what is in flight is given up, if it is.
    """

    lake: str
    plan: Plan | None
    before: Mapping[str, int]
    settled: Mapping[str, int]
    committed: int
    latest: Manifest | None
    shortcuts: Shortcuts
    sent: int
    throttled: int
    rate: float | None
    paused_for: float
    is_probing: bool
    requests_in_flight: int
    ends_in: float | None
    now: Callable[[], "Snapshot"] = field(repr=False, compare=False)

    @property
    def done(self) -> int:
        """The titles that have an outcome, committed or not."""
        return sum(self.before.values()) + sum(self.settled.values())

    @property
    def failed(self) -> int:
        """The titles that failed."""
        return self.before.get("failed", 0) + self.settled.get("failed", 0)

    @property
    def requests_a_unit(self) -> int:
        """The most requests that one unit takes."""
        return UNIT_SIZE * requests_a_title(self.plan, self.shortcuts.requests)

    def requests_left(self, mode: RequestMode | None = None) -> int:
        """About how many requests the titles left take, in the run's mode or another."""
        if self.plan is None:
            return 0
        left = self.plan.titles - sum(self.before.values())
        origin, mode = ORIGINS[self.plan.asked.origin], mode or self.shortcuts.requests
        requests = origin.requests_of(self.plan, mode, len(self.shortcuts.known))
        return round(requests * left / self.plan.titles) if self.plan.titles else 0


@dataclass(slots=True)
class RunState:
    """What this process knows of its run. The run writes it; observers get `snapshot()`.

    `scope` is the units asked of this process: all of the plan's, or a worker's share; `in_flight`
    is the titles of the units in progress, `given_up` of those that were not finished, `ends_at`
    the loop's time when the rest is given up, `message` why it stops if that needs words, `resumed`
    whether the run was planned before.
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
    given_up: int = 0
    ends_at: float | None = None
    plan: Plan | None = None
    shortcuts: Shortcuts = field(default_factory=Shortcuts)
    scope: range = range(0)
    latest: Manifest | None = None
    connection: Connection | None = None
    message: str | None = None
    resumed: bool = False

    def settle(self, outcome: Outcome) -> None:
        """Count a title's outcome."""
        self.settled[outcome.outcome] += 1

    def commit(self, manifest: Manifest) -> None:
        """Count a unit that this process committed."""
        self.totals.add(manifest)
        self.units += 1
        self.titles += len(manifest.outcomes)
        self.latest = manifest

    def snapshot(self) -> Snapshot:
        """Return the state as it is now."""
        connection, plan = self.connection, self.plan
        left = self.in_flight - (self.settled.total() - self.titles)
        return Snapshot(
            lake=self.lake,
            plan=plan,
            before=MappingProxyType(dict(self.before)),
            settled=MappingProxyType(dict(self.settled)),
            committed=self.totals.outcomes.total(),
            latest=self.latest,
            shortcuts=self.shortcuts,
            sent=self.tally.sent,
            throttled=self.tally.throttled,
            rate=None if connection is None else connection.pace.current,
            paused_for=0.0 if connection is None else connection.pace.paused_for,
            is_probing=connection is not None and connection.is_probing,
            requests_in_flight=left * requests_a_title(plan, self.shortcuts.requests),
            ends_in=self._ends_in(),
            now=self.snapshot,
        )

    def _ends_in(self) -> float | None:
        if self.ends_at is None:
            return None
        return max(0.0, self.ends_at - asyncio.get_running_loop().time())


def requests_a_title(plan: Plan | None, mode: RequestMode) -> int:
    """Return the most requests that a title of a plan takes; 0 without one."""
    if plan is None:
        return 0
    return ORIGINS[plan.asked.origin].requests_a_title(plan.asked, mode)


Observe = Callable[[Event, Snapshot], None]
"""Gets each event of a run at once, with the run as it is then."""


def unobserved(_event: Event, _snapshot: Snapshot) -> None:
    """Observe nothing."""
