"""`harvester analyse`: what the Refined zone answers, as a page for people."""

import asyncio
from pathlib import Path

from harvester import settings
from harvester.cli import options, page_output, zones


def analyse_command(
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    lang: page_output.Lang = "en",
    output: page_output.Output = None,
) -> None:
    """Write what the Refined zone tells as one HTML page, by default ./analysis.html.

    Examples:
        harvester analyse --local                        # after `harvester refined --local`
        harvester analyse --lake s3://my-lake -o page.html
        harvester analyse --local --lang pt-BR
    """
    zones.require_zones("altair", "vl_convert")
    from harvester.stores import open_store  # noqa: PLC0415 - not for --help
    from harvester.zones.analysis.page import analysis_page as page_of  # noqa: PLC0415 - needs the extra

    language = page_output.language_of(lang)
    where = settings.lake_of({"lake": lake}, local=local)

    async def make() -> str:
        async with open_store(where) as store:
            return await page_of(store, language)

    page_output.write_page(output or Path("analysis.html"), asyncio.run(make()))
