"""What the commands of the zones share: the extra they need, their flags, and how they end."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from harvester.cli.completion import one_of
from harvester.cli.exits import Exit
from harvester.cli.output import say, show, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from harvester.stores import Store
    from harvester.zones.built import Built
    from harvester.zones.quality import Check

T = TypeVar("T")
_NAMED = 20
_FEW = 4
_COUNTED = {("Local/Rejects", "rows"), ("dim_title", "rows")}

Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="duckdb, or spark for a lake beyond one machine",
        autocompletion=one_of("duckdb", "spark"),
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(
        "--memory",
        metavar="SIZE",
        help="what a build may take, 600MB or more; beyond it DuckDB uses the disk; none = 1GB",
    ),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="print every check and count")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="say nothing but breached checks")]
Rebuild = Annotated[bool, typer.Option("--rebuild", help="rebuild all, also what has not changed")]


def with_store(
    where: str,
    work: "Callable[[Store, Callable[[str], None]], Coroutine[Any, Any, T]]",
    *,
    quiet: bool,
) -> "T":
    """Open the lake, do the work and return what it built; it is given what says its steps."""
    from harvester.cli.console.steps import shown_steps  # noqa: PLC0415 - not for --help
    from harvester.stores import open_store  # noqa: PLC0415 - as above

    async def run() -> "T":
        async with open_store(where) as store:
            with shown_steps(quiet=quiet) as step:
                return await work(store, step)

    return asyncio.run(run())


def show_built(done: "Built", *, verbose: bool, quiet: bool) -> None:
    """Print breached checks, or all of them, and say what was built."""
    from harvester.cli.console.tables import check_lines  # noqa: PLC0415 - not for --help

    if shown := [check for check in done.checks if verbose or check.breach]:
        show(*check_lines(shown))
    _say_built(done, quiet=quiet)
    counts = [check for check in done.checks if _is_told(check) and not check.breach]
    if counts and not (verbose or quiet):
        for line in check_lines(counts)[1:]:
            say(line)


def _is_told(check: "Check") -> bool:
    """Return whether a check is a count of the summary: what was rejected must not go unsaid."""
    is_of_summary = check.name == "rejects" or (check.table, check.name) in _COUNTED
    return is_of_summary and bool(check.found)


def conclude(done: "Built", *, as_json: bool, verbose: bool, quiet: bool) -> None:
    """Print what was built; end as `exit_of` says."""
    if as_json:
        write_json(done.plain())
        _say_built(done, quiet=quiet)
    else:
        show_built(done, verbose=verbose, quiet=quiet)
    exit_of(done)


def exit_of(*built: "Built") -> None:
    """End with 3 when a check is breached, or a run or a CSV is left out as it is damaged."""
    if any(done.breaches or done.damaged or done.damaged_files for done in built):
        raise typer.Exit(Exit.SOME_FAILED)


def _say_built(done: "Built", *, quiet: bool) -> None:
    """Say which columns are not used, which runs are damaged, and what the whole came to."""
    from harvester.inputs.layout import SHOWN_VALUE, printable  # noqa: PLC0415 - not for --help

    for key, columns in () if quiet else done.ignored.items():
        names = ", ".join(printable(column, SHOWN_VALUE) for column in columns[:_NAMED])
        more = len(columns) - _NAMED
        names += f" and {more:,} more" if more > 0 else ""
        say(f"{key}: columns not used: {names}")
    for run, why in done.damaged.items():
        say(f"harvester: {why}; run {run} is left out")
    for key in done.damaged_files:
        say(
            f"harvester: {key} is not the file that a run was given, and is left out: delete it, "
            "or run that file again with --fresh"
        )
    if quiet:
        return
    changed = [f"built {_listed(done.built)}"] if done.built else []
    changed += [f"removed {_listed(done.removed)}"] if done.removed else []
    simulated = "run is" if done.left_out == 1 else "runs are"
    left_out = (
        f"; {done.left_out:,} simulated {simulated} left out, since the lake has real ones"
        if done.left_out
        else ""
    )
    checks = f"{len(done.checks):,} checks, {done.breaches:,} breached"
    say(f"{done.zone}: {', '.join(changed) or 'nothing new'}; {checks}{left_out}")


def _listed(parts: "Sequence[str]") -> str:
    """Return all of a few parts, of many the first and the last."""
    if len(parts) <= _FEW:
        return ", ".join(parts)
    return f"{parts[0]}, {parts[1]}, … {parts[-1]} ({len(parts):,})"
