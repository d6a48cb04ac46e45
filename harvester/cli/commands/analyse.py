"""`harvester analyse`: what the Refined zone answers, as a page for people."""

from typing import TYPE_CHECKING

from harvester import settings
from harvester.cli import options, page_output, zones
from harvester.extras import require_zones
from harvester.lake import keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from harvester.stores import Store


def analyse_command(
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    lang: page_output.Lang = "en",
    output: page_output.Output = None,
    opens: page_output.Open = False,
    quiet: options.Quiet = False,
) -> None:
    """Write what the Refined zone tells as one HTML page, by default ./analysis.html.

    Examples:
        harvester analyse --local                        # after `harvester refined --local`
        harvester analyse --lake s3://my-lake -o page.html
        harvester analyse --local --lang pt-BR
    """
    require_zones("this command", "altair", "vl_convert")
    from harvester.zones.analysis.page import analysis_page  # noqa: PLC0415 - needs the extra

    language = page_output.language_of(lang)
    where = settings.lake_of({"lake": lake}, local=local)

    async def make(store: "Store", step: "Callable[[str], None]") -> str:
        step("Analysis: the page")
        return await analysis_page(store, language)

    page = zones.with_store(where, make, quiet=quiet)
    page_output.write_page(output, keys.ANALYSIS_PAGE, page, quiet=quiet, opens=opens)
