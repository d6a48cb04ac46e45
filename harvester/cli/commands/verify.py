"""`harvester verify`: every invariant of a run, checked from the lake alone."""

import asyncio
from typing import TYPE_CHECKING

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.exits import Exit
from harvester.cli.output import ensure_written, say, show, write_json
from harvester.words import counted

if TYPE_CHECKING:
    from harvester.run.verify import Breach, Checked


def verify_command(
    run: options.Run = None,
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    as_json: options.Json = False,
) -> None:
    """Check every invariant of a run from the lake alone; exit 3 when one is breached.

    Examples:
        harvester verify --local                                # the newest run of ./lake
        harvester verify 20261124-167afb2f --lake s3://my-lake  # this one
        harvester verify --local --json > breaches.json         # for a machine
    """
    name, found, checked = asyncio.run(_verify(settings.lake_of({"lake": lake}, local=local), run))
    if as_json:
        content = {"run": name, "checked": checked, "breaches": found}
        write_json(content)
    else:
        for breach in found:
            show(f"{breach.where}: {breach.what}")
        units = counted(checked.pending, "unit")
        pending = f", {units} still to do" if checked.pending else ""
        say(
            f"run {name}: {counted(len(found), 'breach', 'breaches')} in "
            f"{counted(checked.titles, 'title')}, {counted(checked.files, 'file')}, "
            f"{counted(checked.records, 'record')}{pending}"
        )
        ensure_written()
    if found:
        raise typer.Exit(Exit.SOME_FAILED)


async def _verify(lake: str, run: str | None) -> tuple[str, list["Breach"], "Checked"]:
    from harvester.run.verify import Checked, verify  # noqa: PLC0415
    from harvester.stores import open_store  # noqa: PLC0415

    checked = Checked()
    async with open_store(lake) as store:
        return *await verify(store, run, checked), checked
