"""The analysis page: its figures computed by hand, its findings, and its content."""

import asyncio
import importlib.util
import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from command_line import harvester
from made_effects import star_of
from made_star import answers_of, make_star, small_star
from s3_servers import S3Server

from harvester import extras
from harvester.errors import SettingError
from harvester.origins.table import ORIGINS
from harvester.pages import LANGUAGES, Language, load_texts
from harvester.stores import open_store
from harvester.zones.analysis.charts import spec
from harvester.zones.analysis.choices import CHOICES
from harvester.zones.analysis.page import analysis_page, render_analysis
from harvester.zones.analysis.queries import Answers
from harvester.zones.analysis.questions import QUESTIONS
from harvester.zones.analysis.questions.length import LENGTH
from harvester.zones.analysis.wording import say

ZONE_STATE: dict[str, Any] = {
    "synthetic": False, "checks": [], "built_at": "2026-11-24T08:00:00Z",
    "dates": ["2026-11-23", "2026-11-24"], "runs": [],
}  # fmt: skip


async def answers(star: dict[str, list[dict[str, Any]]]) -> Answers:
    """Write a star schema and compute every question's answer."""
    await make_star("l", star)
    return answers_of("l")


def only(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Return some columns of rows, floats to three digits."""
    return [
        tuple(round(row[name], 3) if isinstance(row[name], float) else row[name] for name in names)
        for row in rows
    ]


async def test_the_figures_are_those_computed_by_hand() -> None:
    """Three movies, a series and a title that TMDB does not know."""
    rows = (await answers(small_star())).rows
    of = {question.name: rows[question.name]["all"] for question in QUESTIONS}
    assert only(of["ratings"], "imdb", "tmdb", "titles", "gap") == [
        (6.0, 6.5, 1, -0.4), (8.0, 7.0, 1, 1.0), (9.0, 9.0, 1, 0.0),
    ]  # fmt: skip
    # The third movie has a budget of 50 dollars: an error, ignored.
    assert only(of["money"], "title", "times", "titles", "median_times") == [
        ("Ascent", 4.0, 2, 2.25), ("Bottom", 0.5, 2, 2.25),
    ]  # fmt: skip
    assert only(of["genres"], "decade", "genre", "titles", "share") == [
        (2000, "Crime", 1, 0.5), (2000, "Drama", 1, 0.5), (1990, "Drama", 2, 1.0),
        (1990, "Crime", 1, 0.5),
    ]  # fmt: skip
    assert only(of["months"], "month", "titles", "share") == [(3, 1, 0.25), (9, 3, 0.75)]
    assert only(of["length"], "source", "minutes", "rating", "titles") == [
        ("IMDb", 45, None, 1), ("IMDb", 90, None, 2), ("IMDb", 240, None, 1),
        ("TMDB", 45, None, 1), ("TMDB", 90, None, 2),
    ]  # fmt: skip
    # Ana, whose billing is 12, is the second of the third movie; an editor is not a director.
    assert only(of["people"], "part", "name", "titles", "place", "all_titles", "tied") == [
        ("cast", "Ana", 4, 1, 4, 1), ("cast", "Bo", 2, 2, 4, 1), ("cast", "Cy", 1, 3, 4, 1),
        ("direction", "Cy", 2, 1, 2, 1),
    ]  # fmt: skip
    # Means and shares of fewer than 30 titles (of a director, five) are none.
    assert of["actresses"] == of["genre_ratings"] == of["director_ratings"] == []
    # The fourth title has a genre and no keywords, so it is no title that lacks one.
    assert only(of["keywords"], "genre", "keyword", "titles", "share", "times", "in_genre") == [
        ("Crime", "debt", 2, 1.0, 1.5, 2), ("Drama", "snow", 2, 1.0, 1.5, 2),
        ("Crime", "snow", 1, 0.5, 0.75, 2), ("Drama", "debt", 1, 0.5, 0.75, 2),
    ]  # fmt: skip
    assert only(of["places"], "part", "name", "titles", "share") == [
        ("country", "United States", 2, 0.667), ("country", "FR", 1, 0.333),
        ("language", "English", 3, 0.75), ("language", "fr", 1, 0.25),
    ]  # fmt: skip
    assert only(of["going"], "name", "titles", "all_titles") == [("Returning Series", 1, 1)]
    assert only(of["franchises"], "name", "titles", "all_titles", "tied") == [
        ("Climbers", 2, 2, 1),
    ]  # fmt: skip
    assert only(of["coverage"], "year", "field", "titles", "known", "share")[-5:] == [
        (1994, "budget", 1, 1, 1.0), (1994, "imdb_rating", 1, 1, 1.0),
        (1994, "revenue", 1, 1, 1.0), (1994, "runtime", 1, 1, 1.0),
        (1994, "tmdb_rating", 1, 1, 1.0),
    ]  # fmt: skip
    assert ("tmdb_rating", 0) in {(row["field"], row["known"]) for row in of["coverage"]}
    # The third has no audience; TVmaze is no critic, and not of the audience.
    assert only(of["critics"], "critics", "audience", "titles", "lead", "close") == [
        (20.0, 60.0, 1, -44.0, 0), (70.0, 90.0, 1, -20.0, 0), (80.0, 80.0, 1, 5.0, 1),
    ]  # fmt: skip
    assert only(of["airing"], "day", "hour", "titles", "series") == [(5, 21, 1, 1), (7, 21, 1, 1)]
    # The first value against the newest; the third movie's popularity never changed.
    assert only(of["changes"], "title", "before", "now", "change", "new_votes", "risen") == [
        ("Ascent", 10.5, 42.0, 31.5, 10, 2), ("Drift", 3.0, 6.0, 3.0, None, 2),
        ("Bottom", 20.0, 5.0, -15.0, None, 2),
    ]  # fmt: skip


async def test_the_choices_are_of_their_kind() -> None:
    """Movies and series add up to all, where a title counts once."""
    rows = (await answers(small_star())).rows
    for question in ("months", "ratings", "length"):
        count = {choice: sum(row["titles"] for row in rows[question][choice]) for choice in CHOICES}
        assert count["all"] == count["movie"] + count["series"] > count["series"] > 0
    assert rows["money"]["series"] == []
    assert [row["name"] for row in rows["franchises"]["movie"]] == ["Climbers"]
    assert [row["name"] for row in rows["going"]["series"]] == ["Returning Series"]
    assert rows["franchises"]["series"] == rows["going"]["movie"] == []


async def test_a_title_of_two_imdb_ids_counts_once() -> None:
    """In the head and in every question the page says the same as without the second id.

    A series that is the same in three rows counts once, too.
    """
    star = star_of(effect=True)
    star["dim_title"] += small_star()["dim_title"]
    for name, rows in small_star().items():
        if name != "dim_title":
            star[name] = star.get(name, []) + rows
    once = await answers(star)
    assert all(once.rows[question.name]["all"] for question in QUESTIONS)
    for first, *others in (("tt0000001", "tt0009001"), ("tt0000004", "tt0009004", "tt0009005")):
        for name, rows in star.items():
            of_first = [row for row in rows if row.get("title_id") == first]
            star[name] = rows + [row | {"title_id": id_} for row in of_first for id_ in others]
        for row in star["dim_title"]:
            if row["title_id"] in {first, *others}:
                row["same_as"] = others[0] if row["title_id"] == first else first
    twice = await answers(star)
    assert len(star["dim_title"]) == sum(row["titles"] for row in twice.overview) + 3
    assert sorted(twice.overview, key=str) == sorted(once.overview, key=str)
    for question in QUESTIONS:
        for choice in CHOICES:
            rows = twice.rows[question.name][choice]
            assert len(rows) == len(once.rows[question.name][choice])
            for row, other in zip(rows, once.rows[question.name][choice], strict=True):
                assert row == pytest.approx(other), question.name


async def test_names_are_those_of_the_pages_language() -> None:
    """Countries, languages and genres are translated in findings, tables and charts; others not."""
    found = await answers(small_star())
    page = {language: render_analysis(found, ZONE_STATE, "l", language) for language in LANGUAGES}
    assert "Estados Unidos é o país de origem mais comum: " in page["pt-BR"]
    assert "inglês é o idioma original mais comum: " in page["pt-BR"]
    assert page["pt-BR"].count("Estados Unidos") > 2
    assert "United States" not in page["pt-BR"]
    assert "Estados Unidos" not in page["en"]
    assert all(name in page["pt-BR"] for name in ("Ana", "Climbers", "Em andamento"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_finding_of_few_titles_counts_and_concludes_nothing(language: Language) -> None:
    """What lies in the lake is named with its numbers; what would be a conclusion is none."""
    rows = (await answers(small_star())).rows
    t = load_texts(language)
    said = {
        question.name: question.headline(rows[question.name]["all"], t) for question in QUESTIONS
    }
    comma = "," if language == "pt-BR" else "."
    for name, words in {
        "people": ["Ana", "4 of 4" if language == "en" else "4 de 4", "Cy", "2"],
        "places": ["United States", f"66{comma}7", "3", "English", f"75{comma}0", "4"],
        "going": ["1", "100%"],
        "franchises": ["Climbers", "2"],
        "changes": [say(t, "words.few", titles=3, needed=30), "Ascent", f"31{comma}50", "Bottom"],
    }.items():
        found = said.pop(name)
        assert all(word in found for word in words), (name, found)
    for name, needed in {"airing": 35, "months": 65}.items():
        assert said.pop(name) == say(
            t, "words.few", titles=1 if name == "airing" else 4, needed=needed
        )
    few = {"ratings": 3, "critics": 3, "money": 2, "genres": 2, "length": 4, "keywords": 3}
    for name, titles in (few | {"coverage": 4}).items():
        assert said.pop(name) == say(t, "words.few", titles=titles, needed=30), name
    for name, text in said.items():
        assert text == t(f"analysis.{name}.none")
    for question in QUESTIONS:
        assert question.headline([], t) == t(f"analysis.{question.name}.none")


@pytest.mark.parametrize(("titles", "rating"), [(29, None), (30, 6.8)])
async def test_a_mean_needs_thirty_titles(titles: int, rating: float | None) -> None:
    """Of 29 there is none; of 30 there is one, with an interval around it, and it is drawn."""
    star = small_star()
    star["fact_title"] = []
    for n in range(10, 10 + titles):
        star["dim_title"].append(
            {"title_id": f"tt{n:07d}", "kind": "movie", "outcome": "harvested"}
        )
        star["fact_title"].append(
            {"title_id": f"tt{n:07d}", "tmdb_rating": 6.8 + (n % 2 - 0.5) / 5 * (titles > 29),
             "runtime_minutes": 91}
        )  # fmt: skip
    rows = (await answers(star)).rows["length"]
    (row,) = rows["all"]
    assert (row["titles"], row["minutes"]) == (titles, 90)
    assert LENGTH.to_draw(rows)["all"] == ([row] if rating else [])
    if rating is None:
        assert (row["rating"], row["low"], row["high"]) == (None, None, None)
    else:
        assert row["rating"] == pytest.approx(rating)
        reach = 1.96 * 0.1 * (30 / 29) ** 0.5 / 30**0.5
        assert (row["low"], row["high"]) == pytest.approx((rating - reach, rating + reach))


async def test_every_question_has_all_its_parts() -> None:
    """Its query gives the columns of its table, its chart names no colour.

    A lake of one date is asked fourteen, and one more for each origin beside TMDB.
    """
    of_tmdb = [question for question in QUESTIONS if question.origin is None]
    assert len([question for question in of_tmdb if question.dates <= 1]) == 14
    assert len(of_tmdb) == 15
    assert {q.name: q.origin for q in QUESTIONS if q.origin} == {
        "critics": "OMDb",
        "airing": "TVmaze",
    }
    rows = (await answers(star_of(effect=True))).rows
    assert list(rows) == [question.name for question in QUESTIONS]
    for question in QUESTIONS:
        found = rows[question.name]
        shown, _ = question.excerpt(found["all"], load_texts("en"))
        assert set(question.columns) <= set(shown[0])
        assert question.to_draw(found)["all"]
        content = spec(question.chart, found, load_texts("en"))
        assert content["width"] == "container"
        assert not re.search(r"#[0-9a-f]{6}", json.dumps(content))


async def test_a_cancelled_analysis_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """What DuckDB computes is interrupted; what it can't hold goes to scratch, not beside us."""
    asked: list[str] = []
    begun = threading.Event()

    def endless(connection: duckdb.DuckDBPyConnection, _: object) -> Answers:
        found = connection.execute("SELECT current_setting('temp_directory')").fetchall()
        asked.append(found[0][0])
        begun.set()
        connection.execute("FROM range(1000000000) a, range(1000000000) b SELECT count(*)")
        raise AssertionError

    monkeypatch.setattr("harvester.zones.analysis.page.answer", endless)
    await make_star("l", {})
    async with open_store("l") as store:
        task = asyncio.create_task(analysis_page(store, "en"))
        assert await asyncio.to_thread(begun.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 20)
    assert "harvester-analyse-" in asked[0]
    assert not Path(asked[0]).parent.exists()


async def test_an_empty_star_is_a_page_too() -> None:
    """A lake without a harvest: every question says that it has no data."""
    html = render_analysis(await answers({}), ZONE_STATE, "l", "en")
    for question in QUESTIONS:
        assert load_texts("en")(f"analysis.{question.name}.none") in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", ["tt0000001", "tt0000004"])
async def test_a_lake_of_one_title(title: str, language: Language) -> None:
    """A movie or a series: one of anything is no plural, in no sentence."""
    star = {
        name: [row for row in rows if row.get("title_id", title) == title]
        for name, rows in small_star().items()
    }
    html = render_analysis(await answers(star), ZONE_STATE, "l", language)
    plurals = r"\b1 (?:titles|rows|títulos|conhecidos|series with [^,]* are)\b"
    assert re.findall(plurals, html) == []
    few = {"en": "Nothing to conclude from 1 title: ", "pt-BR": "Nada a concluir de 1 título: "}
    once = {"en": "Only one title here has a cast", "pt-BR": "Só um título aqui tem elenco"}
    assert few[language] in html
    assert once[language] in html


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whose_data_it_is_stands_where_it_is_shown(language: Language) -> None:
    """At the chart, the licence at the foot; without the data there is neither chart nor licence.

    The page then says what it lacks.
    """
    t = load_texts(language)
    terms = {"OMDb": "CC BY-NC 4.0", "TVmaze": "CC BY-SA 4.0"}
    star = small_star()
    html = render_analysis(await answers(star), ZONE_STATE, "l", language)
    for origin, licence in terms.items():
        assert licence in ORIGINS[origin].attribution
        assert html.count(ORIGINS[origin].attribution) == 1
        assert html.count(t("analysis.data_of", whose=origin)) == 1
    assert t("analysis.lacking").replace("'", "&#39;") not in html
    del star["fact_rating"]
    html = render_analysis(await answers(star), ZONE_STATE, "l", language)
    assert (terms["OMDb"] in html, terms["TVmaze"] in html) == (False, True)
    assert t("analysis.critics.none").replace("'", "&#39;") in html
    assert 'id="chart-critics"' not in html
    assert 'id="chart-airing"' in html


@pytest.mark.parametrize("dates", [[], ["2026-11-24"], ["2026-11-23", "2026-11-24"]])
async def test_what_changed_is_asked_of_two_dates(dates: list[str]) -> None:
    """A lake of one date has nothing to compare: neither the question nor its chart is there."""
    html = render_analysis(await answers(small_star()), ZONE_STATE | {"dates": dates}, "l", "en")
    is_asked = len(dates) > 1
    assert (load_texts("en")("analysis.changes.asks") in html) is is_asked
    assert ("title_history" in html) is is_asked
    assert ('"changes":' in html) is is_asked
    assert html.count('class="card question"') == len(QUESTIONS) - (not is_asked)


async def test_nothing_of_the_lake_becomes_markup() -> None:
    """A title that is a script is shown as text, in tables and in the charts' data."""
    star = small_star()
    star["fact_title"][2]["budget"] = 50_000
    html = render_analysis(await answers(star), ZONE_STATE, "l", "en")
    assert "<script>alert(3)" not in html
    assert "&lt;script&gt;alert(3)" in html
    assert html.count("<script>") == 2
    assert "default-src 'none'" in html


async def test_synthetic_data_are_marked_at_every_chart() -> None:
    """In the page's head and at each chart; real data is not marked."""
    found = await answers(small_star())
    badge = load_texts("en")("page.synthetic") + "</span>"
    assert render_analysis(found, ZONE_STATE, "l", "en").count(badge) == 0
    assert render_analysis(found, ZONE_STATE | {"synthetic": True}, "l", "en").count(
        badge
    ) == 1 + len(QUESTIONS)


async def test_the_command_writes_a_page_and_prints_its_path() -> None:
    """From a local lake, in Portuguese, where asked."""
    await make_star("l", small_star())
    ended = await harvester("analyse", "--lake", "l", "--lang", "pt-BR", "-o", "a.html")
    assert (ended.code, ended.out, ended.err) == (0, "a.html\n", "")
    html = Path("a.html").read_text(encoding="utf-8")
    assert '<html lang="pt-BR">' in html
    assert "5 títulos, 80,0" in html
    assert len(html) < 2_000_000


@pytest.mark.slow
async def test_a_lake_on_s3_is_analysed(
    moto_s3: S3Server, fresh_bucket: Callable[[S3Server], str]
) -> None:
    """The tables are copied to this machine, read, and deleted."""
    lake = f"{fresh_bucket(moto_s3)}/deep"
    await make_star(lake, small_star())
    ended = await harvester("analyse", "--lake", lake)
    assert (ended.code, ended.out) == (0, "analysis.html\n")
    assert "Ascent" in Path("analysis.html").read_text(encoding="utf-8")


async def test_a_lake_without_refined_says_what_to_do() -> None:
    """Exit 2 and one sentence."""
    Path("l").mkdir()
    ended = await harvester("analyse", "--lake", "l")
    assert ended.code == 2
    assert ended.err == "harvester: l has no Refined zone: build it by `harvester refined`\n"


@pytest.mark.parametrize("missing", ["altair", "vl_convert"])
def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """One sentence that names the extra."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else 1)
    monkeypatch.setattr(extras, "command_to_add", lambda extra: f"install '.[{extra}]'")
    with pytest.raises(SettingError, match=r"needs the extra `zones`: install '\.\[zones\]'$"):
        extras.require_zones("this command", "altair", "vl_convert")
