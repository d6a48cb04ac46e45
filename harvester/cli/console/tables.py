"""Reports and lists as tables for a person."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from harvester.cli.console.counts import known_id_lines, rows_read
from harvester.cli.console.progress_line import (
    answer_lines,
    reject_lines,
    titles_planned,
)
from harvester.cli.console.terminal import Rows
from harvester.lake import keys
from harvester.lake.documents.summary import OUTCOMES, Reason, Report
from harvester.run.preview import Preview
from harvester.words import about_duration, counted

if TYPE_CHECKING:
    from harvester.zones.quality import Check

NO_NAMES: Mapping[str, str] = MappingProxyType({})


def outcome_table(report: Report, *, ended: bool = True) -> Rows:
    """Return a Report as a table: outcomes, requests, files.

    Of the command that has `ended` just now it has the reasons, too, which others list below it.
    """
    table = Rows(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", overflow="fold")
    table.add_column(justify="right", overflow="fold")
    table.add_column(overflow="fold")
    titles = report.titles
    found = report.reasons if ended else {}
    table.add_row("titles", f"{titles.total:,}", f"run {report.run}")
    for why, count in report.why.items():
        table.add_row(f"  {why}", f"{count:,}", "due")
    for name in OUTCOMES:
        count = getattr(titles, name)
        if count or name != "pending":
            table.add_row(f"  {name}", f"{count:,}", _reasons(found.get(name)))
    sent = report.requests
    retried = f"{sent.retried:,} retried, {sent.throttled:,} throttled (429)"
    table.add_row("requests", f"{sent.sent:,}", retried)
    size = f"{counted(report.records, 'record')}, {size_of(report.bytes)}"
    table.add_row("files", f"{report.files:,}", size)
    here = report.this_process
    if here.requests:
        whose = "this command" if ended else "the last command"
        what = f"{counted(here.requests, 'request')} by {whose}"
        table.add_row("time", about_duration(here.seconds), what)
    records = keys.records_root(report.asked.origin).rstrip("/")
    table.add_row("lake", "", f"{report.lake}/{records}")
    return table


def size_of(count: int) -> str:
    """Return a number of bytes as a person says it: `812 kB`, `5.6 MB`."""
    return f"{count / 1e6:,.1f} MB" if count >= 1_000_000 else f"{-(-count // 1000)} kB"  # noqa: PLR2004 - SI


def reason_lines(report: Report, names: Mapping[str, str] = NO_NAMES) -> list[str]:
    """Return each outcome's reasons with examples, where known by `names`, and who lists all."""
    lines = []
    for outcome, reasons in report.reasons.items():
        if reasons:
            lines += ["", f"{outcome}: {counted(getattr(report.titles, outcome), 'title')}"]
        for reason, row in sorted(reasons.items(), key=lambda item: -item[1].count):
            more = ", …" if row.count > len(row.examples) else ""
            examples = ", ".join(id_with_name(one, names) for one in row.examples)
            lines.append(f"  {row.count:>7,} {reason}: {examples}{more}")
    folder = keys.RunFolder(report.asked.origin, report.run)
    where = f"{report.lake.rstrip('/')}/{folder.units}"
    return [*lines, "", f"Every title's outcome: {where}*.json"]


def id_with_name(title_id: str, names: Mapping[str, str]) -> str:
    """Return a title's id, with its name where that is known."""
    return f"{title_id} ({names[title_id]})" if title_id in names else title_id


def preview_lines(seen: Preview) -> list[str]:
    """Return what a run would do, after rejected rows and questions and before known ids."""
    done = f", {seen.done:,} of them done" if seen.done else ""
    found = [
        *reject_lines(seen.inputs),
        *answer_lines(seen.inputs),
        *(f"  {title}" for title in seen.shown),
    ]
    if seen.run is None:
        return [*found, f"nothing is due in {rows_read(seen.inputs)}"]
    planned = titles_planned(seen.titles, seen.why) if seen.why else counted(seen.titles, "title")
    run = f"run {seen.run} ({seen.state}): {planned} in {rows_read(seen.inputs, seen.left_out)}"
    known = known_id_lines(
        seen.asked, seen.titles, known=seen.known, mapped=seen.mapped, id_map=seen.id_map
    )
    return [*found, f"{run}{done}; about {counted(seen.requests, 'request')}", *known]


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


def _reasons(reasons: dict[str, Reason] | None) -> str:
    if not reasons:
        return ""
    return ", ".join(
        f"{row.count:,} {reason} ({', '.join(row.examples[:2])}, …)"
        if row.count > 2  # noqa: PLR2004 - two examples fit a line
        else f"{row.count:,} {reason} ({', '.join(row.examples)})"
        for reason, row in sorted(reasons.items(), key=lambda item: -item[1].count)
    )
