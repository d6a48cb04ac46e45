"""`harvester upload`: the batch uploader."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from harvester import settings
from harvester.cli import options
from harvester.clock import today


def upload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSVs or lists of ids")],
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    kind: options.As = None,
    date: options.Date = None,
) -> None:
    """Put CSVs into the lake's Raw/Local/CSV, byte for byte; their keys go to stdout."""
    from harvester.stores import open_store  # noqa: PLC0415 - not for --help
    from harvester.upload import upload as put  # noqa: PLC0415

    flags = {"lake": lake, "kind": kind, "date": date}
    told = settings.settings(flags, environ=settings.without_token(os.environ), local=local)

    async def work() -> None:
        async with open_store(told.lake) as store:
            when = told.date or today()
            for done in await put(store, files, kind=told.kind, when=when):
                facts = done.facts
                typer.echo(done.key)
                typer.echo(
                    f"  {facts.distinct:,} {facts.kind} titles in {facts.rows:,} rows, "
                    f"{facts.rejected:,} rejected",
                    err=True,
                )

    asyncio.run(work())
