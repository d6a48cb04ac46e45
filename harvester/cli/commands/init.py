"""`harvester init`: a few questions on a terminal, and the `harvester.toml` that they make."""

import asyncio
import json
import os
import sys
from pathlib import Path

import typer

from harvester import settings
from harvester.cli.output import say
from harvester.errors import HarvesterError, InputError, SettingError
from harvester.model import DEFAULT_ORIGIN
from harvester.origins.table import ORIGINS
from harvester.run.visible import visible

_FEW = 3


def init_command() -> None:
    """Ask for a lake and CSVs, write harvester.toml, check the token, and try a dry run.

    Examples:
        harvester init                       # the settings of this folder, and those below it
        harvester config                     # then: what holds here, and where it comes from
        mkdir films && cd films && harvester init
    """
    if not _is_terminal():
        raise SettingError(
            f"init asks its questions on a terminal, and here is none: put lake and inputs into "
            f"{settings.FILE}, or set HARVESTER_LAKE and HARVESTER_INPUTS, and TMDB_TOKEN"
        )
    path = Path(settings.FILE)
    is_there = path.exists() or path.is_symlink()
    if is_there and not typer.confirm(f"{path} is here already: replace it?", err=True):
        say(f"{path} is left as it was.")
        return
    lake = _ask_for_lake()
    inputs = _ask_for_inputs()
    _write(path, _content(lake, inputs), replace=is_there)
    say(f"{path} is written: it holds for this folder and those below it.")
    has_token = _check_token()
    if inputs:
        _dry_run()
    _say_what_is_next(has_token=has_token, has_inputs=bool(inputs))


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask_for_lake() -> str:
    """Return a lake that can be reached; one that can't is asked for again."""
    from harvester.stores import open_store  # noqa: PLC0415 - not for --help

    async def look(lake: str) -> None:
        async with open_store(lake) as store:
            await store.folders("Raw/")

    while True:
        said = typer.prompt("Lake (a folder, or s3://bucket/prefix)", default="./lake", err=True)
        lake = str(said).strip()
        try:
            asyncio.run(look(lake))
        except HarvesterError as error:
            say(f"harvester: {error}")
        else:
            return lake


def _ask_for_inputs() -> list[str]:
    """Return the CSVs of titles in this folder, if the user wants them."""
    found = _csvs_here()
    if not found:
        say(
            "No CSV of titles is in this folder: name yours when you run, or upload it into the "
            "lake."
        )
        return []
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    names = visible(f"{', '.join(found[:_FEW])}{more}")
    return found if typer.confirm(f"Harvest {names}?", default=True, err=True) else []


def _csvs_here() -> list[str]:
    """Return the CSVs of this folder that a run can read, and say why others are left out."""
    from harvester.inputs.glance import glance  # noqa: PLC0415 - not for --help
    from harvester.inputs.locate import csv_files  # noqa: PLC0415 - as above

    try:
        files = [file for file in csv_files(".") if str(file).isprintable()]
    except InputError:
        return []
    found: list[str] = []
    for file in files:
        try:
            glance(file)
        except InputError as error:
            say(f"Left out: {error}")
        else:
            found.append(str(file))
    return found


def _check_token() -> bool:
    """Say whether there is a token that TMDB takes, else where to put one: it is never asked for.

    TMDB's word on it is `/authentication`: https://developer.themoviedb.org/reference.
    """
    from harvester.run.connection import connected  # noqa: PLC0415 - not for --help
    from harvester.run.state import RunState  # noqa: PLC0415 - as above

    api = ORIGINS[DEFAULT_ORIGIN]

    async def check() -> None:
        given = settings.load_settings({"origin": DEFAULT_ORIGIN})
        async with connected(given, RunState(given.lake, 0.0)) as connection:
            await connection.check()

    if settings.read_credential(os.environ) is None:
        say(
            f"No token is set. Copy the {api.token_name} from {api.token_url}, and put this line "
            "where your shell reads it (~/.profile, ~/.bashrc or ~/.zshrc):",
            f"  export {api.token_variables[0]}=…",
        )
        return False
    try:
        asyncio.run(check())
    except HarvesterError as error:
        say(f"harvester: {error}")
        return False
    say(f"{api.name} accepts your token.")
    return True


def _content(lake: str, inputs: list[str]) -> str:
    lines = [
        f"# Written by `harvester init`; `harvester config` lists every key.\nlake = {_toml(lake)}"
    ]
    if inputs:
        lines.append(f"inputs = [{', '.join(map(_toml, inputs))}]")
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """Return a text as TOML writes it; JSON's escapes are TOML's, too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write(path: Path, content: str, *, replace: bool) -> None:
    try:
        with path.open("w" if replace else "x", encoding="utf-8") as file:
            file.write(content)
    except OSError as error:
        raise SettingError(f"{path} can't be written: {error.strerror}") from None


def _dry_run() -> None:
    from harvester.cli.console.tables import preview_lines  # noqa: PLC0415 - not for --help
    from harvester.run.preview import preview  # noqa: PLC0415 - as above

    say("What a run would do:")
    seen = asyncio.run(preview(settings.load_settings({}, dry=True)))
    say(*(f"  {line}" for line in preview_lines(seen)))


def _say_what_is_next(*, has_token: bool, has_inputs: bool) -> None:
    from harvester.cli.next_command import program  # noqa: PLC0415 - not for --help

    name = "" if has_inputs else " my.csv"
    if has_token:
        say(f"To harvest: {program()} run{name}")
    else:
        say(
            f"To harvest, once the token is set: {program()} run{name}",
            f"To try it on a simulated TMDB, into ./lake: {program()} run{name} --local",
        )
