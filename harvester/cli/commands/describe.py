"""`harvester describe`: the tables of the zones as another database creates them."""

from typing import Annotated

import typer

from harvester.cli.completion import one_of
from harvester.cli.output import ensure_written, show
from harvester.errors import SettingError
from harvester.extras import require_zones


def describe_command(
    *,
    ddl: Annotated[
        str,
        typer.Option(
            "--ddl",
            metavar="DATABASE",
            help="athena, duckdb or postgresql",
            autocompletion=one_of("athena", "duckdb", "postgresql"),
        ),
    ],
    lake: Annotated[
        str | None,
        typer.Option("--lake", metavar="URI", help="where Athena's tables lie: s3://bucket/prefix"),
    ] = None,
) -> None:
    """Print the SQL that creates Refined's and Trusted's tables, and the view title, elsewhere.

    Examples:
        harvester describe --ddl postgresql | psql films
        harvester describe --ddl duckdb > films.sql
        harvester describe --ddl athena --lake s3://my-lake
    """
    require_zones("this command")
    from harvester.zones.ddl.ddl import DIALECTS, write_ddl  # noqa: PLC0415 - needs the extra

    dialect = next((name for name in DIALECTS if name == ddl.casefold()), None)
    if dialect is None:
        raise SettingError(f"--ddl takes {', '.join(DIALECTS)}, not {ddl!r}")
    if lake is not None and (dialect != "athena" or not lake.startswith("s3://")):
        raise SettingError(f"--lake is for --ddl athena, and s3://bucket/prefix there, not {lake}")
    show(*write_ddl(dialect, lake).splitlines())
    ensure_written()
