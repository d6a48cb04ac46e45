"""`harvester config`: every setting, its value and who set it."""

import os
import re
import shlex
from typing import Any

from harvester import settings
from harvester.cli import options
from harvester.cli.output import ensure_written, show, write_json


def config_command(*, as_json: options.Json = False) -> None:
    """Show every setting, its value and who set it; a token is named, never shown.

    Examples:
        harvester config                              # what would be used here and now
        HARVESTER_RATE=20 harvester config            # what a variable changes
        harvester config --json | jq '.[] | select(.origin != "default")'
    """
    given = settings.gather({}, os.environ, settings.read_setting_files())
    api = settings.origin_of(given)
    rows: list[dict[str, Any]] = [
        {
            "name": key.name,
            "value": _shown(given[key.name].text) if key.name in given else key.default_for(api),
            "origin": given[key.name].origin if key.name in given else "default",
            "variable": key.variable_for(api),
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
            "says": f"a token of {one.name}: {one.token_url}",
        }
        for variable, one in settings.token_variables().items()
    ]
    if as_json:
        write_json(rows)
        return
    for row in rows:
        value = _typed(row["name"], row["value"])
        show(f"{row['name']:13} {value:36} {row['origin']:24} {row['says']}")
    ensure_written()


def _typed(name: str, value: str | list[str]) -> str:
    """Return a setting's value as a user would type it: words of a command line, or a list."""
    if isinstance(value, str):
        return value
    return shlex.join(value) if name in {"inputs", "where"} else ",".join(value)


def _shown(text: object) -> str | list[str]:
    """Return a setting's text, or texts, without what is secret in it."""
    return [_without_user(one) for one in text] if isinstance(text, list) else _without_user(text)


def _without_user(text: object) -> str:
    """Return a text without the user, password and query that a URI in it may have."""
    without_user = re.sub(r"(://).*@", r"\1***@", str(text), flags=re.DOTALL)
    return re.sub(r"(://[^?]*\?).*", r"\1***", without_user, flags=re.DOTALL)
