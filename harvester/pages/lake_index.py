"""`harvester report --all`: the runs and zones of a lake, as a page that leads to theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harvester.clock import now
from harvester.errors import UserError
from harvester.lake import keys
from harvester.lake.documents.built_zones import BuiltZone, built_zones
from harvester.lake.documents.summary import Report
from harvester.model import DEFAULT_ORIGIN
from harvester.pages.rendering import render
from harvester.pages.texts import Language
from harvester.run.damage import DamagedRun
from harvester.run.status import all_reports
from harvester.stores import Store, open_store

_ANALYSES = (keys.ANALYSIS_PAGE, f"Refined/{keys.ANALYSIS_PAGE}")


@dataclass(frozen=True, slots=True)
class LakeOverview:
    """A lake's runs, the newest first, its zones, and the keys of the pages that lie in it."""

    lake: str
    runs: Sequence[Report | DamagedRun]
    zones: Sequence[BuiltZone]
    reports: Mapping[str, str]
    analysis: str | None
    on_s3: bool


async def read_lake(lake: str) -> LakeOverview:
    """Return what a lake holds. Raises `UserError` where that is nothing, `LakeError` otherwise."""
    runs = await all_reports(lake)
    async with open_store(lake) as store:
        zones = await built_zones(store)
        if not runs and not zones:
            raise UserError(f"{lake} holds no run yet: start one with `harvester run`")
        pages = await _pages(store)
        return LakeOverview(
            lake=store.uri,
            runs=runs,
            zones=zones,
            reports={one.run: key for one in runs if (key := keys.report_page(one.run)) in pages},
            analysis=next((key for key in _ANALYSES if key in pages), None),
            on_s3=store.folder is None,
        )


def index_page(overview: LakeOverview, language: Language, links: Mapping[str, str]) -> str:
    """Return the page; `links` are the addresses of the lake's keys, as seen from the page."""
    reports = [one for one in overview.runs if isinstance(one, Report)]
    others = sorted({one.asked.origin for one in reports} - {DEFAULT_ORIGIN})
    return render(
        "lake_index.html",
        language,
        origins=(DEFAULT_ORIGIN, *others),
        overview=overview,
        reports=reports,
        damaged=[one for one in overview.runs if isinstance(one, DamagedRun)],
        links=links,
        synthetic=any(one.synthetic for one in reports),
        unfinished=sum(one.state == "unfinished" for one in reports),
        made_at=now(),
    )


async def _pages(store: Store) -> set[str]:
    """Return the keys of the pages that lie where the commands' default names put them."""
    found = set()
    for prefix in (keys.REPORT_PAGES, *_ANALYSES):
        async for entry in store.list(prefix):
            found.add(entry.key)
    return found
