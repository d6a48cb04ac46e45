"""Writes each kind of page, full of what is hard to show: long names, many reasons, all charts."""

from dataclasses import replace
from pathlib import Path

from made_effects import star_of
from made_run import RUN, make_run
from made_star import make_star, small_star

from harvester.model import Outcome
from harvester.pages import Language
from harvester.pages.lake_index import index_page, read_lake
from harvester.pages.report.history import read_overview
from harvester.pages.report.page import report_page
from harvester.stores import open_store
from harvester.zones.analysis.page import analysis_page

_REASONS = ("details: http_500", "credits: timeout", "no-space-in-a-reason-" * 6)
_WHY = {"new": 700, "changed": 200, "unmatched": 99, "not_found": 1}


def _outcome(number: int) -> Outcome:
    if number % 100 == 0:
        return Outcome("failed", reason=_REASONS[number // 100 % 3])
    if number % 5 == 0:
        return Outcome("unmatched", reason="not_found" if number % 2 else "only_tv_episode")
    return Outcome("harvested", "movie", number)


async def write_report(folder: Path, language: Language) -> Path:
    """Write the page of a run of 1,000 titles, with everything that a run may show."""
    await make_run(folder, 1000, _outcome, name=f"{'a-long-name-' * 8}.csv")
    async with open_store(str(folder)) as store:
        overview = await read_overview(store, RUN)
    overview = replace(overview, report=replace(overview.report, why=_WHY, synthetic=True))
    command = f"harvester retry {RUN} --lake s3://a-bucket-with-a-long-name/and/a/prefix --rate 20"
    page = report_page(overview, language, resume=None, retry=command, verify=command)
    return _write(folder / f"report.{language}.html", page)


async def write_analysis(folder: Path, language: Language) -> Path:
    """Write the page of the small star, with titles enough for every finding."""
    small, large = small_star(), star_of(effect=True)
    both = {name: small.get(name, []) + large.get(name, []) for name in {*small, *large}}
    await make_star(folder, both, synthetic=True)
    async with open_store(str(folder)) as store:
        page = await analysis_page(store, language)
    return _write(folder / f"analysis.{language}.html", page)


async def write_index(folder: Path, language: Language) -> Path:
    """Write the index of a lake with a finished, an unfinished and a damaged run, and a zone."""
    await make_run(folder, 1000, _outcome)
    await make_run(folder, 250, _outcome, units=1, run=f"{RUN}-2")
    await make_run(folder, 10, _outcome, run=f"{RUN}-3")
    (folder / f"Raw/TMDB/_harvest/{RUN}-3/plan.json").write_text("{")
    await make_star(folder, small_star())
    overview = await read_lake(str(folder))
    links = {f"report-{RUN}.html": "report.html"}
    page = index_page(replace(overview, reports={RUN: f"report-{RUN}.html"}), language, links)
    return _write(folder / f"index.{language}.html", page)


def _write(path: Path, page: str) -> Path:
    path.write_text(page, encoding="utf-8")
    return path
