"""`harvester status`: what the lake holds of its runs."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.output import ensure_written, say, show, write_json

if TYPE_CHECKING:
    from harvester.lake.documents.summary import Report


def status_command(
    run: options.Run = None,
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    failed: Annotated[
        bool,
        typer.Option(
            "--failed",
            help="print a run's failed titles: their ids, on a terminal and in JSON with names",
        ),
    ] = False,
    unmatched: Annotated[
        bool, typer.Option("--unmatched", help="likewise a run's unmatched titles")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """List the lake's runs, or show one: its outcomes by reason, and what is still to do.

    Examples:
        harvester status --local                                # every run of ./lake
        harvester status 20261124-167afb2f --lake s3://my-lake  # one run, reason by reason
        harvester status --local --failed | harvester run - --local
    """
    from harvester.cli.console.overview import show_run, show_runs  # noqa: PLC0415 - as above
    from harvester.lake.documents.summary import Report  # noqa: PLC0415 - not for --help
    from harvester.run.damage import DamagedRun  # noqa: PLC0415 - not for --help
    from harvester.run.status import all_reports, run_report  # noqa: PLC0415 - not for --help
    from harvester.run.title_names import title_names  # noqa: PLC0415 - as above

    where = settings.lake_of({"lake": lake}, local=local)
    wanted = {name for name, on in (("failed", failed), ("unmatched", unmatched)) if on}
    if wanted:
        _print_titles(where, run, wanted, as_json=as_json)
        return
    if run is not None:
        report = asyncio.run(run_report(where, run))
        if as_json:
            write_json(report.to_dict())
        else:
            show_run(report, asyncio.run(title_names(where, report.inputs, _examples(report))))
        return
    reports = asyncio.run(all_reports(where))
    if as_json:
        for one in reports:
            if isinstance(one, DamagedRun):
                say(f"harvester: {one.damaged}")
        write_json([one.to_dict() if isinstance(one, Report) else one for one in reports])
    else:
        show_runs(where, reports)


def _print_titles(lake: str, run: str | None, wanted: set[str], *, as_json: bool) -> None:
    """Print the titles of a run, or of the newest, with these outcomes: an id a line, or JSON.

    Names are for a person or a program that asks for them: `run -` reads the ids.
    """
    from harvester.cli.console.tables import id_with_name  # noqa: PLC0415 - not for --help
    from harvester.model import Outcome, Title  # noqa: PLC0415 - as above
    from harvester.run.status import each_title  # noqa: PLC0415 - as above
    from harvester.run.title_names import title_names  # noqa: PLC0415 - as above

    is_named = as_json or sys.stdout.isatty()
    found: list[tuple[Title, Outcome]] = []

    def see(title: Title, outcome: Outcome) -> None:
        if is_named:
            found.append((title, outcome))
        else:
            show(title.id)

    plan = asyncio.run(each_title(lake, run, wanted, see))
    ids = [title.id for title, _ in found]
    names = asyncio.run(title_names(lake, plan.inputs, ids)) if ids else {}
    if as_json:
        rows = [
            {
                "id": title.id,
                "title": names.get(title.id),
                "kind": title.kind,
                "outcome": outcome.outcome,
                "reason": outcome.reason,
            }
            for title, outcome in found
        ]
        write_json(rows)
    show(*(id_with_name(one, names) for one in ids if not as_json))
    ensure_written()


def _examples(report: "Report") -> list[str]:
    """Return the ids that a run's reasons show."""
    reasons = (reason for of in report.reasons.values() for reason in of.values())
    return [title_id for reason in reasons for title_id in reason.examples]
