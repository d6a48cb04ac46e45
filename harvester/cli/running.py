"""`harvester run`."""

import asyncio
import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester import loop
from harvester.cli import exits, options
from harvester.cli.output import write_json
from harvester.memory import collect_rarely, give_back_large_blocks
from harvester.settings import Settings, settings

if TYPE_CHECKING:
    from rich.console import Console

    from harvester.report import Report


def run(
    inputs: Annotated[
        list[str] | None, typer.Argument(metavar="[INPUT]...", help=options.says("inputs"))
    ] = None,
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    endpoints: Annotated[
        str | None, typer.Option(metavar="NAMES", help=options.says("endpoints"))
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help=options.says("language"))
    ] = None,
    genre: Annotated[
        list[str] | None, typer.Option(metavar="GENRE", help=options.says("genres"))
    ] = None,
    kind: options.As = None,
    limit: Annotated[str | None, typer.Option(metavar="N", help=options.says("limit"))] = None,
    requests: options.Requests = None,
    id_map: Annotated[
        str | None, typer.Option("--id-map", metavar="FILE", help=options.says("id_map"))
    ] = None,
    rate: options.Rate = None,
    max_rate: options.MaxRate = None,
    concurrency: options.Concurrency = None,
    layout: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help=options.says("format"))
    ] = None,
    run_id: Annotated[
        str | None, typer.Option("--run", metavar="ID", help=options.says("run"))
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="plan anew, whatever ran before")] = False,
    date: options.Date = None,
    max_duration: options.MaxDuration = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would be done; ask and write nothing")
    ] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Harvest the titles of your CSVs: plan a run, or go on with the unfinished one."""
    told = settings(
        {
            "inputs": inputs,
            "lake": lake,
            "endpoints": endpoints,
            "language": language,
            "genres": genre,
            "kind": kind,
            "limit": limit,
            "requests": requests,
            "id_map": id_map,
            "rate": rate,
            "max_rate": max_rate,
            "concurrency": concurrency,
            "format": layout,
            "run": run_id,
            "date": date,
            "max_duration": max_duration,
        },
        local=local,
        fresh=fresh,
    )
    if dry_run:
        _preview(told, as_json=as_json)
        return
    _carry_out(told, as_json=as_json, quiet=quiet)


def retry(
    run_id: Annotated[
        str, typer.Argument(metavar="[RUN]", help="a run's id; none = the newest")
    ] = "",
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    requests: options.Requests = None,
    rate: options.Rate = None,
    max_rate: options.MaxRate = None,
    concurrency: options.Concurrency = None,
    date: options.Date = None,
    max_duration: options.MaxDuration = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Ask again for the titles that are still failed over a run and its retries."""
    flags = {
        "lake": lake,
        "requests": requests,
        "rate": rate,
        "max_rate": max_rate,
        "concurrency": concurrency,
        "date": date,
        "max_duration": max_duration,
    }
    _carry_out(settings(flags, local=local, retry_of=run_id), as_json=as_json, quiet=quiet)


def _carry_out(told: Settings, *, as_json: bool, quiet: bool) -> None:
    """Harvest, print the Report when asked to, and end with its exit code."""
    give_back_large_blocks()
    collect_rarely()
    report = loop.run(_harvest(told, quiet=quiet))
    if as_json:
        write_json(report.content)
    raise typer.Exit(exits.of_report(report))


async def _harvest(told: Settings, *, quiet: bool) -> "Report":
    from rich.console import Console  # noqa: PLC0415 - rich and aiohttp are not for --help

    from harvester.harvest import harvest  # noqa: PLC0415
    from harvester.progress import ProgressLine  # noqa: PLC0415
    from harvester.stop import Stop  # noqa: PLC0415

    console = Console(stderr=True, quiet=quiet, soft_wrap=True)
    if told.base_url is None:
        console.print("No TMDB token: TMDB is simulated here, and its data is synthetic.")
    stop = Stop()

    def interrupt() -> None:
        if stop.requested.is_set():
            stop.abort("interrupted")
        else:
            stop.request("interrupted")
            console.print("Interrupted: finishing what is in flight; once more to give it up.")

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, interrupt)
    with ProgressLine(console) as line:
        report = await harvest(told, stop=stop, observe=line.observe)
    _conclude(console, report)
    return report


def _conclude(console: "Console", report: "Report") -> None:
    """Say what the run came to, where it lies and how to go on."""
    from harvester.cli.tables import outcome_table  # noqa: PLC0415

    content = report.content
    if report.finish_reason == "nothing_to_do":
        console.print(f"Run {content['run']} is finished: nothing to do.", highlight=False)
    console.print(outcome_table(content))
    if content["synthetic"]:
        console.print("The TMDB data of this run is synthetic: it came from a simulator.")
    if content["message"]:
        typer.echo(f"harvester: {content['message']}", err=True)
    if report.failed and content["done"]:
        run, lake = shlex.quote(content["run"]), shlex.quote(content["lake"])
        typer.echo(f"To ask again for what failed: harvester retry {run} --lake {lake}", err=True)
    if not content["done"]:
        typer.echo(f"To go on, run the same command again:\n  {command()}", err=True)


def command() -> str:
    """Return the command that was given, as a user can paste it."""
    name = "python -m harvester" if Path(sys.argv[0]).name == "__main__.py" else "harvester"
    return f"{name} {shlex.join(sys.argv[1:])}"


def _preview(told: Settings, *, as_json: bool) -> None:
    from harvester.cli.tables import preview_line  # noqa: PLC0415
    from harvester.prepare import preview  # noqa: PLC0415

    seen = loop.run(preview(told))
    if as_json:
        write_json(seen)
    else:
        typer.echo(preview_line(seen))
