"""`harvester export`: the star schema as one file, or a folder of CSVs."""

import asyncio
from typing import Annotated

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.output import show
from harvester.extras import require_zones


def export_command(
    *,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="PATH", help="NAME.duckdb, NAME.sqlite or FOLDER/"),
    ],
    force: Annotated[bool, typer.Option("--force", help="replace an older export")] = False,
    lake: options.Lake = None,
    local: options.Local = False,
) -> None:
    """Write Refined as a DuckDB file, a SQLite file or CSVs, for other programs; prints its path.

    Examples:
        harvester export --local -o films.duckdb       # keys and comments are in it
        harvester export --local -o films.sqlite       # for whatever speaks ODBC
        harvester export --lake s3://my-lake -o csv/   # a folder of CSVs, for Excel
    """
    require_zones("this command")
    where = settings.lake_of({"lake": lake}, local=local)
    asyncio.run(_export(where, output, force=force))
    show(output)


async def _export(lake: str, output: str, *, force: bool) -> None:
    from harvester.stores import open_store  # noqa: PLC0415 - not for --help
    from harvester.zones.export.export import export_refined  # noqa: PLC0415
    from harvester.zones.export.target import parse_target  # noqa: PLC0415

    target = parse_target(output)
    async with open_store(lake) as store:
        await export_refined(store, target, force=force)
