"""What the commands of the zones share: the extra they need, their flags, and how they end."""

import asyncio
import importlib.util
from typing import TYPE_CHECKING, Annotated, Any

import typer

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


def require_zones(*more: str) -> None:
    """Say what to install when the extra is missing. Raises `SettingError`."""
    needed = ("ibis", "duckdb", "pyarrow", *more)
    if any(importlib.util.find_spec(name) is None for name in needed):
        raise SettingError(
            "this command needs the extra `zones`: in a checkout of the harvester, "
            "pip install '.[zones]'"
        )


def with_store(where: str, work: "Callable[[Store], Coroutine[Any, Any, Built]]") -> "Built":
    """Open the lake, do the work and return what it built."""
    from harvester.stores import open_store  # noqa: PLC0415 - not for --help

    async def run() -> "Built":
        async with open_store(where) as store:
            return await work(store)

    return asyncio.run(run())


def conclude(done: "Built", *, as_json: bool) -> None:
    """Print the checks, and end with 3 when one of them is breached."""
    from harvester.cli.console.tables import check_lines  # noqa: PLC0415 - not for --help
    from harvester.inputs.layout import SHOWN_VALUE, printable  # noqa: PLC0415 - as above

    if as_json:
        write_json(done.plain())
    else:
        typer.echo("\n".join(check_lines(done.checks)))
    for key, columns in done.ignored.items():
        names = ", ".join(printable(column, SHOWN_VALUE) for column in columns)
        typer.echo(f"{key}: columns not used: {names}", err=True)
    built = ", ".join(done.built) or "nothing new"
    simulated = "run is" if done.left_out == 1 else "runs are"
    left_out = (
        f"; {done.left_out:,} simulated {simulated} left out, since the lake has real ones"
        if done.left_out
        else ""
    )
    typer.echo(
        f"{done.zone}: built {built}; {len(done.checks):,} checks, {done.breaches:,} breached"
        f"{left_out}",
        err=True,
    )
    if done.breaches:
        raise typer.Exit(Exit.SOME_FAILED)
