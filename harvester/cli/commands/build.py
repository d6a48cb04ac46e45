"""`harvester build`: both zones and the analysis page, as far as they are not up to date."""

from typing import TYPE_CHECKING, Any

from harvester import settings
from harvester.cli import options, page_output, zones
from harvester.extras import require_zones
from harvester.lake import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from harvester.stores import Store
    from harvester.zones.built import Built


def build_command(
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    engine: zones.Engine = "duckdb",
    memory: zones.Memory = None,
    rebuild: zones.Rebuild = False,
    lang: page_output.Lang = "en",
    output: page_output.Output = None,
    opens: page_output.Open = False,
    verbose: zones.Verbose = False,
    quiet: zones.Quiet = False,
) -> None:
    """Build Trusted, Refined and the analysis page, what is new of them; exit 3 on a failed check.

    Examples:
        harvester build --local                       # after each `harvester run --local`
        harvester build --lake s3://my-lake -o page.html
        harvester build --local --rebuild -v          # everything, with every check
    """
    require_zones("this command", "altair", "vl_convert")
    from harvester.zones.analysis.page import analysis_page  # noqa: PLC0415 - as below
    from harvester.zones.memory import memory_of_duckdb  # noqa: PLC0415 - as below
    from harvester.zones.refined.build import build_refined  # noqa: PLC0415 - as below
    from harvester.zones.trusted.build import build_trusted  # noqa: PLC0415 - needs the extra

    most = memory_of_duckdb(memory, engine)
    language = page_output.language_of(lang)
    where = settings.lake_of({"lake": lake}, local=local)

    def build(zone: "Callable[..., Coroutine[Any, Any, Built]]") -> "Built":
        done = zones.with_store(
            where,
            lambda store, step: zone(store, engine, rebuild=rebuild, memory=most, step=step),
            quiet=quiet,
        )
        zones.show_built(done, verbose=verbose, quiet=quiet)
        return done

    async def draw(store: "Store", step: "Callable[[str], None]") -> str:
        step("Analysis: the page")
        return await analysis_page(store, language)

    both = build(build_trusted), build(build_refined)
    page = zones.with_store(where, draw, quiet=quiet)
    page_output.write_page(output, keys.ANALYSIS_PAGE, page, quiet=quiet, opens=opens)
    zones.exit_of(*both)
