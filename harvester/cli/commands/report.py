"""`harvester report`: what a run came to, as a page for people."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from harvester import settings
from harvester.cli import options, page_output
from harvester.cli.completion import complete_runs

if TYPE_CHECKING:
    from harvester.pages.report.history import RunOverview


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
        harvester report --local --lang pt-BR -o relatorio.html
    """
    language = page_output.language_of(lang)
    overview = asyncio.run(_read(settings.lake_of({"lake": lake}, local=local), run))
    from harvester.cli.next_command import command_to_resume, command_to_retry, command_to_verify  # noqa: PLC0415 - as the page, not for --help
    from harvester.pages.report.page import report_page  # noqa: PLC0415

    page = report_page(
        overview,
        language,
        resume=command_to_resume(overview.report),
        retry=command_to_retry(overview.report),
        verify=command_to_verify(overview.report),
    )
    page_output.write_page(output, f"report-{overview.plan.run}.html", page, opens=opens)


async def _read(lake: str, run: str | None) -> "RunOverview":
    from harvester.pages.report.history import read_overview  # noqa: PLC0415
    from harvester.run import choose  # noqa: PLC0415
    from harvester.run.retries import base_of  # noqa: PLC0415
    from harvester.stores import open_store  # noqa: PLC0415

    async with open_store(lake) as store:
        return await read_overview(store, run or base_of(await choose.newest_run(store)))
