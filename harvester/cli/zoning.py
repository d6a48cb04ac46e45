"""`harvester trusted` and `harvester refined`: the zones after Raw."""

import asyncio
import importlib.util
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.exits import Exit
from harvester.cli.output import write_json
from harvester.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from harvester.stores import Store
    from harvester.zones.built import Built

Engine = Annotated[
    str,
    typer.Option("--engine", metavar="NAME", help="duckdb, or spark for a lake beyond one machine"),
]
Rebuild = Annotated[
    bool, typer.Option("--rebuild", help="build all anew, also what has not changed")
]


def trusted(
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    engine: Engine = "duckdb",
    rebuild: Rebuild = False,
    as_json: options.Json = False,
) -> None:
    """Build the Trusted zone: typed Parquet from CSVs and records; exit 3 on a failed check.

    Examples:
        harvester trusted --local                           # what is new since the last time
        harvester trusted --lake s3://my-lake --rebuild     # all anew
        harvester trusted --lake s3://my-lake --engine spark --json
    """
    require_zones()
    from harvester.zones.trusted.build import build_trusted  # noqa: PLC0415 - needs the extra

    where = settings.lake_of({"lake": lake}, local=local)
    _conclude(
        _with_store(where, lambda store: build_trusted(store, engine, rebuild=rebuild)),
        as_json=as_json,
    )


def refined(
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    engine: Engine = "duckdb",
    rebuild: Rebuild = False,
    as_json: options.Json = False,
) -> None:
    """Build the Refined zone, a star schema, from Trusted; exit 3 on a failed check.

    Examples:
        harvester refined --local                           # after `harvester trusted --local`
        harvester refined --lake s3://my-lake --rebuild     # all anew
        harvester refined --local --json > checks.json      # the checks, for a machine
    """
    require_zones()
    from harvester.zones.refined.build import build_refined  # noqa: PLC0415 - needs the extra

    where = settings.lake_of({"lake": lake}, local=local)
    _conclude(
        _with_store(where, lambda store: build_refined(store, engine, rebuild=rebuild)),
        as_json=as_json,
    )


def require_zones(*more: str) -> None:
    """Say what to install when the extra is missing. Raises `SettingError`."""
    needed = ("ibis", "duckdb", "pyarrow", *more)
    if any(importlib.util.find_spec(name) is None for name in needed):
        raise SettingError("this command needs an extra: pip install 'tmdb-harvester[zones]'")


def _with_store(where: str, work: "Callable[[Store], Coroutine[Any, Any, Built]]") -> "Built":
    from harvester.stores import open_store  # noqa: PLC0415 - not for --help

    async def run() -> "Built":
        async with open_store(where) as store:
            return await work(store)

    return asyncio.run(run())


def _conclude(done: "Built", *, as_json: bool) -> None:
    """Print the checks, and end with 3 when one of them is breached."""
    from harvester.cli.tables import check_lines  # noqa: PLC0415 - not for --help

    if as_json:
        write_json(done.plain())
    else:
        typer.echo("\n".join(check_lines(done.checks)))
    built = ", ".join(done.built) or "nothing new"
    typer.echo(
        f"{done.zone}: built {built}; {len(done.checks):,} checks, {done.breaches:,} breached",
        err=True,
    )
    if done.breaches:
        raise typer.Exit(Exit.SOME_FAILED)
