"""Reports and lists as tables for a person."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harvester.cli.console.progress_line import about_duration, reject_lines, rows_read
from harvester.lake import keys
from harvester.run.prepare import Preview

if TYPE_CHECKING:
    from harvester.zones.quality import Check

LOG_WIDTH = 500
"""Columns where no terminal is: a pipe or a log must not cut a run's id."""

_OUTCOMES = ("harvested", "unmatched", "failed", "pending")


def outcome_table(report: dict[str, Any], *, reasons: bool = True) -> Table:
    """Return a Report as a table: outcomes, with their reasons or not, requests, files."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    titles = report["titles"]
    found = report["reasons"] if reasons else {}
    table.add_row("titles", f"{titles['total']:,}", f"run {report['run']}")
    for name in _OUTCOMES:
        if titles[name] or name != "pending":
            table.add_row(f"  {name}", f"{titles[name]:,}", _reasons(found.get(name)))
    sent = report["requests"]
    retried = f"{sent['retried']:,} retried, {sent['throttled']:,} throttled (429)"
    table.add_row("requests", f"{sent['sent']:,}", retried)
    size = f"{report['records']:,} records, {size_of(report['bytes'])}"
    table.add_row("files", f"{report['files']:,}", size)
    here = report["this_process"]
    if here["requests"]:
        table.add_row(
            "time", about_duration(here["seconds"]), f"{here['requests']:,} requests just now"
        )
    table.add_row("lake", "", f"{report['lake']}/Raw/TMDB/JSON")
    return table


def size_of(count: int) -> str:
    """Return a number of bytes as a person says it: `812 kB`, `5.6 MB`."""
    return f"{count / 1e6:,.1f} MB" if count >= 1_000_000 else f"{-(-count // 1000)} kB"  # noqa: PLR2004 - SI


def run_table(runs: Iterable[dict[str, Any]]) -> Table:
    """Return all runs of a lake, one a line, with a bar of what is done."""
    table = Table(box=None, pad_edge=False)
    for name in ("run", "state"):
        table.add_column(name, no_wrap=True)
    table.add_column("done", no_wrap=True, width=12)
    for name in ("", "titles", "failed"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("planned", no_wrap=True)
    for run in runs:
        if "damaged" in run:
            table.add_row(run["run"], Text("damaged", style="red"))
            continue
        counts = run["titles"]
        done = counts["total"] - counts["pending"]
        table.add_row(
            run["run"],
            Text("finished" if run["finish_reason"] == "finished" else "unfinished"),
            ProgressBar(
                total=max(counts["total"], 1), completed=done, width=12, complete_style="cyan"
            ),
            f"{100 * done // max(counts['total'], 1)} %",
            f"{counts['total']:,}",
            f"{counts['failed']:,}",
            run["started_at"],
        )
    return table


def reason_lines(report: dict[str, Any]) -> list[str]:
    """Return each outcome's reasons with their examples, and where the full list is."""
    lines = []
    for outcome, reasons in report["reasons"].items():
        if reasons:
            lines += ["", f"{outcome}: {report['titles'][outcome]:,} titles"]
        for reason, row in sorted(reasons.items(), key=lambda item: -item[1]["count"]):
            more = ", …" if row["count"] > len(row["examples"]) else ""
            lines.append(f"  {row['count']:>7,} {reason}: {', '.join(row['examples'])}{more}")
    where = f"{report['lake'].rstrip('/')}/{keys.run_prefix(report['run'])}units/"
    return [*lines, "", f"Every title's outcome: {where}*.json"]


def preview_lines(seen: Preview) -> list[str]:
    """Return what a run would do, in a line, after one for each of the first rejected rows."""
    done = f", {seen.done:,} of them done" if seen.done else ""
    run = f"run {seen.run} ({seen.state}): {seen.titles:,} titles in {rows_read(seen.inputs)}"
    return [*reject_lines(seen.inputs), f"{run}{done}; at most {seen.requests:,} requests"]


def check_lines(checks: "Iterable[Check]") -> list[str]:
    """Return quality checks as lines, a breach marked; never cut, whatever the terminal's width."""
    rows = [("", "table", "check", "found", "wanted")]
    for check in checks:
        mark = "BREACH" if check.breach else "" if check.wanted is None else "ok"
        rows.append((mark, check.table, check.name, _number(check.found), _number(check.wanted)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column > 2 else cell.ljust(width)  # noqa: PLR2004 - the numbers
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _number(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def _reasons(reasons: dict[str, dict[str, Any]] | None) -> str:
    if not reasons:
        return ""
    return ", ".join(
        f"{row['count']:,} {reason} ({', '.join(row['examples'][:2])}, …)"
        if row["count"] > 2  # noqa: PLR2004 - two examples fit a line
        else f"{row['count']:,} {reason} ({', '.join(row['examples'])})"
        for reason, row in sorted(reasons.items(), key=lambda item: -item[1]["count"])
    )
