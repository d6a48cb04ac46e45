"""What `run` and `retry` share: a harvest with its signals, its words and its exit code."""

import asyncio
import signal
from typing import TYPE_CHECKING

import typer

from harvester import runtime
from harvester.cli import exits
from harvester.cli.output import write_json
from harvester.cli.verbosity import Verbosity
from harvester.origins.table import ORIGINS
from harvester.runtime import collect_rarely, give_back_large_blocks
from harvester.settings import Settings

if TYPE_CHECKING:
    from harvester.cli.console.log_file import LogFile
    from harvester.lake.documents.summary import Report
    from harvester.run.state import Event, Snapshot


def harvest_and_exit(settings: Settings, verbosity: Verbosity, *, as_json: bool) -> None:
    """Harvest, print the Report when asked to, and end with its exit code."""
    give_back_large_blocks()
    collect_rarely()
    report = runtime.run(_logged(settings, verbosity))
    if as_json:
        write_json(report.to_dict())
    raise typer.Exit(exits.of_report(report))


def simulated(settings: Settings) -> str:
    """Return the sentence on an origin that is simulated, here or elsewhere."""
    origin = settings.origin
    here = settings.base_url is None and ORIGINS[origin].token_variables
    why = f"No {origin} token: " if here else ""
    return f"{why}{origin} is simulated; its data is synthetic."


async def _logged(settings: Settings, verbosity: Verbosity) -> "Report":
    from harvester.cli.console.log_file import open_log_file  # noqa: PLC0415 - as below

    with open_log_file(verbosity.log_file) as log:
        return await _harvest(settings, verbosity, log)


async def _harvest(settings: Settings, verbosity: Verbosity, log: "LogFile | None") -> "Report":
    from harvester.cli.console.voice import speaker  # noqa: PLC0415 - rich and aiohttp: not for --help
    from harvester.run.harvest import harvest  # noqa: PLC0415 - as above
    from harvester.run.stop import STOP_SECONDS, Stop  # noqa: PLC0415 - as above

    with speaker(verbosity, log) as voice:
        stop = Stop()

        def observe(event: "Event", snapshot: "Snapshot") -> None:
            if event == "planned" and settings.base_url is None:
                voice.note("simulated", simulated(settings))
            voice.observe(event, snapshot)

        def interrupt() -> None:
            if stop.requested.is_set():
                stop.abort("interrupted")
            else:
                voice.note(
                    "interrupted",
                    "Interrupted: finishing what can be finished in a few seconds; "
                    "once more to give it up.",
                )
                stop.request("interrupted", within=STOP_SECONDS)

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, interrupt)
        report = await harvest(settings, stop=stop, observe=observe)
    voice.conclude(report)
    return report
