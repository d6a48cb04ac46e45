"""The `harvester` command: its subcommands, and what every error becomes."""

import os
import sys
import traceback
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from harvester.cli import exits, system, usage
from harvester.cli.commands import (
    analyse,
    build,
    config,
    describe,
    expire,
    export,
    init,
    query,
    refined,
    report,
    retry,
    run,
    simulate,
    status,
    trusted,
    upload,
    verify,
    version,
)
from harvester.cli.commands import show as showing
from harvester.cli.help import TeachingCommand, TeachingGroup
from harvester.cli.output import ensure_written, lost_sentence, say, show
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
        harvester build --local                 # from that typed tables, a star schema, a page
    """,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Exit codes: 0 done, 1 unexpected, 2 usage or input, 3 some titles failed, "
        "4 token refused, 5 TMDB or store gave up, 6 another process holds the run, "
        "10 stopped by time or quota, 130 interrupted."
    ),
)
app.command("init")(init.init_command)
app.command("run")(run.run_command)
app.command("retry")(retry.retry_command)
app.command("upload")(upload.upload_command)
app.command("status")(status.status_command)
app.command("show")(showing.show_command)
app.command("report")(report.report_command)
app.command("verify")(verify.verify_command)
app.command("expire")(expire.expire_command)
app.command("build")(build.build_command)
app.command("trusted")(trusted.trusted_command)
app.command("refined")(refined.refined_command)
app.command("analyse")(analyse.analyse_command)
app.command("query")(query.query_command)
app.command("export")(export.export_command)
app.command("describe")(describe.describe_command)
app.command("simulate")(simulate.simulate_command)
app.command("config")(config.config_command)
app.command("version")(version.version_command)
for command in app.registered_commands:
    command.cls = TeachingCommand


def _show_version(*, wanted: bool) -> None:
    if wanted:
        show(f"harvester {__version__}")
        ensure_written()
        raise typer.Exit


@app.callback()
def _root(
    *,
    only_version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="print the version"),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; every end is an exit code of `exits.Exit`."""
    if (why := system.why_not_here()) is not None:
        say(f"harvester: {why}")
        sys.exit(exits.Exit.USAGE)
    open_streams()
    sys.exit(_ended())


def _ended() -> int:
    """Run the command line to its end, and return the exit code."""
    try:
        code = int(command_line()(standalone_mode=False) or 0)
    except TyperException as error:
        _say("UsageError", *usage.lines(error))
        return exits.Exit.USAGE
    except typer.Abort:
        return exits.Exit.INTERRUPTED
    except HarvesterError as error:
        _say(type(error).__name__, f"harvester: {error}")
        return exits.of_error(error)
    except KeyboardInterrupt:
        return exits.Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: no token in a traceback
        return _unexpected(error)
    if (lost := lost_sentence()) is not None:  # not the command's work, or it would have raised
        _say("OSError", f"harvester: {lost}")
    return code


def _unexpected(error: Exception) -> int:
    """Say what no command expects, with its traceback, unless it is known what it comes of."""
    if (why := system.no_temporary_folder(error)) is not None:
        _say(type(error).__name__, f"harvester: {why}")
        return exits.Exit.USAGE
    trace = without_tokens("".join(traceback.format_exception(error)), os.environ).splitlines()
    last = "harvester: unexpected error, see above; what is committed is safe"
    _say(type(error).__name__, *trace, last)
    return exits.Exit.UNEXPECTED


@cache
def command_line() -> Callable[..., Any]:
    """Return the whole command, made once by typer: that takes longer than most commands do."""
    return typer.main.get_command(app)


def _say(error: str, *lines: str) -> None:
    """Say an error in the form that was asked for; the command line itself may be what is wrong."""
    if "--log-json" in sys.argv:
        from harvester.run.log import entry, line  # noqa: PLC0415 - not for --help

        message = "\n".join(lines).removeprefix("harvester: ")
        say(line(entry("raised", level="ERROR", error=error, message=message)))
    else:
        say(*lines)
