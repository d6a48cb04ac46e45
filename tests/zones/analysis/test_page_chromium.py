"""The analysis in a real browser, offline: every chart has marks, and the filter changes them."""

import csv
from pathlib import Path
from typing import Literal

import chromium
import pytest
from made_effects import star_of
from made_star import make_star, small_star
from playwright.sync_api import Browser

from harvester.pages import LANGUAGES, Language, load_texts
from harvester.stores import open_store
from harvester.zones.analysis.choices import CHOICES
from harvester.zones.analysis.page import analysis_page
from harvester.zones.analysis.questions import QUESTIONS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium.CHROMIUM is None, reason=chromium.MISSING),
]

NAMES = [question.name for question in QUESTIONS]
MARKS = "svg g.mark-rect path, svg g.mark-symbol path, svg g.mark-line path"
# A gradient's number changes when its legend is redrawn. Visible is what has a place on the page.
VISIBLE = """marks => marks
    .filter(mark => mark.checkVisibility() && mark.getClientRects().length)
    .map(mark => `${mark.getAttribute('d')} ${(mark.getAttribute('fill') || '').split('url')[0]}`)
"""
LABEL = "#chart-going .role-axis-label text"
OF_MOVIES = {"money", "franchises", "genre_ratings", "director_ratings"}
"""Charts in which no series has anything."""
OF_SERIES = {"airing", "going"}
EMPTY = {
    *((name, "series") for name in (*OF_MOVIES, "actresses", "length")),
    *((name, "movie") for name in OF_SERIES),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Path]:
    """Write the page of the small star, with titles enough for every finding, in each language."""
    folder = tmp_path_factory.mktemp("analysis")

    async def make(language: Language) -> str:
        async with open_store(str(folder)) as store:
            return await analysis_page(store, language)

    small, large = small_star(), star_of(effect=True)
    both = {name: small.get(name, []) + large.get(name, []) for name in {*small, *large}}
    chromium.run(make_star(folder, both, synthetic=True))
    found = {}
    for language in LANGUAGES:
        found[language] = folder / f"{language}.html"
        found[language].write_text(chromium.run(make(language)), encoding="utf-8")
    return found


def drawn(seen: chromium.Seen, choice: str) -> dict[str, list[str]]:
    """Wait until a choice is drawn; return each chart's visible marks."""
    seen.page.wait_for_selector(f"html[data-drawn={choice}]", state="attached")
    return {
        name: seen.page.locator(f"#chart-{name}").locator(MARKS).evaluate_all(VISIBLE)
        for name in NAMES
    }


def choose(seen: chromium.Seen, choice: str) -> dict[str, list[str]]:
    """Choose by the label, as a person does."""
    seen.page.locator("fieldset.filter label").nth(CHOICES.index(choice)).click()
    return drawn(seen, choice)


@pytest.mark.parametrize("width", chromium.WIDTHS)
@pytest.mark.parametrize("scheme", chromium.SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_has_marks(
    browser: Browser,
    pages: dict[Language, Path],
    width: int,
    scheme: Literal["light", "dark"],
    language: Language,
) -> None:
    """Offline, without an error, no wider than the screen, in the page's colours."""
    with chromium.opened(browser, pages[language], width=width, scheme=scheme) as seen:
        marks = drawn(seen, "all")
        assert {name for name, found in marks.items() if found} == set(NAMES)
        assert seen.complaints == []
        assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
        assert seen.fits()
        for name in NAMES:
            box = seen.page.locator(f"#chart-{name} svg").bounding_box()
            card = seen.page.locator(f"#chart-{name}").bounding_box()
            assert box is not None
            assert card is not None
            assert box["height"] > 60
            assert 0.8 * card["width"] < box["width"] <= card["width"] + 1
        assert seen.page.locator(".question .badge").count() == len(NAMES)
        assert seen.colour(LABEL, "fill") == seen.colour(".eyebrow", "color")


def test_the_filter_changes_every_chart_its_finding_and_its_table(
    browser: Browser,
    pages: dict[Language, Path],
) -> None:
    """Movies, series, all again: marks, texts and rows change; what is empty is hidden."""
    with chromium.opened(browser, pages["en"]) as seen:
        page = seen.page
        before = drawn(seen, "all")
        findings = {}
        for choice in ("movie", "series"):
            marks = choose(seen, choice)
            for name in NAMES:
                shown = page.locator(f"#chart-{name}").is_visible()
                assert shown is ((name, choice) not in EMPTY)
                assert bool(marks[name]) is shown, (name, choice)
                findings[choice, name] = page.locator(f"#{name}").inner_text()
            changed = {name for name in NAMES if marks[name] != before[name]}
            # The only series with a length and a rating is too few for a mean.
            same = OF_MOVIES | {"length"} if choice == "movie" else OF_SERIES
            assert changed == set(NAMES) - same
        assert findings["series", "money"] == load_texts("en")("analysis.money.none")
        assert findings["movie", "going"] != findings["series", "going"]
        assert (
            page.locator("section.question table:visible").count()
            == len(NAMES) - len(OF_MOVIES) - 1
        )
        assert choose(seen, "all") == before
        assert seen.complaints == []


def test_the_figures_of_every_chart_are_saved_as_a_csv(
    browser: Browser, pages: dict[Language, Path]
) -> None:
    """All rows of the choice, with the heads of the table; what is hidden saves nothing."""
    with chromium.opened(browser, pages["pt-BR"]) as seen:
        page = seen.page
        drawn(seen, "all")
        choose(seen, "movie")
        for name in NAMES:
            button = page.locator(f"#save-{name}")
            assert button.is_visible() is ((name, "movie") not in EMPTY)
            if not button.is_visible():
                continue
            page.wait_for_timeout(150)  # Chromium drops the eleventh download of a second
            with page.expect_download() as download:
                button.click()
            assert download.value.suggested_filename == f"analysis-{name}-movie.csv"
            with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
                lines = list(csv.reader(file))
            section = page.locator(f"section[aria-labelledby={name}] table:visible")
            assert lines[0] == section.locator("thead th").all_inner_texts()
            assert len(lines) > section.locator("tbody tr:not(:has(td:empty))").count()
            assert not any("undefined" in line for line in lines)
            first = section.locator("tbody tr").first.locator("td").first.inner_text()
            assert first in {line[0].replace(".", ",") for line in lines} | {
                f"{float(line[0]):.1f}".replace(".", ",") for line in lines if line[0].isdigit()
            }
        assert seen.complaints == []


def test_the_keyboard_filters_and_opens_a_query(
    browser: Browser, pages: dict[Language, Path]
) -> None:
    """Tab to the filter, an arrow key to choose, Tab to a collapsed section, Enter to open it."""
    with chromium.opened(browser, pages["en"]) as seen:
        drawn(seen, "all")
        reached = seen.reached(4)
        assert reached[-1] == "input"
        seen.page.keyboard.press("ArrowRight")
        drawn(seen, "movie")
        while seen.reached(1) != ["summary"]:
            pass
        seen.page.keyboard.press("Enter")
        assert "FROM chosen" in seen.page.locator("details[open] code").inner_text()


def test_the_charts_follow_the_theme(browser: Browser, pages: dict[Language, Path]) -> None:
    """The toggle redraws every chart in the other colours, and keeps the choice."""
    with chromium.opened(browser, pages["en"]) as seen:
        drawn(seen, "all")
        choose(seen, "movie")
        light = seen.colour(LABEL, "fill")
        seen.page.locator("#theme").click()
        seen.page.wait_for_function(
            f"light => getComputedStyle(document.querySelector('{LABEL}')).fill !== light",
            arg=light,
        )
        assert seen.colour(LABEL, "fill") == seen.colour(".eyebrow", "color")
        marks = drawn(seen, "movie")
        assert {(name, "movie") for name, found in marks.items() if not found} == {
            one for one in EMPTY if one[1] == "movie"
        }
        assert seen.complaints == []


def test_an_empty_star_is_drawn_without_a_complaint(browser: Browser, tmp_path: Path) -> None:
    """No chart, a text that says so, and no empty scale."""

    async def make() -> str:
        await make_star(tmp_path, {})
        async with open_store(str(tmp_path)) as store:
            return await analysis_page(store, "en")

    path = tmp_path / "empty.html"
    path.write_text(chromium.run(make()), encoding="utf-8")
    with chromium.opened(browser, path) as seen:
        assert not any(drawn(seen, "all").values())
        assert not any(choose(seen, "movie").values())
        assert seen.complaints == []
