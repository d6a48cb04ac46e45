"""`harvester run`."""

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from harvester import loop
from harvester.cli import exits, options
from harvester.cli.completing import endpoint_names
from harvester.cli.manner import Manner
from harvester.cli.output import write_json
from harvester.memory import collect_rarely, give_back_large_blocks
from harvester.settings import Settings, settings

if TYPE_CHECKING:
    from harvester.run.report import Report
    from harvester.run.state import Event, Progress


def run(
    inputs: Annotated[
        list[str] | None, typer.Argument(metavar="INPUT", help=options.says("inputs"))
    ] = None,
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    endpoints: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES", help=options.says("endpoints"), autocompletion=endpoint_names
        ),
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
    verbose: options.Verbose = False,
    log_json: options.LogJson = False,
) -> None:
    """Harvest the titles of your CSVs: plan a run, or go on with the unfinished one.

    Examples:
        harvester run --local                                    # the bundled sample
        harvester run movies.csv series.csv --lake s3://my-lake  # your titles; needs TMDB_TOKEN
        harvester run movies.csv --local --limit 500 --genre Drama --dry-run
    """
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
    _carry_out(told, Manner(quiet, verbose, log_json), as_json=as_json)


def retry(
    run_id: options.Run = None,
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
    verbose: options.Verbose = False,
    log_json: options.LogJson = False,
) -> None:
    """Ask again for the titles that are still failed over a run and its retries.

    Examples:
        harvester retry --local                                # of the newest run
        harvester retry 20261124-167afb2f --lake s3://my-lake  # of this one
        harvester retry --local --rate 10 --verbose            # gently, and tell me more
    """
    flags = {
        "lake": lake,
        "requests": requests,
        "rate": rate,
        "max_rate": max_rate,
        "concurrency": concurrency,
        "date": date,
        "max_duration": max_duration,
    }
    told = settings(flags, local=local, retry_of=run_id or "")
    _carry_out(told, Manner(quiet, verbose, log_json), as_json=as_json)


def _carry_out(told: Settings, manner: Manner, *, as_json: bool) -> None:
    """Harvest, print the Report when asked to, and end with its exit code."""
    give_back_large_blocks()
    collect_rarely()
    report = loop.run(_harvest(told, manner))
    if as_json:
        write_json(report.content)
    raise typer.Exit(exits.of_report(report))


async def _harvest(told: Settings, manner: Manner) -> "Report":
    from harvester.cli.speaking import speaker  # noqa: PLC0415 - rich and aiohttp: not for --help
    from harvester.run.harvest import harvest  # noqa: PLC0415 - as above
    from harvester.run.stop import Stop  # noqa: PLC0415 - as above

    with speaker(manner) as voice:
        stop = Stop()

        def observe(event: "Event", progress: "Progress") -> None:
            if event == "planned" and told.base_url is None:
                voice.note("simulated", "No TMDB token: TMDB is simulated; its data is synthetic.")
            voice.observe(event, progress)

        def interrupt() -> None:
            if stop.requested.is_set():
                stop.abort("interrupted")
            else:
                stop.request("interrupted")
                voice.note(
                    "interrupted",
                    "Interrupted: finishing what is in flight; once more to give it up.",
                )

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, interrupt)
        report = await harvest(told, stop=stop, observe=observe)
    voice.conclude(report)
    return report


def _preview(told: Settings, *, as_json: bool) -> None:
    from harvester.cli.tables import preview_line  # noqa: PLC0415
    from harvester.run.prepare import preview  # noqa: PLC0415

    seen = loop.run(preview(told))
    if as_json:
        write_json(seen)
    else:
        typer.echo(preview_line(seen))
