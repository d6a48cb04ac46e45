"""Reports and lists as tables for a person."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.table import Table

from harvester.prepare import Preview
from harvester.progress import duration

if TYPE_CHECKING:
    from harvester.zones.quality import Check

_OUTCOMES = ("harvested", "unmatched", "failed", "pending")


def outcome_table(report: dict[str, Any]) -> Table:
    """Return a Report as a table: outcomes with their reasons, requests, files, where they lie."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    titles = report["titles"]
    table.add_row("titles", f"{titles['total']:,}", f"run {report['run']}")
    for name in _OUTCOMES:
        if titles[name] or name != "pending":
            table.add_row(f"  {name}", f"{titles[name]:,}", _reasons(report["reasons"].get(name)))
    sent = report["requests"]
    retried = f"{sent['retried']:,} retried, {sent['throttled']:,} throttled (429)"
    table.add_row("requests", f"{sent['sent']:,}", retried)
    size = f"{report['records']:,} records, {report['bytes'] / 1e6:,.1f} MB"
    table.add_row("files", f"{report['files']:,}", size)
    here = report["this_process"]
    table.add_row("time", duration(here["seconds"]), f"{here['requests']:,} requests just now")
    table.add_row("lake", "", f"{report['lake']}/Raw/TMDB/JSON")
    return table


def run_table(runs: Iterable[dict[str, Any]]) -> Table:
    """Return all runs of a lake, one a line."""
    table = Table(box=None, pad_edge=False)
    table.add_column("run", no_wrap=True)
    for name in ("state", "planned"):
        table.add_column(name)
    for name in ("titles", "done", "failed"):
        table.add_column(name, justify="right")
    for run in runs:
        counts = run["titles"]
        done = counts["total"] - counts["pending"]
        state = "finished" if run["finish_reason"] == "finished" else "unfinished"
        failed = f"{counts['failed']:,}"
        table.add_row(
            run["run"], state, run["started_at"], f"{counts['total']:,}", f"{done:,}", failed
        )
    return table


def preview_line(seen: Preview) -> str:
    """Return what a run would do, in a line."""
    done = f", {seen.done:,} of them done" if seen.done else ""
    return (
        f"run {seen.run} ({seen.state}): {seen.titles:,} titles{done}; "
        f"at most {seen.requests:,} requests"
    )


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
