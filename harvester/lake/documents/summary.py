"""The summary of a run: the Report that ends it. One versioned object, at most 32 KB.

It is `summary.json` in the lake, what `--json` prints and what the Lambda returns:

    version          1
    run, lake, synthetic, date, asked              as planned; `lake` is the root's URI
    inputs, inputs_total                           the first inputs, up to 20, and how many they are
    done             true when every title has its outcome (of a worker: every title of its units)
    finish_reason    finished | nothing_to_do | deadline | max_duration | interrupted | quota |
                     token_refused | upstream_down | store_down | held; `unfinished` is what
                     `status` gives for a run without a summary: stopped, or in progress elsewhere
    message          one sentence, when something went wrong; else null
    titles           {"total", "harvested", "unmatched", "failed", "pending"}
    reasons          {"unmatched" | "failed": {reason: {"count", "examples": up to 5 ids}}}
    requests         {"sent", "retried", "throttled"}: what all manifests counted
    files, records, bytes                          record files that manifests name
    this_process     {"units", "titles", "requests", "seconds"}: this command alone
    started_at, finished_at                        of the run; `finished_at` of what is known
"""

import builtins
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from harvester.lake.documents.loading import plain, read_document
from harvester.lake.documents.plan import Plan
from harvester.model import Asked, InputFacts
from harvester.stores import Store

FinishReason = Literal[
    "finished",
    "nothing_to_do",
    "deadline",
    "max_duration",
    "interrupted",
    "quota",
    "token_refused",
    "upstream_down",
    "store_down",
    "held",
    "unfinished",
]

VERSION = 1


@dataclass(frozen=True, slots=True)
class TitleCounts:
    """How many titles there are, and how many have which outcome."""

    total: int
    harvested: int
    unmatched: int
    failed: int
    pending: int


@dataclass(slots=True)
class Reason:
    """How many titles have one reason, and the first of them by id."""

    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """Requests that started, those that were not a first attempt, and those that got a 429."""

    sent: int
    retried: int
    throttled: int


@dataclass(frozen=True, slots=True)
class ThisProcess:
    """What this command alone did."""

    units: int = 0
    titles: int = 0
    requests: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """What the module's docstring describes."""

    run: str
    lake: str
    synthetic: bool
    date: str
    asked: Asked
    inputs: tuple[InputFacts, ...]
    inputs_total: int
    done: bool
    finish_reason: FinishReason
    message: str | None
    titles: TitleCounts
    reasons: dict[str, dict[str, Reason]]
    requests: RequestCounts
    files: int
    records: int
    bytes: int
    this_process: ThisProcess
    started_at: str
    finished_at: str

    def to_dict(self) -> dict[str, Any]:
        """Return the Report as what JSON can hold."""
        return {"version": VERSION, **plain(self)}

    def to_json(self) -> builtins.bytes:
        """Return the Report as JSON, indented, with a newline at the end."""
        return orjson.dumps(self.to_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


async def load_summary(store: Store, plan: Plan) -> Report | None:
    """Return a finished run's Report, or None. Raises `LakeError` when it can't be read."""
    key = plan.folder.summary
    data = await store.get(key)
    if data is None:
        return None
    way_out = "delete it and run the same command: it is written anew"
    return read_document(Report, key, data, way_out=way_out)
