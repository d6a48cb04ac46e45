"""`harvester upload`: the batch uploader."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.output import show
from harvester.clock import today
from harvester.runtime import give_back_large_blocks


def upload_command(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="CSVs, lists of ids, folders of CSVs")
    ],
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    kind: options.As = None,
    date: options.Date = None,
    force: Annotated[
        bool, typer.Option("--force", help="replace what lies in a file's place with other bytes")
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Put CSVs into the lake's Raw/Local/CSV, byte for byte; their keys go to stdout.

    Examples:
        harvester upload movies.csv series.csv --lake s3://my-lake
        harvester upload my-list.txt --as Movies --local  # a bare list of ids
        harvester upload data/ --local --force            # a folder's CSVs, over others
    """
    flags = {"lake": lake, "kind": kind, "date": date}
    loaded = settings.load_settings(flags, local=local, needs_token=False)
    give_back_large_blocks()
    try:
        asyncio.run(_upload(loaded, files, force=force, quiet=quiet))
    except asyncio.CancelledError:  # SIGTERM: `docker stop`
        raise KeyboardInterrupt from None


async def _upload(
    loaded: settings.Settings, files: list[Path], *, force: bool, quiet: bool
) -> None:
    from harvester.cli.console.terminal import open_console  # noqa: PLC0415 - rich: not for --help
    from harvester.cli.console.upload_bar import UploadBar  # noqa: PLC0415
    from harvester.inputs.upload import upload_files as put  # noqa: PLC0415
    from harvester.stores import open_store  # noqa: PLC0415

    work = asyncio.current_task()
    if work is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    bar = UploadBar(open_console(stderr=True, quiet=quiet))
    try:
        async with open_store(loaded.lake) as store:
            with bar:
                when = loaded.date or today()
                await put(
                    store, files, kind=loaded.kind, when=when, force=force, observer=bar.observer
                )
    finally:  # where all of the terminal is the bar's until it stops; what failed leaves the others
        for key in sorted(bar.keys):  # whichever was sent first
            show(key)
