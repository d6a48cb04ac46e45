"""The report's page: its content, whatever the lake holds, and its size."""

import dataclasses
import json
import re
from pathlib import Path

import pytest
from made_run import RUN, make_run
from markupsafe import escape

from harvester.model import Outcome
from harvester.pages import LANGUAGES, Language, load_texts
from harvester.pages.report.history import RunOverview, read_overview
from harvester.pages.report.page import reason_text, report_page
from harvester.stores import open_store

HARVESTED = Outcome("harvested", "movie", 1)
FAILED = Outcome("failed", "movie", 7, "details: http_500")
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


async def overview(folder: Path) -> RunOverview:
    """Read the run's overview."""
    async with open_store(str(folder)) as store:
        return await read_overview(store, RUN)


def page_of(
    one: RunOverview, language: Language = "en", resume: str | None = "harvester run"
) -> str:
    """Return the page with commands that can be told apart."""
    return report_page(
        one, language, resume=resume, retry="harvester retry R", verify="harvester verify R"
    )


def listed(page: str) -> list[tuple[str, int]]:
    """Return the outcomes and numbers in the page's data."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    groups = json.loads(found[1])["groups"]
    return [(group["outcome"], number) for group in groups for number in group["numbers"]]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_finished_run_with_failures_shows_how_to_retry(
    tmp_path: Path, language: Language
) -> None:
    """The headline, every missing title in the data, the command to retry; none to resume."""
    await make_run(tmp_path, 150, lambda n: FAILED if n % 50 == 0 else HARVESTED)
    page = page_of(await overview(tmp_path), language)
    assert f'<html lang="{language}">' in page
    share = "98.0%" if language == "en" else "98,0%"
    assert f"<h1>{load_texts(language)('report.headline', share=share, total=150)}</h1>" in page
    assert listed(page) == [("failed", 50), ("failed", 100), ("failed", 150)]
    assert "harvester retry R" in page
    assert "harvester run<" not in page
    assert load_texts(language)("what.http", status=500) in page
    assert f"{tmp_path}/Raw/TMDB/_harvest/{RUN}/units/*.json" in page


async def test_what_it_would_cost_is_said_of_a_folder_alone(tmp_path: Path) -> None:
    """The store says where the lake is, whatever its URI looks like."""
    await make_run(tmp_path, 3, lambda _: HARVESTED)
    one = await overview(tmp_path)
    said = str(escape(load_texts("en")("report.cost.local")))
    assert said in page_of(one)
    assert said not in page_of(dataclasses.replace(one, on_s3=True))


async def test_an_unfinished_run_shows_how_to_resume(tmp_path: Path) -> None:
    """The command when there is one, a sentence when the Report does not contain it."""
    await make_run(tmp_path, 250, lambda _: HARVESTED, units=1)
    one = await overview(tmp_path)
    assert "<code>harvester run</code>" in page_of(one)
    unknown = page_of(one, resume=None)
    assert "<code>harvester" not in unknown
    assert "Run the same command again" in unknown


async def test_a_run_without_any_unit_is_a_page_too(tmp_path: Path) -> None:
    """No chart, no table, and no error."""
    await make_run(tmp_path, 250, lambda _: HARVESTED, units=0)
    page = page_of(await overview(tmp_path))
    assert "0% of 250 titles harvested" in page
    assert listed(page) == []
    assert "<svg" not in page


async def test_nothing_of_the_lake_becomes_markup(tmp_path: Path) -> None:
    """A reason and an input's name that contain tags are shown as text."""
    hostile = Outcome("failed", reason=HOSTILE)
    await make_run(tmp_path, 100, lambda _: hostile, name=f"{HOSTILE}.csv")
    page = page_of(await overview(tmp_path))
    assert HOSTILE not in page
    assert "<img" not in page
    assert "alert(1)&lt;/script&gt;" in page
    assert page.count("<script") == 3


async def test_the_page_asks_the_network_for_nothing(tmp_path: Path) -> None:
    """Its policy allows only its own script, and no element refers to another source."""
    await make_run(tmp_path, 100, lambda _: HARVESTED)
    page = page_of(await overview(tmp_path))
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|img|iframe|link)[^>]+(src|href)=.?https?:", page)
    assert "@import" not in page
    assert not re.search(r"url\(", page)


@pytest.mark.slow
async def test_the_page_of_a_large_run_stays_small(tmp_path: Path) -> None:
    """40,000 titles, half of them missing: all are listed, in a page well under 5 MB."""
    unmatched = Outcome("unmatched", reason="not_found")
    await make_run(tmp_path, 40_000, lambda n: unmatched if n % 2 else HARVESTED)
    page = page_of(await overview(tmp_path))
    assert len(listed(page)) == 20_000
    assert len(page) < 600_000


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("not_found", "TMDB does not know this id"),
        ("find: timeout", "no answer in time (asking for find)"),
        ("credits: http_502", "TMDB answered with status 502 (asking for credits)"),
        ("something new", "something new"),
        ("find: something new", "find: something new"),
        ("http_502", "http_502"),
    ],
)
def test_a_reason_is_said_in_words(reason: str, expected: str) -> None:
    """An unknown reason stays as it is in the manifest."""
    assert reason_text(load_texts("en"), reason) == expected


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_run_of_one_title(tmp_path: Path, language: Language) -> None:
    """Failed or still to do, in one file or none: one of anything is no plural."""
    for name, outcome, units in (("a", HARVESTED, 1), ("b", FAILED, 1), ("c", HARVESTED, 0)):
        await make_run(tmp_path / name, 1, {1: outcome}.__getitem__, units=units)
        page = page_of(await overview(tmp_path / name), language)
        plurals = r"\b1 (titles|files|inputs|títulos|arquivos|repetidas|entradas)\b"
        assert re.findall(plurals, page) == []
        assert re.search(r"1 (title|título)\b", page)
