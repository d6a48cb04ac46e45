"""The summary of a run: the Report that ends it. One versioned object, at most 32 KB.

It is `summary.json` in the lake, what `--json` prints and what the Lambda returns:

    version          1
    run, lake, synthetic, date, asked              as planned; `lake` is the root's URI
    inputs, inputs_total                           the first inputs, up to 20, and how many they are
    done             true when every title has its outcome (of a worker: every title of its units)
    finish_reason    finished | nothing_to_do | nothing_due | deadline | max_duration |
                     interrupted | quota | token_refused | upstream_down | store_down | held |
                     taken_over: another execution owns the run now, and this worker stopped;
                     `unfinished` is what `status` gives for a run without a summary: stopped, or in
                     progress elsewhere; `expired` for one whose records were deleted for their
                     age; with `nothing_due` there is no run, and `run` is null
    message          one sentence, when something went wrong; else null
    titles           {"total", "harvested", "unmatched", "failed", "pending"}
    reasons          {"unmatched" | "failed": {reason: {"count", "examples": up to 5 ids}}}
    requests         {"sent", "retried", "throttled"}: what all manifests counted
    files, records, bytes                          record files that manifests name, expired too
    this_process     {"units", "titles", "requests", "seconds"}: this command alone
    started_at, finished_at                        of the run; `finished_at` of what is known
    why              {reason: titles} of a run of what is due; else {}
"""

import builtins
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args

import orjson
from msgspec import Meta

from harvester.lake.documents.loading import damaged, get_document, is_moment, plain, read_document
from harvester.lake.documents.plan import Plan
from harvester.lake.keys import RunFolder
from harvester.model import Asked, Count, InputFacts, Moment, OutcomeName, TitleId
from harvester.stores import Store

FinishReason = Literal[
    "finished",
    "nothing_to_do",
    "nothing_due",
    "deadline",
    "max_duration",
    "interrupted",
    "quota",
    "token_refused",
    "upstream_down",
    "store_down",
    "held",
    "taken_over",
    "unfinished",
    "expired",
]

OUTCOMES = (*get_args(OutcomeName), "pending")
"""What titles are counted by, in the order of telling."""

VERSION = 1
MOST = 1_000_000
"""Bytes of a summary that is read: thirty times what one has."""

_WAY_OUT = "delete it and run the same command: it is written again"


@dataclass(frozen=True, slots=True)
class TitleCounts:
    """How many titles there are, and how many have which outcome."""

    total: Count
    harvested: Count
    unmatched: Count
    failed: Count
    pending: Count


@dataclass(slots=True)
class Reason:
    """How many titles have one reason, and the first of them by id."""

    count: Count = 0
    examples: list[TitleId] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """Requests that started, those that were not a first attempt, and those that got a 429."""

    sent: Count
    retried: Count
    throttled: Count


@dataclass(frozen=True, slots=True)
class ThisProcess:
    """What this command alone did."""

    units: Count = 0
    titles: Count = 0
    requests: Count = 0
    seconds: Annotated[float, Meta(ge=0, le=1e12)] = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """What the module's docstring describes."""

    run: str
    lake: str
    synthetic: bool
    date: str
    asked: Asked
    inputs: tuple[InputFacts, ...]
    inputs_total: Count
    done: bool
    finish_reason: FinishReason
    message: str | None
    titles: TitleCounts
    reasons: dict[str, dict[str, Reason]]
    requests: RequestCounts
    files: Count
    records: Count
    bytes: Count
    this_process: ThisProcess
    started_at: Moment
    finished_at: Moment
    why: dict[str, Count] = field(default_factory=dict)

    @property
    def state(self) -> Literal["finished", "expired", "unfinished"]:
        """What the run is by now, however its last command ended."""
        if self.finish_reason in ("finished", "expired"):
            return self.finish_reason
        return "unfinished"

    def to_dict(self) -> dict[str, Any]:
        """Return the Report as what JSON can hold."""
        content = {"version": VERSION, **plain(self)}
        if self.finish_reason == "nothing_due":  # it was never planned
            content["run"] = None
        return content

    def to_json(self) -> builtins.bytes:
        """Return the Report as JSON, indented, with a newline at the end."""
        return orjson.dumps(self.to_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


async def load_summary(store: Store, plan: Plan) -> Report | None:
    """Return a finished run's Report, or None.

    Raises `DocumentError` when it can't be read, or is not of this plan.
    """
    report = await load_summary_of(store, plan.folder)
    if report is not None and not _fits(report, plan):
        raise damaged(plan.folder.summary, _WAY_OUT)
    return report


async def load_summary_of(store: Store, folder: RunFolder) -> Report | None:
    """Return the Report in a run's folder, whatever its plan is. Raises as `load_summary` does."""
    data = await get_document(store, folder.summary, MOST, way_out=_WAY_OUT)
    if data is None:
        return None
    report = read_document(Report, folder.summary, data, way_out=_WAY_OUT)
    if not (is_moment(report.started_at) and is_moment(report.finished_at)):
        raise damaged(folder.summary, _WAY_OUT)
    return report


def _fits(report: Report, plan: Plan) -> bool:
    """Return whether a summary is one of this plan: what they share is equal, and counts add up."""
    counts, reasons = report.titles, report.reasons
    settled = {"unmatched": counts.unmatched, "failed": counts.failed}
    return (
        (report.run, report.date, report.synthetic)
        == (plan.run, plan.date.isoformat(), plan.synthetic)
        and (report.asked, report.started_at) == (plan.asked, plan.created_at)
        and report.inputs == plan.inputs[: len(report.inputs)]
        and report.inputs_total == len(plan.inputs)
        and report.why == plan.why
        and report.done is (counts.pending == 0)
        and counts.total == plan.titles
        and counts.harvested + sum(settled.values()) + counts.pending == counts.total
        and reasons.keys() == settled.keys()
        and all(
            sum(one.count for one in rows.values()) == settled[outcome]
            for outcome, rows in reasons.items()
        )
    )
