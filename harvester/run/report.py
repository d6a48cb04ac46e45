"""The Report: what a run came to. One versioned object, at most 32 KB.

It is `summary.json` in the lake, what `--json` prints and what the Lambda returns:

    version          1
    run, lake, synthetic, date, asked              as planned; `lake` is the root's URI
    inputs, inputs_total                           the first inputs, up to 20, and how many they are
    done             true when every title has its outcome (of a worker: every title of its units)
    finish_reason    finished | nothing_to_do | deadline | max_duration | interrupted |
                     token_refused | upstream_down | store_down | held; `unfinished` is what
                     `status` says of a run without a summary: begun, or at work elsewhere
    message          one sentence, when something went wrong; else null
    titles           {"total", "harvested", "unmatched", "failed", "pending"}
    reasons          {"unmatched" | "failed": {reason: {"count", "examples": up to 5 ids}}}
    requests         {"sent", "retried", "throttled"}: what all manifests counted
    files, records, bytes                          record files that manifests name
    this_process     {"units", "titles", "requests", "seconds"}: this command alone
    started_at, finished_at                        of the run; `finished_at` of what is known
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import orjson

from harvester.lake.documents.loading import VERSION
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan
from harvester.model import Outcome

FinishReason = Literal[
    "finished",
    "nothing_to_do",
    "deadline",
    "max_duration",
    "interrupted",
    "token_refused",
    "upstream_down",
    "store_down",
    "held",
    "unfinished",
]

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
    reasons: dict[str, dict[str, dict[str, Any]]] = field(
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
        for imdb_id, first in manifest.outcomes.items():
            outcome = later.get(imdb_id, first)
            self.outcomes[outcome.outcome] += 1
            if outcome.reason is not None and outcome.outcome != "harvested":
                self._reason(outcome.outcome, outcome.reason, imdb_id)
        self.add_receipts(manifest)

    def add_receipts(self, manifest: Manifest) -> None:
        """Add a manifest's requests and files alone."""
        self.requests.update(manifest.requests)
        for file in manifest.files:
            self._file(file)

    def _reason(self, outcome: str, reason: str, imdb_id: str) -> None:
        reasons = self.reasons[outcome]
        reason = reason[:MAX_REASON]
        if reason not in reasons and len(reasons) >= MAX_REASONS:
            reason = "other"
        row = reasons.setdefault(reason, {"count": 0, "examples": []})
        row["count"] += 1
        if len(row["examples"]) < EXAMPLES:
            row["examples"].append(imdb_id)

    def _file(self, file: FileReceipt) -> None:
        self.keys.add(file.key)
        self.records += file.records
        self.bytes += file.bytes


@dataclass(frozen=True, slots=True)
class Report:
    """What the module's docstring describes."""

    content: dict[str, Any]

    @property
    def finish_reason(self) -> FinishReason:
        """Why the work ended."""
        reason: FinishReason = self.content["finish_reason"]
        return reason

    @property
    def failed(self) -> int:
        """How many titles failed."""
        failed: int = self.content["titles"]["failed"]
        return failed

    def to_json(self) -> bytes:
        """Return the Report as JSON, indented, with a newline at the end."""
        return orjson.dumps(self.content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def build(
    plan: Plan,
    totals: Totals,
    *,
    lake: str,
    finish_reason: FinishReason,
    this_process: dict[str, Any],
    finished_at: str,
    message: str | None = None,
    titles: int | None = None,
) -> Report:
    """Return the Report of a run from its plan and what its manifests add up to.

    `titles` is how many of the plan's were asked of this process; None means all.
    """
    titles = plan.titles if titles is None else titles
    known = sum(totals.outcomes.values())
    inputs = orjson.loads(orjson.dumps(plan.inputs[:MAX_INPUTS]))
    report = Report(
        {
            "version": VERSION,
            "run": plan.run,
            "lake": lake,
            "synthetic": plan.synthetic,
            "date": plan.date.isoformat(),
            "asked": orjson.loads(orjson.dumps(plan.asked)),
            "inputs": inputs,
            "inputs_total": len(plan.inputs),
            "done": known == titles,
            "finish_reason": finish_reason,
            "message": message,
            "titles": {
                "total": titles,
                **{name: totals.outcomes[name] for name in ("harvested", "unmatched", "failed")},
                "pending": titles - known,
            },
            "reasons": totals.reasons,
            "requests": {name: totals.requests[name] for name in ("sent", "retried", "throttled")},
            "files": len(totals.keys),
            "records": totals.records,
            "bytes": totals.bytes,
            "this_process": this_process,
            "started_at": plan.created_at,
            "finished_at": finished_at,
        }
    )
    while inputs and len(report.to_json()) > MAX_SIZE:
        inputs.pop()  # long names and rejected rows; plan.json has them all
    return report
