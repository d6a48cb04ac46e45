"""`harvester report`: what a run came to, as a page for people."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from harvester import settings
from harvester.cli import options, page_output
from harvester.cli.completion import complete_runs
from harvester.errors import SettingError
from harvester.lake import keys

if TYPE_CHECKING:
    from harvester.pages import Language
    from harvester.pages.report.history import RunOverview

_INDEX = "report-all.html"


def report_command(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="a run's id; none = the newest, with its retries",
            autocompletion=complete_runs,
        ),
    ] = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="an index of the lake instead: all runs, and the zones")
    ] = False,
    lake: options.Lake = None,
    local: options.Local = False,
    lang: page_output.Lang = "en",
    output: page_output.Output = None,
    opens: page_output.Open = False,
) -> None:
    """Write a run's report as one HTML page, by default ./report-<run>.html; prints its path.

    Examples:
        harvester report --local                                # of the newest run
        harvester report 20261124-167afb2f --lake s3://my-lake  # of this one
        harvester report --all --local --lang pt-BR -o lake/indice.html
    """
    language = page_output.language_of(lang)
    where = settings.lake_of({"lake": lake}, local=local)
    if every:
        if run is not None:
            raise SettingError(f"--all is of every run: leave out {run}, or --all")
        path = output or Path(_INDEX)
        page_output.write_page(output, _INDEX, _index_page(where, language, path), opens=opens)
        return
    overview = asyncio.run(_read(where, run))
    from harvester.cli.next_command import command_to_resume, command_to_retry, command_to_verify  # noqa: PLC0415 - as the page, not for --help
    from harvester.pages.report.page import report_page  # noqa: PLC0415

    page = report_page(
        overview,
        language,
        resume=command_to_resume(overview.report),
        retry=command_to_retry(overview.report),
        verify=command_to_verify(overview.report),
    )
    page_output.write_page(output, keys.report_page(overview.plan.run), page, opens=opens)


def _index_page(lake: str, language: "Language", path: Path) -> str:
    from harvester.pages.lake_index import index_page, read_lake  # noqa: PLC0415 - not for --help

    overview = asyncio.run(read_lake(lake))
    pages = [*overview.reports.values(), *([overview.analysis] if overview.analysis else [])]
    root = "" if overview.on_s3 else os.path.relpath(overview.lake, path.parent)
    return index_page(overview, language, {key: quote(os.path.join(root, key)) for key in pages})  # noqa: PTH118 - S3's root is no path


async def _read(lake: str, run: str | None) -> "RunOverview":
    from harvester.pages.report.history import read_overview  # noqa: PLC0415
    from harvester.run import choose  # noqa: PLC0415
    from harvester.run.retries import base_of  # noqa: PLC0415
    from harvester.stores import open_store  # noqa: PLC0415

    async with open_store(lake) as store:
        return await read_overview(store, run or base_of(await choose.newest_run(store)))
