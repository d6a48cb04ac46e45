"""Flags that several commands share, and what they say of themselves.

Values stay text here: `harvester.settings` reads flags, environment and file alike, so a bad value
gets the same sentence wherever it stands.
"""

from pathlib import Path
from typing import Annotated, get_args

import typer

from harvester.cli.completion import complete_origins, complete_runs, one_of
from harvester.lake import keys
from harvester.model import RequestMode
from harvester.settings import BY_NAME


def setting_help(name: str) -> str:
    """Return a setting's help, with its default and its environment variable."""
    key = BY_NAME[name]
    default = f"default {key.default}; " if key.default else ""
    return f"{key.help} [{default}{key.variable}]"


Lake = Annotated[str | None, typer.Option("--lake", metavar="URI", help=setting_help("lake"))]
Local = Annotated[
    bool,
    typer.Option(
        "--local",
        help="the lake is ./lake; without a token the origin is simulated, its data synthetic",
    ),
]
As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="KIND",
        help=setting_help("kind"),
        autocompletion=one_of(*keys.CSV_FOLDER.values()),
    ),
]
Date = Annotated[str | None, typer.Option("--date", metavar="DATE", help=setting_help("date"))]
Json = Annotated[bool, typer.Option("--json", help="print JSON to stdout")]
Run = Annotated[
    str | None,
    typer.Argument(
        metavar="RUN", help="a run's id; none = the newest", autocompletion=complete_runs
    ),
]
Origin = Annotated[
    str | None,
    typer.Option(
        "--origin",
        metavar="NAME",
        help=setting_help("origin"),
        autocompletion=complete_origins,
    ),
]
Requests = Annotated[
    str | None,
    typer.Option(
        "--requests",
        metavar="MODE",
        help=setting_help("requests"),
        autocompletion=one_of(*get_args(RequestMode)),
    ),
]
Rate = Annotated[
    str | None,
    typer.Option(
        "--rate", metavar="N|auto", help=setting_help("rate"), autocompletion=one_of("auto")
    ),
]
MaxRate = Annotated[
    str | None, typer.Option("--max-rate", metavar="N", help=setting_help("max_rate"))
]
Quota = Annotated[str | None, typer.Option("--quota", metavar="N", help=setting_help("quota"))]
Concurrency = Annotated[
    str | None, typer.Option("--concurrency", metavar="N", help=setting_help("concurrency"))
]
MaxDuration = Annotated[
    str | None, typer.Option("--max-duration", metavar="TIME", help=setting_help("max_duration"))
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="say nothing but errors")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="say each retry and each pause, too")
]
LogFile = Annotated[
    Path | None,
    typer.Option(
        "--log-file", metavar="FILE", help="append what is said to a file, too, line by line"
    ),
]
LogJson = Annotated[
    bool, typer.Option("--log-json", help="say everything as JSON lines, for a machine that reads")
]
