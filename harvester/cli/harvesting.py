"""What `run` and `retry` share: a harvest with its signals, its words and its exit code."""

import asyncio
import signal
from typing import TYPE_CHECKING

import typer

from harvester import runtime
from harvester.cli import exits
from harvester.cli.output import write_json
from harvester.cli.verbosity import Verbosity
from harvester.runtime import collect_rarely, give_back_large_blocks
from harvester.settings import Settings

if TYPE_CHECKING:
    from harvester.lake.documents.summary import Report
    from harvester.run.state import Event, Snapshot


def harvest_and_exit(settings: Settings, verbosity: Verbosity, *, as_json: bool) -> None:
    """Harvest, print the Report when asked to, and end with its exit code."""
    give_back_large_blocks()
    collect_rarely()
    report = runtime.run(_harvest(settings, verbosity))
    if as_json:
        write_json(report.to_dict())
    raise typer.Exit(exits.of_report(report))


async def _harvest(settings: Settings, verbosity: Verbosity) -> "Report":
    from harvester.cli.console.voice import speaker  # noqa: PLC0415 - rich and aiohttp: not for --help
    from harvester.run.harvest import harvest  # noqa: PLC0415 - as above
    from harvester.run.stop import Stop  # noqa: PLC0415 - as above

    with speaker(verbosity) as voice:
        stop = Stop()

        def observe(event: "Event", snapshot: "Snapshot") -> None:
            if event == "planned" and settings.base_url is None:
                voice.note("simulated", "No TMDB token: TMDB is simulated; its data is synthetic.")
            voice.observe(event, snapshot)

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
        report = await harvest(settings, stop=stop, observe=observe)
    voice.conclude(report)
    return report
