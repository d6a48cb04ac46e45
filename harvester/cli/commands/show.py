"""`harvester show`: what the lake holds of one title."""

import asyncio
from typing import Annotated

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.completion import complete_endpoints
from harvester.cli.exits import Exit
from harvester.cli.output import ensure_written, say, show, write_json_bytes


def show_command(
    title: Annotated[
        str,
        typer.Argument(metavar="ID", help="tt0111161, movie:278, or the URL of its page"),
    ],
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint",
            metavar="NAME",
            help="only this endpoint's record",
            autocompletion=complete_endpoints,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show what the lake holds of a title: facts, outcomes over time, newest records.

    Examples:
        harvester show tt0111161 --local                # by IMDb's id, TMDB's, or a URL
        harvester show movie:278 --lake s3://my-lake    # the same title
        harvester show tv:1399 --local --endpoint credits --json | jq '.records[].record.response'
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - not for --help

    from harvester.cli.console.title import title_lines  # noqa: PLC0415 - as above
    from harvester.inputs.title_id import parse_title_id  # noqa: PLC0415 - as above
    from harvester.run.show.title import find_title  # noqa: PLC0415 - as above

    number = parse_title_id(title)
    where = settings.lake_of({"lake": lake}, local=local)
    found = asyncio.run(find_title(where, number, endpoint))
    if as_json:
        write_json_bytes(found.to_json())
    else:
        show(*title_lines(found, datetime.now(UTC)))
        ensure_written()
    if found.damaged:
        say(*(f"harvester: {one}" for one in found.damaged))
        raise typer.Exit(Exit.SOME_FAILED)
