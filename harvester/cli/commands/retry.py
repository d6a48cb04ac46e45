"""`harvester retry`: the titles that are still failed, asked for again."""

from harvester.cli import options
from harvester.cli.harvesting import harvest_and_exit
from harvester.cli.verbosity import Verbosity
from harvester.settings import load_settings


def retry_command(
    run_id: options.Run = None,
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    origin: options.Origin = None,
    requests: options.Requests = None,
    rate: options.Rate = None,
    max_rate: options.MaxRate = None,
    quota: options.Quota = None,
    concurrency: options.Concurrency = None,
    date: options.Date = None,
    max_duration: options.MaxDuration = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    log_json: options.LogJson = False,
    log_file: options.LogFile = None,
) -> None:
    """Ask again for the titles that are still failed over a run and its retries.

    Examples:
        harvester retry --local                                # of the newest run
        harvester retry 20261124-167afb2f --lake s3://my-lake  # of this one
        harvester retry --local --rate 10 --verbose            # gently, and tell me more
    """
    flags = {
        "lake": lake,
        "origin": origin,
        "requests": requests,
        "rate": rate,
        "max_rate": max_rate,
        "quota": quota,
        "concurrency": concurrency,
        "date": date,
        "max_duration": max_duration,
    }
    settings = load_settings(flags, local=local, retry_of=run_id or "")
    harvest_and_exit(settings, Verbosity(quiet, verbose, log_json, log_file), as_json=as_json)
