"""`harvester report --all`: the index of a lake, in a folder and in S3."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from command_line import harvester
from made_run import RUN, make_run
from made_star import make_star, small_star
from markupsafe import escape
from s3_servers import S3Server

from harvester.lake.documents.built_zones import REFINED, TRUSTED
from harvester.model import Outcome
from harvester.pages import LANGUAGES, Language, load_texts
from harvester.stores import open_store


def failing(number: int) -> Outcome:
    """Let every tenth title fail."""
    return (
        Outcome("failed", reason="gone") if number % 10 == 0 else Outcome("harvested", "movie", 1)
    )


def rows(page: str) -> list[list[str]]:
    """Return the cells of the table of runs."""
    table = page.partition('<table class="runs">')[2].partition("</tbody>")[0]
    found = re.findall(r"<tr><th scope=\"row\".*?</tr>", table, re.DOTALL)
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in found
    ]


def links(page: str) -> list[str]:
    """Return where the content's links lead."""
    content = page.partition("<main")[2].partition("</main>")[0]
    return [unquote(link) for link in re.findall(r'href="([^"]+)"', content)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_run_and_zone_is_there(tmp_path: Path, language: Language) -> None:
    """Runs with state, titles, failed ones and links from where the page lies; zones with rows."""
    await make_run("my lake", 1200, failing)
    await make_run("my lake", 250, failing, units=1, run=f"{RUN}-2")
    await make_star("my lake", small_star())
    state = json.loads(Path("my lake", REFINED).read_bytes())
    Path("my lake", REFINED).write_text(json.dumps(state | {"rows": {"dim_title": 1234}}))
    Path("my lake", f"report-{RUN}.html").touch()
    Path("my lake/Refined/analysis.html").touch()
    Path("pages").mkdir()
    command = ("report", "--all", "--lake", "my lake", "--lang", language, "-o", "pages/all.html")
    ended = await harvester(*command)
    assert (ended.code, ended.out, ended.err) == (0, "pages/all.html\n", "")
    page = Path("pages/all.html").read_text(encoding="utf-8")
    t = load_texts(language)
    thousands = "1,200" if language == "en" else "1.200"
    finished = [RUN, t("index.states.finished"), "2026-11-24 06:00 UTC", "TMDB", thousands]
    finished += ["1,080" if language == "en" else "1.080", "120", t("index.report")]
    assert [[*row[:2], *row[3:]] for row in rows(page)] == [
        [f"{RUN}-2", t("index.states.unfinished"), "TMDB", "250", "90", "10", t("index.no_page")],
        [*finished[:2], *finished[3:]],
    ]
    assert links(page) == [
        f"../my lake/report-{RUN}.html",
        "../my lake/Refined/analysis.html",
    ]
    assert all(Path("pages", link).exists() for link in links(page))
    assert t("index.headline", runs=2, unfinished=1) in page
    assert f'>dim_title</th><td class="num">{thousands[:2]}234</td>' in page
    assert t("page.attribution") in page


async def test_a_zone_says_its_rows_over_all_dates_and_origins(tmp_path: Path) -> None:
    """What an older harvester wrote has no time, and unknown keys are passed over."""
    await make_run("l", 3, failing)

    def part(table: str) -> dict[str, object]:
        return {"checks": [{"table": table, "name": "rows", "found": 600}], "new": 1}

    dates = {day: part(f"Movies/details {day}") for day in ("2026-11-23", "2026-11-24")}
    others = {"OMDb": {"2026-11-24": part("OMDb/Titles 2026-11-24")}}
    state = {"version": 0, "local": part("Local/Movies"), "dates": dates, "others": others}
    Path("l", TRUSTED).parent.mkdir()
    Path("l", TRUSTED).write_text(json.dumps(state))
    assert (await harvester("report", "--all", "--lake", "l")).out == "report-all.html\n"
    page = Path("report-all.html").read_text(encoding="utf-8")
    assert load_texts("en")("index.zone", zone="Trusted", tables=3, rows="2,400") in page
    assert '>Movies/details</th><td class="num">1,200</td>' in page
    assert load_texts("en")("index.unknown") in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--lake", "nothing"), "nothing holds no run yet: start one with `harvester run`"),
        (("--lake", "l", RUN), f"--all is of every run: leave out {RUN}, or --all"),
        (("--lake", "l"), f"{TRUSTED} is damaged: delete it, and the zone is rebuilt"),
    ],
)
@pytest.mark.parametrize("content", ['{"dates": []}', '{"built_at": "nope"}'])
async def test_an_error_is_one_sentence(
    content: str, arguments: tuple[str, ...], said: str
) -> None:
    """Exit code 2, and no page."""
    await make_run("l", 3, failing)
    Path("l", TRUSTED).parent.mkdir()
    Path("l", TRUSTED).write_text(content)
    ended = await harvester("report", "--all", *arguments)
    assert (ended.code, ended.err) == (2, f"harvester: {said}\n")
    assert not Path("report-all.html").exists()


async def test_a_lake_in_s3(moto_s3: S3Server, fresh_bucket: Callable[[S3Server], str]) -> None:
    """The links are those from the lake's root, and the page says so."""
    lake = fresh_bucket(moto_s3)
    await make_run(lake, 30, failing)
    async with open_store(lake) as store:
        await store.put(f"report-{RUN}.html", b"a page")
    ended = await harvester("report", "--all", "--lake", lake, "-o", "index.html")
    assert (ended.code, ended.err) == (0, "")
    page = Path("index.html").read_text(encoding="utf-8")
    assert links(page) == [f"report-{RUN}.html"]
    assert escape(load_texts("en")("index.from_root")) in page
    assert lake in page
