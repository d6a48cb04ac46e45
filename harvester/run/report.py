"""Manifests → the Report: what a run came to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.summary import (
    FinishReason,
    Reason,
    Report,
    RequestCounts,
    ThisProcess,
    TitleCounts,
)
from harvester.model import Outcome

EXAMPLES = 5
MAX_REASONS = 40
"""Distinct reasons kept of each outcome; the rest are counted as `other`."""

MAX_REASON = 80
"""Characters kept of a reason; ours have at most half of that."""

MAX_INPUTS = 20
MAX_SIZE = 32_000
"""Bytes of a Report: it travels as an event, and in mails and logs."""


@dataclass(slots=True)
class Totals:
    """What the manifests seen so far add up to.

    `keys` grows with the run: 110 bytes for each of about seven files a unit.
    """

    units: set[int] = field(default_factory=set)
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, dict[str, Reason]] = field(
        default_factory=lambda: {"unmatched": {}, "failed": {}}
    )
    requests: Counter[str] = field(default_factory=Counter)
    records: int = 0
    bytes: int = 0
    keys: set[str] = field(default_factory=set)

    def add(self, manifest: Manifest, later: Mapping[str, Outcome] = MappingProxyType({})) -> None:
        """Add one unit's manifest; a unit counts once, and a title's `later` outcome stands."""
        if manifest.unit in self.units:
            return
        self.units.add(manifest.unit)
        for title_id, first in manifest.outcomes.items():
            outcome = later.get(title_id, first)
            self.outcomes[outcome.outcome] += 1
            if outcome.reason is not None and outcome.outcome != "harvested":
                self._reason(outcome.outcome, outcome.reason, title_id)
        self.add_receipts(manifest)

    def add_receipts(self, manifest: Manifest) -> None:
        """Add a manifest's requests and files alone."""
        self.requests.update(manifest.requests)
        for file in manifest.files:
            self._file(file)

    def _reason(self, outcome: str, reason: str, title_id: str) -> None:
        reasons = self.reasons[outcome]
        reason = reason[:MAX_REASON]
        if reason not in reasons and len(reasons) >= MAX_REASONS:
            reason = "other"
        row = reasons.setdefault(reason, Reason())
        row.count += 1
        if len(row.examples) < EXAMPLES:
            row.examples.append(title_id)

    def _file(self, file: FileReceipt) -> None:
        self.keys.add(file.key)
        self.records += file.records
        self.bytes += file.bytes


def build_report(
    plan: Plan,
    totals: Totals,
    *,
    lake: str,
    finish_reason: FinishReason,
    this_process: ThisProcess,
    finished_at: str,
    message: str | None = None,
    titles: int | None = None,
) -> Report:
    """Return the Report of a run from its plan and what its manifests add up to.

    `titles` is how many of the plan's were asked of this process; None means all.
    """
    titles = plan.titles if titles is None else titles
    known = totals.outcomes.total()
    counts = totals.outcomes
    report = Report(
        run=plan.run,
        lake=lake,
        synthetic=plan.synthetic,
        date=plan.date.isoformat(),
        asked=plan.asked,
        inputs=plan.inputs[:MAX_INPUTS],
        inputs_total=len(plan.inputs),
        done=known == titles,
        finish_reason=finish_reason,
        message=message,
        titles=TitleCounts(
            total=titles,
            harvested=counts["harvested"],
            unmatched=counts["unmatched"],
            failed=counts["failed"],
            pending=titles - known,
        ),
        reasons=totals.reasons,
        requests=RequestCounts(
            sent=totals.requests["sent"],
            retried=totals.requests["retried"],
            throttled=totals.requests["throttled"],
        ),
        files=len(totals.keys),
        records=totals.records,
        bytes=totals.bytes,
        this_process=this_process,
        started_at=plan.created_at,
        finished_at=finished_at,
        why=plan.why,
    )
    while report.inputs and len(report.to_json()) > MAX_SIZE:
        # Long names and rejected rows; plan.json has them all.
        report = replace(report, inputs=report.inputs[:-1])
    return report


def adds_up(report: Report, totals: Totals) -> bool:
    """Return whether a Report says what all manifests of its run add up to."""
    titles, requests = report.titles, totals.requests
    return (
        Counter(harvested=titles.harvested, unmatched=titles.unmatched, failed=titles.failed)
        == totals.outcomes
        and _counts(report.reasons) == _counts(totals.reasons)
        and report.requests
        == RequestCounts(requests["sent"], requests["retried"], requests["throttled"])
        and (report.files, report.records, report.bytes)
        == (len(totals.keys), totals.records, totals.bytes)
    )


def _counts(reasons: Mapping[str, Mapping[str, Reason]]) -> dict[str, dict[str, int]]:
    return {name: {what: row.count for what, row in of.items()} for name, of in reasons.items()}
