"""The `harvester` command: its subcommands, and what every error becomes."""

import os
import sys
import traceback
from typing import Annotated

import typer
from typer.exceptions import TyperException

from harvester.cli import exits, system, usage
from harvester.cli.commands import (
    analyse,
    config,
    refined,
    report,
    retry,
    run,
    simulate,
    status,
    trusted,
    upload,
    verify,
)
from harvester.cli.help import TeachingCommand, TeachingGroup
from harvester.cli.output import lost_sentence
from harvester.cli.streams import open_streams
from harvester.errors import HarvesterError
from harvester.settings import without_tokens
from harvester.version import __version__

app = typer.Typer(
    name="harvester",
    cls=TeachingGroup,
    help="""Harvest everything TMDB knows about a list of IMDb titles into a data lake.

    Examples:
        harvester run --local                   # the bundled sample: no account, no key
        harvester run my.csv --lake ./my-lake   # your titles; TMDB_TOKEN holds your token
        harvester status --local                # what has been done, what is left
    """,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Exit codes: 0 done, 1 unexpected, 2 usage or input, 3 some titles failed, "
        "4 token refused, 5 TMDB or store gave up, 6 another process holds the run, "
        "10 stopped by time, 130 interrupted."
    ),
)
app.command("run")(run.run_command)
app.command("retry")(retry.retry_command)
app.command("upload")(upload.upload_command)
app.command("status")(status.status_command)
app.command("report")(report.report_command)
app.command("verify")(verify.verify_command)
app.command("trusted")(trusted.trusted_command)
app.command("refined")(refined.refined_command)
app.command("analyse")(analyse.analyse_command)
app.command("simulate")(simulate.simulate_command)
app.command("config")(config.config_command)
for command in app.registered_commands:
    command.cls = TeachingCommand


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"harvester {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; every end is an exit code of `exits.Exit`."""
    if (why := system.why_not_here()) is not None:
        typer.echo(f"harvester: {why}", err=True)
        sys.exit(exits.Exit.USAGE)
    open_streams()
    sys.exit(_ended())


def _ended() -> int:
    """Run the command line to its end, and return the exit code."""
    try:
        code = int(app(standalone_mode=False) or 0)
    except TyperException as error:
        typer.echo(usage.sentence(error), err=True)
        return exits.Exit.USAGE
    except typer.Abort:
        return exits.Exit.INTERRUPTED
    except HarvesterError as error:
        _say(error)
        return exits.of_error(error)
    except KeyboardInterrupt:
        return exits.Exit.INTERRUPTED
    except Exception:  # noqa: BLE001 - the last line of defence: no token in a traceback
        typer.echo(without_tokens(traceback.format_exc(), os.environ), err=True)
        typer.echo("harvester: unexpected error, see above; what is committed is safe", err=True)
        return exits.Exit.UNEXPECTED
    if (lost := lost_sentence()) is not None:  # not the command's work, or it would have raised
        typer.echo(f"harvester: {lost}", err=True)
    return code


def _say(error: HarvesterError) -> None:
    """Say an error in the form that was asked for; settings may be what is wrong."""
    if "--log-json" in sys.argv:
        from harvester.run.log import entry, line  # noqa: PLC0415 - not for --help

        said = entry("raised", level="ERROR", error=type(error).__name__, message=str(error))
        typer.echo(line(said), err=True)
    else:
        typer.echo(f"harvester: {error}", err=True)
