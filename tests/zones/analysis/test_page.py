"""The analysis page: its figures computed by hand, its findings, and its content."""

import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import harvester
from made_star import make_star, small_star
from s3_servers import S3Server

from harvester.cli import zones
from harvester.errors import SettingError
from harvester.pages import LANGUAGES, Language, load_texts
from harvester.zones.analysis.charts import spec
from harvester.zones.analysis.choices import CHOICES
from harvester.zones.analysis.page import render_analysis
from harvester.zones.analysis.queries import Answers, answer
from harvester.zones.analysis.questions import QUESTIONS
from harvester.zones.analysis.questions.length import LENGTH
from harvester.zones.refined.tables import ROOT, TABLES

ZONE_STATE: dict[str, Any] = {
    "synthetic": False, "checks": [], "built_at": "2026-11-24T08:00:00Z", "dates": [], "runs": [],
}  # fmt: skip


async def answers(star: dict[str, list[dict[str, Any]]]) -> Answers:
    """Write a star schema and compute every question's answer."""
    await make_star("l", star)
    return answer({table.name: f"l/{ROOT}{table.name}" for table in TABLES})


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
        ("IMDb", 45, 9.0, 1), ("IMDb", 90, 7.1, 2), ("IMDb", 240, 5.0, 1),
        ("TMDB", 45, 9.0, 1), ("TMDB", 90, 6.8, 2),
    ]  # fmt: skip
    # Ana is billed 13th in the third movie, which does not count; an editor is not a director.
    assert only(of["people"], "part", "name", "titles", "place") == [
        ("cast", "Ana", 3, 1), ("cast", "Bo", 2, 2), ("cast", "Cy", 1, 3),
        ("direction", "Cy", 2, 1),
    ]  # fmt: skip
    assert only(of["actresses"], "decade", "share", "credits", "titles") == [
        (1990, 0.667, 3, 2), (2000, 0.5, 2, 2),
    ]  # fmt: skip
    assert only(of["keywords"], "genre", "keyword", "titles", "share", "times") == [
        ("Crime", "debt", 2, 1.0, 2.5), ("Drama", "snow", 2, 0.667, 1.667),
        ("Crime", "snow", 1, 0.5, 1.25), ("Drama", "debt", 1, 0.333, 0.833),
    ]  # fmt: skip
    assert only(of["places"], "part", "name", "titles", "share") == [
        ("country", "United States", 2, 0.667), ("country", "FR", 1, 0.333),
        ("language", "English", 3, 0.75), ("language", "fr", 1, 0.25),
    ]  # fmt: skip
    assert only(of["going"], "part", "name", "titles", "all_titles") == [
        ("franchise", "Climbers", 2, 2), ("status", "Returning Series", 1, 1),
    ]  # fmt: skip


async def test_the_choices_are_of_their_kind() -> None:
    """Movies and series add up to all, where a title counts once."""
    rows = (await answers(small_star())).rows
    for question in ("months", "ratings", "length"):
        count = {choice: sum(row["titles"] for row in rows[question][choice]) for choice in CHOICES}
        assert count["all"] == count["movie"] + count["series"] > count["series"] > 0
    assert rows["money"]["series"] == []
    assert [row["name"] for row in rows["going"]["movie"]] == ["Climbers"]
    assert [row["name"] for row in rows["going"]["series"]] == ["Returning Series"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_finding_says_what_its_rows_say(language: Language) -> None:
    """It contains the rows' numbers and names, formatted for the language."""
    rows = (await answers(small_star())).rows
    t = load_texts(language)
    expected = {
        question.name: question.headline(rows[question.name]["all"], t) for question in QUESTIONS
    }
    comma = "," if language == "pt-BR" else "."
    for name, words in {
        "ratings": [f"0{comma}2", "3"],
        "money": ["Ascent", f"4{comma}0", f"2{comma}2"],
        "genres": ["Crime" if "Crime" in expected["genres"] else "Drama", "2"],
        "months": [t("month.9"), f"75{comma}0", t("month.3")],
        "length": ["45\N{EN DASH}59", f"9{comma}0", "TMDB"],
        "people": ["Ana", "3", "Cy", "2"],
        "actresses": ["2000", "1990", f"66{comma}7", f"50{comma}0"],
        "keywords": ["debt", "Crime", f"2{comma}5"],
        "places": ["United States", "English", f"75{comma}0"],
        "going": ["Climbers", "2", "1"],
    }.items():
        assert all(word in expected[name] for word in words), (name, expected[name])
    for question in QUESTIONS:
        assert question.headline([], t) == t(f"analysis.{question.name}.none")


async def test_a_mean_of_few_titles_is_no_headline() -> None:
    """One title of 45 minutes rated 9 does not beat five of 90."""
    star = small_star()
    for n in range(10, 16):
        star["dim_title"].append(
            {"title_id": f"tt{n:07d}", "kind": "movie", "outcome": "harvested"}
        )
        star["fact_title"].append(
            {"title_id": f"tt{n:07d}", "tmdb_rating": 6.8, "runtime_minutes": 91}
        )
    rows = (await answers(star)).rows
    said = LENGTH.headline(rows["length"]["all"], load_texts("en"))
    assert said.startswith("Titles of 90\N{EN DASH}104 minutes rate best on TMDB: 6.8")


async def test_every_question_has_all_its_parts() -> None:
    """Its query gives the columns of its table, its chart names no colour; ten at most."""
    assert len(QUESTIONS) <= 10
    rows = (await answers(small_star())).rows
    assert list(rows) == [question.name for question in QUESTIONS]
    for question in QUESTIONS:
        found = rows[question.name]
        assert set(question.columns) <= set(found["all"][0])
        content = spec(question.chart, found, load_texts("en"))
        assert content["width"] == "container"
        assert not re.search(r"#[0-9a-f]{6}", json.dumps(content))


async def test_an_empty_star_is_a_page_too() -> None:
    """A lake without a harvest: every question says that it has no data."""
    html = render_analysis(await answers({}), ZONE_STATE, "l", "en")
    for question in QUESTIONS:
        assert load_texts("en")(f"analysis.{question.name}.none") in html


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
    with pytest.raises(SettingError, match=r"pip install '\.\[zones\]'"):
        zones.require_zones("altair", "vl_convert")
