"""`harvester status`, `verify` and `config`: commands that change nothing."""

import asyncio
import os
from typing import TYPE_CHECKING, Any

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.exits import Exit
from harvester.cli.output import write_json

if TYPE_CHECKING:
    from harvester.run.verify import Breach, Checked


def status(
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
    from harvester.cli.overview import show_run, show_runs  # noqa: PLC0415 - as above
    from harvester.run import status as state  # noqa: PLC0415 - not for --help

    where = settings.lake_of({"lake": lake}, local=local)
    found: Any = asyncio.run(state.runs(where) if run is None else state.run(where, run))
    if as_json:
        write_json(found)
    elif run is None:
        show_runs(where, found)
    else:
        show_run(found)


def verify(
    run: options.Run = None,
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    as_json: options.Json = False,
) -> None:
    """Check every invariant of a run from the lake alone; exit 3 when one is breached.

    Examples:
        harvester verify --local                                # the newest run of ./lake
        harvester verify 20261124-167afb2f --lake s3://my-lake  # this one
        harvester verify --local --json > breaches.json         # for a machine
    """
    found, checked, name = asyncio.run(_verify(settings.lake_of({"lake": lake}, local=local), run))
    if as_json:
        content = {"run": name, "checked": checked, "breaches": found}
        write_json(content)
    else:
        for breach in found:
            typer.echo(f"{breach.where}: {breach.what}")
        pending = f", {checked.pending:,} units still to do" if checked.pending else ""
        typer.echo(
            f"run {name}: {len(found):,} breaches in {checked.titles:,} titles, "
            f"{checked.files:,} files, {checked.records:,} records{pending}",
            err=True,
        )
    if found:
        raise typer.Exit(Exit.SOME_FAILED)


def config(*, as_json: options.Json = False) -> None:
    """Show every setting, its value and who set it; a token is named, never shown.

    Examples:
        harvester config                              # what would be used here and now
        HARVESTER_RATE=20 harvester config            # what a variable changes
        harvester config --json | jq '.[] | select(.origin != "default")'
    """
    given = settings.gather({}, os.environ, settings.read_file())
    rows = [
        {
            "name": key.name,
            "value": str(given[key.name].text) if key.name in given else key.default,
            "origin": given[key.name].origin if key.name in given else "default",
            "variable": key.variable,
            "says": key.says,
        }
        for key in settings.KEYS
    ]
    rows += [
        {
            "name": variable,
            "value": "set" if os.environ.get(variable) else "not set",
            "origin": variable if os.environ.get(variable) else "default",
            "variable": variable,
            "says": "a token of TMDB: https://www.themoviedb.org/settings/api",
        }
        for variable in settings.TOKEN_VARIABLES
    ]
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['name']:13} {row['value']:36} {row['origin']:24} {row['says']}")


async def _verify(lake: str, run: str | None) -> tuple[list["Breach"], "Checked", str]:
    from harvester.run import choose  # noqa: PLC0415
    from harvester.run.verify import Checked, verify  # noqa: PLC0415
    from harvester.stores import open_store  # noqa: PLC0415

    checked = Checked()
    async with open_store(lake) as store:
        name = run or await choose.newest(store)
        return [breach async for breach in verify(store, name, checked)], checked, name
