"""The figures of the report's charts: what their buttons save, and what their tables show."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from harvester.lake.documents.summary import Report
from harvester.pages import Texts
from harvester.pages.chart_tables import Lines, outcome_table
from harvester.pages.report.charts import (
    SHARES,
    Latency,
    Timeline,
    byte_bounds,
    record_bounds,
    strips,
)
from harvester.pages.report.history import Sizes


def report_tables(
    t: Texts,
    report: Report,
    *,
    why: Sequence[Mapping[str, Any]],
    reasons: Sequence[Mapping[str, Any]],
    timeline: Timeline | None,
    latencies: Sequence[Latency],
    sizes: Mapping[str, Sizes],
) -> dict[str, Lines]:
    """Return each chart that the page has, by the name of its button."""
    count, reason = t("report.reasons.count"), t("report.reasons.reason")
    tables: dict[str, Lines] = {"outcomes": outcome_table(t, asdict(report.titles))}
    if why:
        tables["due"] = [[count, reason], *([row["count"], row["text"]] for row in why)]
    if reasons:
        outcome = t("report.reasons.outcome")
        tables["reasons"] = [
            [count, reason, t("report.reasons.code"), outcome],
            *(
                [row["count"], row["text"], row["reason"], t(f"outcome.{row['outcome']}")]
                for row in reasons
            ),
        ]
    if timeline:
        tables["pace"] = pace_table(t, timeline)
    if latencies:
        tables["latency"] = latency_table(t, latencies)
    if sizes:
        tables["files"] = files_table(t, sizes)
    return tables


def latency_table(t: Texts, latencies: Sequence[Latency]) -> Lines:
    """Return a line an endpoint: its answers, and its percentiles in milliseconds."""
    shares = (f"{share}%, ms" for share in SHARES)
    lines: Lines = [[t("report.latency.endpoint"), t("report.latency.answers"), *shares]]
    for row in latencies:
        times = ("> 10000" if ms is None else round(ms, 1) for ms in row.percentiles)
        lines.append([row.endpoint, row.answers, *times])
    return lines


def pace_table(t: Texts, timeline: Timeline) -> Lines:
    """Return a line a bar: when it begins, requests a second, answers with 429."""
    lines: Lines = [[t("report.pace.time"), t("report.pace.rate"), "429"]]
    lines += [[bar.time, round(bar.rate, 2), bar.throttled] for bar in timeline.bars]
    return lines


def files_table(t: Texts, sizes: Mapping[str, Sizes]) -> Lines:
    """Return a line a bin of a structure: of what it counts files, from where to where."""
    names = ("structure", "measure", "from", "to", "count")
    lines: Lines = [[t(f"report.files.{name}") for name in names]]
    for structure, some in sorted(sizes.items()):
        by_records, by_bytes = strips(some)
        for measure, cells, bounds in (
            (t("report.files.records"), by_records, record_bounds),
            (t("report.files.bytes"), by_bytes, byte_bounds),
        ):
            lines += [[structure, measure, *bounds(cell), cell.files] for cell in cells]
    return lines
