"""`harvester status`: what the lake holds of its runs."""

import asyncio
from typing import Any

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
    from harvester.run import status as state  # noqa: PLC0415 - not for --help

    where = settings.lake_of({"lake": lake}, local=local)
    found: Any = asyncio.run(
        state.all_reports(where) if run is None else state.run_report(where, run)
    )
    if as_json:
        write_json(found)
    elif run is None:
        show_runs(where, found)
    else:
        show_run(found)
