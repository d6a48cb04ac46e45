"""The `harvester` command: its subcommands, and what every error becomes."""

import os
import sys
import traceback
from typing import Annotated

import typer

from harvester import __version__
from harvester.cli import exits, inspecting, running, simulating, uploading, zoning
from harvester.errors import HarvesterError
from harvester.settings import TOKEN_VARIABLES

app = typer.Typer(
    name="harvester",
    help="Harvest everything TMDB knows about a list of IMDb titles into a data lake.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "Exit codes: 0 done, 1 unexpected, 2 usage or input, 3 some titles failed, "
        "4 token refused, 5 TMDB or store gave up, 10 stopped by time, 130 interrupted."
    ),
)
app.command("run")(running.run)
app.command("retry")(running.retry)
app.command("upload")(uploading.upload)
app.command("status")(inspecting.status)
app.command("verify")(inspecting.verify)
app.command("trusted")(zoning.trusted)
app.command("refined")(zoning.refined)
app.command("simulate")(simulating.simulate)
app.command("config")(inspecting.config)


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
    try:
        app()
    except HarvesterError as error:
        typer.echo(f"harvester: {error}", err=True)
        sys.exit(exits.of_error(error))
    except BrokenPipeError:
        # The reader of our stdout has left (`| head`); keep Python from flushing into the void.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(exits.Exit.UNEXPECTED)
    except KeyboardInterrupt:
        sys.exit(exits.Exit.INTERRUPTED)
    except Exception:  # noqa: BLE001 - the last line of defence: no token in a traceback
        typer.echo(_without_tokens(traceback.format_exc()), err=True)
        typer.echo("harvester: unexpected error, see above; what is committed is safe", err=True)
        sys.exit(exits.Exit.UNEXPECTED)


def _without_tokens(text: str) -> str:
    for variable in TOKEN_VARIABLES:
        if token := os.environ.get(variable, "").strip():
            text = text.replace(token, "***")
    return text
