"""`harvester report`: what a run came to, as a page for people."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from harvester.clock import now
from harvester.lake.documents.summary import Report
from harvester.origins.table import ORIGINS
from harvester.pages import Language, Texts, load_texts, render
from harvester.pages.numbers import duration, number, size
from harvester.pages.report import charts
from harvester.pages.report.charts import Mark
from harvester.pages.report.history import Group, RunHistory, RunOverview
from harvester.pages.report.tables import report_tables
from harvester.run.connection import foreign_host

LINKS = {
    "imdb": {
        "IMDb": "https://www.imdb.com/title/{id}/",
        "TMDB": "https://www.themoviedb.org/redirect?external_source=imdb_id&external_id={id}",
    },
    "movie": {"TMDB": "https://www.themoviedb.org/movie/{id}"},
    "tv": {"TMDB": "https://www.themoviedb.org/tv/{id}"},
}
"""By the scheme of a title's id. TMDB's own redirect finds a title by its IMDb id, where TMDB knows
it by now."""

GB_SECOND = 0.0000133334
PUT = 0.005 / 1000
GB_MONTH = 0.023
LAMBDA_GB = 0.25
"""US dollars, list prices of us-east-1 as docs/aws.md has them: Lambda on arm64, S3 Standard."""

_LATENCY_MARKS = ((10, "10 ms"), (100, "100 ms"), (1000, "1 s"), (10_000, "10 s"))
_STATUS = re.compile(r"http_(\d+)", re.ASCII)


def report_page(
    overview: RunOverview, language: Language, *, resume: str | None, retry: str, verify: str
) -> str:
    """Return the page of a run. The commands are what a user can paste; `resume` may be unknown."""
    report, seen = overview.report, overview.history
    api = ORIGINS[report.asked.origin]
    t = load_texts(language, api.name)
    chart = charts.timeline(seen.steps, api.default_rate)
    structures = [
        {"name": name, "sizes": sizes, "by_records": strips[0], "by_bytes": strips[1]}
        for name, sizes in sorted(seen.sizes.items())
        for strips in (charts.strips(sizes),)
    ]
    every = list(seen.sizes.values())
    why, reasons, latencies = _why(t, report), _reasons(t, report), charts.latencies(seen.latency)
    tables = report_tables(
        t,
        report,
        why=why,
        reasons=reasons,
        timeline=chart,
        latencies=latencies,
        sizes=seen.sizes,
    )
    return render(
        "report.html",
        language,
        origins=(api.name,),
        tables=tables,
        files=f"{report.run}-{{name}}.csv",
        report=report,
        languages=api.languages,
        limit=f"{api.default_rate:g}",
        kinds=_kinds(seen),
        next=_next(t, report, resume=resume, retry=retry, verify=verify),
        keep_until=_keep_until(overview.plan.date, api.keep_days),
        why=why,
        reasons=reasons,
        table=_table(t, report.run, seen.listed, _links(api.name)),
        listed=sum(len(numbers) for numbers in seen.listed.values()),
        troubled=report.titles.failed + report.titles.unmatched,
        manifests=f"{report.lake.rstrip('/')}/{overview.plan.folder.units}*.json",
        timeline=chart,
        throttled=sum(step[1] for step in seen.steps.values()),
        latencies=latencies,
        latency_marks=[Mark(charts.latency_place(ms), label) for ms, label in _LATENCY_MARKS],
        structures=structures,
        fullest=max(every, key=lambda sizes: sizes.most_records, default=None),
        biggest=max(every, key=lambda sizes: sizes.most_bytes, default=None),
        seconds=seen.seconds,
        last=max((end for _, end in seen.worked), default=None),
        costs=_costs(t, report, seen),
        on_s3=overview.on_s3,
        made_at=now(),
    )


def reason_text(t: Texts, reason: str) -> str:
    """Return a reason in words; one that we don't know stays as it is."""
    known = t.known("reason", reason)
    if known is not None:
        return known
    endpoint, separator, what = reason.partition(": ")
    status = _STATUS.fullmatch(what)
    text = t("what.http", status=status[1]) if status else t.known("what", what)
    if not separator or text is None:
        return reason
    return t("report.reasons.of", what=text, endpoint=endpoint)


def _next(
    t: Texts, report: Report, *, resume: str | None, retry: str, verify: str
) -> list[dict[str, str | None]]:
    """Return what a user can do now, the most pressing first."""
    if report.finish_reason == "expired":
        return [{"text": t("report.next.expired"), "command": verify}]
    titles = report.titles
    steps: list[dict[str, str | None]] = []
    if titles.pending:
        name = "report.next.resume" if resume else "report.next.resume_other"
        pending = number(titles.pending, t.language)
        steps.append({"text": t(name, pending=pending), "command": resume})
    elif titles.failed:
        failed = number(titles.failed, t.language)
        steps.append({"text": t("report.next.retry", failed=failed), "command": retry})
    host = foreign_host(report.asked)
    if steps and host is not None:
        steps.append({"text": t("report.next.host", host=host), "command": None})
    if not titles.pending:
        steps.append({"text": t("report.next.check"), "command": verify})
    return steps


def _kinds(seen: RunHistory) -> list[dict[str, Any]]:
    """Return how many titles of each kind were settled, and harvested."""
    names = sorted({kind for kind, _ in seen.kinds})
    return [
        {
            "name": name,
            "harvested": seen.kinds[name, "harvested"],
            "total": sum(count for (kind, _), count in seen.kinds.items() if kind == name),
        }
        for name in names
    ]


def _why(t: Texts, report: Report) -> list[dict[str, Any]]:
    """Return why titles were due, and how many for each reason."""
    most = max(report.why.values(), default=1)
    return [
        {
            "text": t.known("report.asked.why", reason) or reason,
            "count": count,
            "share": 100 * count / most,
        }
        for reason, count in report.why.items()
    ]


def _reasons(t: Texts, report: Report) -> list[dict[str, Any]]:
    """Return the reasons of both outcomes, failures first, the most frequent first."""
    rows: list[dict[str, Any]] = [
        {
            "outcome": outcome,
            "reason": reason,
            "text": reason_text(t, reason),
            "count": row.count,
        }
        for outcome in ("failed", "unmatched")
        for reason, row in sorted(report.reasons[outcome].items(), key=lambda item: -item[1].count)
    ]
    most = max((row["count"] for row in rows), default=1)
    return [{**row, "share": 100 * row["count"] / most} for row in rows]


def _table(
    t: Texts, run: str, listed: dict[Group, Any], links: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """Return what the page's script fills the list of titles from: ids as numbers, by group."""
    groups = [
        {
            "outcome": group.outcome,
            "outcome_text": t(f"outcome.{group.outcome}"),
            "reason": group.reason,
            "text": reason_text(t, group.reason),
            "kind": group.kind,
            "kind_text": t(f"kind.{group.kind}"),
            "scheme": group.scheme,
            "numbers": numbers.tolist(),
        }
        for group, numbers in sorted(listed.items(), key=lambda item: item[0])
    ]
    titles = sum(map(len, listed.values()))
    return {
        "groups": groups,
        "links": links,
        "texts": {
            "found": t("report.titles.found", found="{found}", all=number(titles, t.language)),
            "place": t("report.titles.place"),
            "file": f"{run}-missing.csv",
        },
    }


def _costs(t: Texts, report: Report, seen: RunHistory) -> Iterable[dict[str, Any]]:
    """Return what the run costs on AWS: its Lambda, its writes, a month of storage."""
    puts = report.files + seen.manifests + 3  # the plan, its titles, the summary
    language = t.language
    return [
        {
            "name": "lambda",
            "how": t("report.cost.hows.lambda", seconds=duration(seen.seconds)),
            "dollars": seen.seconds * LAMBDA_GB * GB_SECOND,
        },
        {
            "name": "puts",
            "how": t("report.cost.hows.puts", puts=number(puts, language)),
            "dollars": puts * PUT,
        },
        {
            "name": "storage",
            "how": t("report.cost.hows.storage", bytes=size(report.bytes, language)),
            "dollars": report.bytes / 1e9 * GB_MONTH,
        },
    ]


def _links(origin: str) -> dict[str, dict[str, str]]:
    """Return where titles are looked up: of those by IMDb's id, at IMDb and at the origin."""
    by_imdb_id = {name: url for name, url in LINKS["imdb"].items() if name in {"IMDb", origin}}
    return {**LINKS, "imdb": by_imdb_id}


def _keep_until(planned: date, keep_days: int | None) -> str | None:
    return None if keep_days is None else (planned + timedelta(days=keep_days)).isoformat()
