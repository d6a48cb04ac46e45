"""`harvester config`: every setting, its value and who set it."""

import os

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.output import ensure_written, write_json


def config_command(*, as_json: options.Json = False) -> None:
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
            "says": key.help,
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
    ensure_written()
