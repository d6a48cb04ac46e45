"""What a run's manifests tell beyond its Report: its pace, its latency, its files, its titles.

Grows with the titles that failed or have no match, up to a limit, and with the hours of work.
"""

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from harvester.errors import DocumentError
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.summary import Report, load_summary
from harvester.lake.keys import records_folder
from harvester.lake.title_ids import pack, tmdb_id_of
from harvester.model import Kind, Outcome, OutcomeName, Title
from harvester.run.choose import plan_of
from harvester.run.damage import warn_of
from harvester.run.retries import merge
from harvester.run.status import marked_expired, merged_report
from harvester.stores import Store
from harvester.upstream.tally import LATENCY_BOUNDS_MS

MAX_LISTED = 75_000
"""Titles listed of each outcome; the counts are of all."""

_MOST_STEPS = 500_000
"""Steps of 10 s of a run and its retries that are in memory, 58 days of unbroken work: 110 MB."""

RECORD_BINS = 20
BYTE_BINS = 24
BYTE_DECADES = (3, 7)
"""Bytes fall into bins from 1 kB to 10 MB, equally wide as logarithms."""


class Group(NamedTuple):
    """What the titles of one list have in common; `scheme` is of their ids: imdb, movie or tv."""

    outcome: OutcomeName
    reason: str
    kind: Kind
    scheme: str = "imdb"


@dataclass(slots=True)
class Sizes:
    """How full the record files of one structure are."""

    files: int = 0
    records: int = 0
    bytes: int = 0
    most_records: int = 0
    most_bytes: int = 0
    by_records: Counter[int] = field(default_factory=Counter)
    by_bytes: Counter[int] = field(default_factory=Counter)

    def add(self, file: FileReceipt) -> None:
        """Count one file."""
        self.files += 1
        self.records += file.records
        self.bytes += file.bytes
        self.most_records = max(self.most_records, file.records)
        self.most_bytes = max(self.most_bytes, file.bytes)
        self.by_records[(file.records - 1) * RECORD_BINS // 100] += 1
        low, high = BYTE_DECADES
        place = (math.log10(max(file.bytes, 1)) - low) / (high - low) * BYTE_BINS
        self.by_bytes[min(max(int(place), 0), BYTE_BINS - 1)] += 1


@dataclass(slots=True)
class RunHistory:
    """What was seen of a run and its retries.

    `steps` are requests sent and throttled by the second that a 10 s step begins; `latency` are
    counts per endpoint in the buckets of `harvester.upstream.tally`; `worked` is each unit's
    beginning and end; `listed` the numbers in their ids.
    """

    steps: dict[int, list[int]] = field(default_factory=dict)
    latency: dict[str, list[int]] = field(default_factory=dict)
    sizes: dict[str, Sizes] = field(default_factory=dict)
    kinds: Counter[tuple[Kind, OutcomeName]] = field(default_factory=Counter)
    listed: dict[Group, "array[int]"] = field(default_factory=dict)
    manifests: int = 0
    worked: list[tuple[datetime, datetime]] = field(default_factory=list)
    _listed: Counter[OutcomeName] = field(default_factory=Counter)

    def see(self, manifest: Manifest, titles: Iterable[tuple[Title, Outcome]]) -> None:
        """Add a manifest and the outcomes that stand of its titles. Raises `DocumentError`."""
        self.manifests += 1
        try:
            self.worked.append(
                (
                    datetime.fromisoformat(manifest.started_at),
                    datetime.fromisoformat(manifest.finished_at),
                )
            )
            self._pace(manifest)
            for file in manifest.files:
                self.sizes.setdefault(records_folder(file.key), Sizes()).add(file)
        except ValueError:
            raise DocumentError(
                f"the manifest of unit {manifest.unit} of run {manifest.run} is damaged: "
                f"see `harvester verify {manifest.run}`"
            ) from None
        for title, outcome in titles:
            self.kinds[title.kind, outcome.outcome] += 1
            if outcome.outcome != "harvested":
                self._list(title, outcome)

    @property
    def seconds(self) -> int:
        """How long any unit was at work; pauses that TMDB asked for are work too."""
        total = timedelta()
        until = None
        for start, end in sorted(self.worked):
            total += max(end - max(start, until or start), timedelta())
            until = max(end, until or end)
        return round(total.total_seconds())

    def _pace(self, manifest: Manifest) -> None:
        for second, sent, throttled in manifest.timeline:
            step = self.steps.setdefault(second, [0, 0])
            step[0] += sent
            step[1] += throttled
        if len(self.steps) > _MOST_STEPS:
            raise ValueError("no run is at work for that long")
        if manifest.latency.get("bounds_ms") == list(LATENCY_BOUNDS_MS):
            for endpoint, counts in manifest.latency.items():
                if endpoint != "bounds_ms":
                    known = self.latency.setdefault(endpoint, [0] * len(counts))
                    self.latency[endpoint] = [a + b for a, b in zip(known, counts, strict=True)]

    def _list(self, title: Title, outcome: Outcome) -> None:
        if self._listed[outcome.outcome] < MAX_LISTED:
            self._listed[outcome.outcome] += 1
            own = tmdb_id_of(title.id)
            scheme, number = ("imdb", pack(title.id)) if own is None else own
            group = Group(outcome.outcome, outcome.reason or "", title.kind, scheme)
            self.listed.setdefault(group, array("Q")).append(number)


@dataclass(frozen=True, slots=True)
class RunOverview:
    """A run's plan, its Report with its retries' outcomes, its history, and where it lies."""

    plan: Plan
    report: Report
    history: RunHistory
    on_s3: bool


async def read_overview(store: Store, run: str) -> RunOverview:
    """Return what the lake tells of a run and its retries; one that can't be read is named.

    Raises `LakeError` for the run itself.
    """
    plan = await plan_of(store, run)
    seen = RunHistory()
    merged = await merge(store, plan, seen.see)
    warn_of(merged.left_out)
    finished = await load_summary(store, plan) is not None
    report = merged_report(store, plan, merged, finished=finished)
    report = await marked_expired(store, plan, report)
    return RunOverview(plan, report, seen, on_s3=store.folder is None)
