"""`harvester status`: what the lake holds of its runs."""

import asyncio

from harvester import settings
from harvester.cli import options
from harvester.cli.output import write_json


def status_command(
    run: options.Run = None,
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    as_json: options.Json = False,
) -> None:
    """List the lake's runs, or show one: its outcomes by reason, and what is still to do.

    Examples:
        harvester status --local                                # every run of ./lake
        harvester status 20261124-167afb2f --lake s3://my-lake  # one run, reason by reason
        harvester status --local --json | jq '.[] | select(.done | not) | .run'
    """
    from harvester.cli.console.overview import show_run, show_runs  # noqa: PLC0415 - as above
    from harvester.lake.documents.summary import Report  # noqa: PLC0415 - not for --help
    from harvester.run.status import all_reports, run_report  # noqa: PLC0415 - not for --help

    where = settings.lake_of({"lake": lake}, local=local)
    if run is not None:
        report = asyncio.run(run_report(where, run))
        if as_json:
            write_json(report.to_dict())
        else:
            show_run(report)
        return
    reports = asyncio.run(all_reports(where))
    if as_json:
        write_json([one.to_dict() if isinstance(one, Report) else one for one in reports])
    else:
        show_runs(where, reports)
