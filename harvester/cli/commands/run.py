"""`harvester run`."""

from typing import Annotated, get_args

import typer

from harvester import runtime
from harvester.cli import options
from harvester.cli.completion import complete_endpoints, complete_fields, complete_runs, one_of
from harvester.cli.harvesting import harvest_and_exit, simulated
from harvester.cli.output import ensure_written, say, show, write_json
from harvester.cli.verbosity import Verbosity
from harvester.model import Format, Only
from harvester.settings import Settings, load_settings


def run_command(
    inputs: Annotated[
        list[str] | None, typer.Argument(metavar="INPUT", help=options.setting_help("inputs"))
    ] = None,
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    origin: options.Origin = None,
    endpoints: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help=options.setting_help("endpoints"),
            autocompletion=complete_endpoints,
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help=options.setting_help("language"))
    ] = None,
    genre: Annotated[
        list[str] | None, typer.Option(metavar="GENRE", help=options.setting_help("genres"))
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=VALUE",
            help=options.setting_help("where"),
            autocompletion=complete_fields,
        ),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            metavar="due",
            help=options.setting_help("only"),
            autocompletion=one_of(*get_args(Only)),
        ),
    ] = None,
    max_age: Annotated[
        str | None, typer.Option("--max-age", metavar="AGE", help=options.setting_help("max_age"))
    ] = None,
    kind: options.As = None,
    limit: Annotated[
        str | None, typer.Option(metavar="N", help=options.setting_help("limit"))
    ] = None,
    requests: options.Requests = None,
    id_map: Annotated[
        str | None, typer.Option("--id-map", metavar="FILE", help=options.setting_help("id_map"))
    ] = None,
    rate: options.Rate = None,
    max_rate: options.MaxRate = None,
    quota: options.Quota = None,
    concurrency: options.Concurrency = None,
    layout: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=options.setting_help("format"),
            autocompletion=one_of(*get_args(Format)),
        ),
    ] = None,
    run_id: Annotated[
        str | None,
        typer.Option(
            "--run",
            metavar="ID",
            help=options.setting_help("run"),
            autocompletion=complete_runs,
        ),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="plan again, whatever ran before")] = False,
    date: options.Date = None,
    max_duration: options.MaxDuration = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would be done; harvest and write nothing")
    ] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    log_json: options.LogJson = False,
    log_file: options.LogFile = None,
) -> None:
    """Harvest the titles of your CSVs: plan a run, or go on with the unfinished one.

    Examples:
        harvester run "tmdb:collection/The Matrix" --local       # titles by a question to TMDB
        harvester run "tmdb:person/Keanu Reeves?character=Neo" --lake ./my-lake
        harvester run tmdb:export/movies --lake s3://my-lake --requests append
        harvester run --local                                    # the bundled sample
        harvester run movies.csv series.csv --lake s3://my-lake  # your titles; needs TMDB_TOKEN
        harvester run movies.csv --local --limit 500 --genre Drama --dry-run
    """
    settings = load_settings(
        {
            "inputs": inputs,
            "lake": lake,
            "origin": origin,
            "endpoints": endpoints,
            "language": language,
            "genres": genre,
            "where": where,
            "only": only,
            "max_age": max_age,
            "kind": kind,
            "limit": limit,
            "requests": requests,
            "id_map": id_map,
            "rate": rate,
            "max_rate": max_rate,
            "quota": quota,
            "concurrency": concurrency,
            "format": layout,
            "run": run_id,
            "date": date,
            "max_duration": max_duration,
        },
        local=local,
        fresh=fresh,
        dry=dry_run,
    )
    if dry_run:
        _preview(settings, as_json=as_json, quiet=quiet)
        return
    harvest_and_exit(settings, Verbosity(quiet, verbose, log_json, log_file), as_json=as_json)


def _preview(settings: Settings, *, as_json: bool, quiet: bool) -> None:
    from harvester.cli.console.tables import preview_lines  # noqa: PLC0415
    from harvester.run.preview import preview  # noqa: PLC0415

    seen = runtime.run(preview(settings))
    if seen.synthetic and not quiet:
        say(simulated(settings))
    if as_json:
        write_json(seen)
    else:
        show(*preview_lines(seen))
        ensure_written()
