"""`harvester report` and `analyse`: pages for people."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.completing import run_ids
from harvester.cli.zoning import require_zones
from harvester.errors import SettingError

if TYPE_CHECKING:
    from harvester.pages import Language
    from harvester.pages.report.history import Told

Lang = Annotated[str, typer.Option("--lang", metavar="CODE", help="the page's: en or pt-BR")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="where the page goes")
]


def report(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="a run's id; none = the newest, with its retries",
            autocompletion=run_ids,
        ),
    ] = None,
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    lang: Lang = "en",
    output: Output = None,
) -> None:
    """Write a run's report as one HTML page, by default ./report-<run>.html; prints its path.

    Examples:
        harvester report --local                                # of the newest run
        harvester report 20261124-167afb2f --lake s3://my-lake  # of this one
        harvester report --local --lang pt-BR -o relatorio.html
    """
    language = language_of(lang)
    told = asyncio.run(_told(settings.lake_of({"lake": lake}, local=local), run))
    from harvester.cli.resuming import (  # noqa: PLC0415 - as the page, not for --help
        resume_command,
        retry_command,
        verify_command,
    )
    from harvester.pages.report.page import report_page  # noqa: PLC0415

    page = report_page(
        told,
        language,
        resume=resume_command(told.report),
        retry=retry_command(told.report),
        verify=verify_command(told.report),
    )
    write_page(output or Path(f"report-{told.plan.run}.html"), page)


def analyse(
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    lang: Lang = "en",
    output: Output = None,
) -> None:
    """Write what the Refined zone tells as one HTML page, by default ./analysis.html.

    Examples:
        harvester analyse --local                        # after `harvester refined --local`
        harvester analyse --lake s3://my-lake -o page.html
        harvester analyse --local --lang pt-BR
    """
    require_zones("altair", "vl_convert")
    from harvester.stores import open_store  # noqa: PLC0415 - not for --help
    from harvester.zones.analysis.page import analyse as page_of  # noqa: PLC0415 - needs the extra

    language = language_of(lang)
    where = settings.lake_of({"lake": lake}, local=local)

    async def make() -> str:
        async with open_store(where) as store:
            return await page_of(store, language)

    write_page(output or Path("analysis.html"), asyncio.run(make()))


def language_of(lang: str) -> "Language":
    """Return a page's language. Raises `SettingError`."""
    from harvester.pages import LANGUAGES  # noqa: PLC0415 - not for --help

    known = {language.casefold(): language for language in LANGUAGES}
    found = known.get(lang.replace("_", "-").casefold())
    if found is None:
        raise SettingError(f"--lang takes {' or '.join(LANGUAGES)}, not {lang!r}")
    return found


def write_page(path: Path, page: str) -> None:
    """Write a page and print its path. Raises `SettingError` when it can't be written."""
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise SettingError(f"--output {path} can't be written: {error.strerror}") from None
    typer.echo(path)


async def _told(lake: str, run: str | None) -> "Told":
    from harvester.pages.report.history import account  # noqa: PLC0415
    from harvester.run import choose  # noqa: PLC0415
    from harvester.run.retries import base_of  # noqa: PLC0415
    from harvester.stores import open_store  # noqa: PLC0415

    async with open_store(lake) as store:
        return await account(store, run or base_of(await choose.newest(store)))
