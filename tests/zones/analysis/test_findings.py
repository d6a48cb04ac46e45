"""Data made without an effect gives no finding that claims one; with one, it is named and sized.

Every number of a finding is computed again by DuckDB, from the Parquet files.
"""

import asyncio
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from made_effects import star_of
from made_star import Star, answers_of, make_star, small_star

from harvester.pages import LANGUAGES, Language, load_texts
from harvester.zones.analysis.queries import Answers
from harvester.zones.analysis.questions import QUESTIONS
from harvester.zones.refined.tables import ROOT, TABLES

Made = dict[bool, tuple[Path, Answers]]


def _answers(folder: Path, star: Star) -> tuple[Path, Answers]:
    asyncio.run(make_star(folder / "l", star))
    lake = folder / "l"
    return lake, answers_of(lake)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make both stars, and answer every question of each, once."""
    return {
        effect: _answers(tmp_path_factory.mktemp("made"), star_of(effect=effect))
        for effect in (False, True)
    }


def _headline(answers: Answers, name: str, language: Language = "en") -> str:
    (question,) = [one for one in QUESTIONS if one.name == name]
    said = question.headline(answers.rows[name]["all"], load_texts(language))
    return said.replace("\N{NO-BREAK SPACE}", " ")


WITHOUT = {
    "coverage": r"Budget: .* no clear difference between the 240 up to 1999 and the 240 later ones",
    "ratings": r"not correlated: r = \S+ \(95% CI \S+ to 0\S+\) .*; neither is clearly higher",
    "critics": r"not correlated: r = \S+ \(95% CI \S+ to 0\S+\) .*; neither is clearly higher",
    "money": "Nothing to conclude from 20 titles: it takes at least 30",
    "genres": "No genre clearly leads any decade",
    "genre_ratings": "No genre clearly differs from the average of 480 titles",
    "director_ratings": "No director clearly differs from the average of 480 titles",
    "months": "No month stands out among 480 releases: χ² = 0.4, which chance explains up to 19.7",
    "airing": "No day stands out among 70 series: χ² = 0.0, which chance explains up to 12.6",
    "length": r"not correlated on IMDb: .*; length and rating are not correlated on TMDB",
    "people": "Nobody appears in more than one of 480 .*; 24 directors share the lead",
    "actresses": "has not clearly changed",
    "keywords": "No keyword is clearly typical",
    "places": "AAAA and BBBB share the lead .*; en and fr share the lead",
    "going": "20 of 70 series",
    "franchises": "No franchise has more than one title here; 30 titles are in one",
    "changes": "About as many titles gained popularity as lost it: 50 of 100 .*40.4% to 59.6%",
}
CLAIMS = (
    *("rate alike", "agree", "rates high", "clearly lead ", "clearly leads the", "above it"),
    *("below it", "months differ", "days differ", "most common", "rated higher", "rated lower"),
    *("more of the leading", "fewer of the leading", "is typical", "largest", "More titles"),
    "unevenly",
)
WITH = {
    "coverage": r"unevenly: 0% of the 240 up to 1999, 100% of the 240 later ones",
    "ratings": r"rate alike: r = 1.00 .* 0.6 points apart on average; IMDb is 0.60 higher \(95% CI",
    "critics": r"rate alike: r = \S+ .* 8 of 100 points apart .*; critics are 8.5 higher \(95% CI",
    "money": r"80.0% of 240 titles .* \(95% CI 74.5% to 84.6%\); the median return is 2.0 times",
    "genres": "Drama clearly leads the most decades: 2 of 2",
    "genre_ratings": r"Drama is clearly above it, \S+ \(95% CI .*; Crime is clearly below it",
    "director_ratings": r"Director 00 is clearly above it, \S+ \(95% CI \S+ to \S+\) over 20 t",
    "months": r"October has the most of 480 releases, 26.7% \(95% CI .*chance gives 8.5%; months",
    "airing": r"Friday has the most series, 57.1% of 70; days differ.*; 21:00 is clearly",
    "length": r"Longer titles are rated higher on IMDb: r = 0.\d\d \(95% CI .*; longer .* on TMDB",
    "people": "Ana appears in the most titles, 7 of 480 with a cast",
    "actresses": r"more of the leading roles than before: 62.5% .* \(95% CI .*37.5% in the 1990s",
    "keywords": r"is typical of \w+: \d+ of its \d+ titles with keywords, \S+% \(95% CI .* times",
    "places": r"AAAA is the most common country of origin: 7\d.\d% of 550 titles",
    "going": "20 of 70 series",
    "franchises": "“Saga” is the largest franchise here: 6 of the 30 titles in one",
    "changes": r"More titles gained popularity than lost it: 80 of 100 .*71.1% to 86.7%",
}


@pytest.mark.parametrize("name", [one.name for one in QUESTIONS])
def test_no_effect_is_no_finding(name: str, made: Made) -> None:
    """It says that there is none, and how sure that is; no claim of an effect is in it."""
    said = _headline(made[False][1], name)
    assert re.search(WITHOUT[name], said), said
    assert not [claim for claim in CLAIMS if claim in said]


@pytest.mark.parametrize("name", [one.name for one in QUESTIONS])
def test_an_effect_is_named_with_its_size(name: str, made: Made) -> None:
    """And with its uncertainty, where it is more than a count of what lies in the lake."""
    said = _headline(made[True][1], name)
    assert re.search(WITH[name], said), said


@pytest.mark.parametrize("effect", [False, True])
@pytest.mark.parametrize("name", [one.name for one in QUESTIONS])
def test_both_languages_say_the_same_numbers(name: str, made: Made, *, effect: bool) -> None:
    """In the order of each language; `IC 95%` is the Portuguese `95% CI`."""
    numbers = []
    for language in LANGUAGES:
        said = _headline(made[effect][1], name, language)
        found = re.findall(r"\d[\d.,:]*", said.replace(",", ".") if language != "en" else said)
        numbers.append(sorted(one.strip(".,:") for one in found if one.strip(".,:") != "95"))
    english, portuguese = numbers
    assert english == portuguese


@pytest.fixture(scope="module")
def handful(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Answer every question of five titles, once."""
    return _answers(tmp_path_factory.mktemp("small"), small_star())[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [one.name for one in QUESTIONS])
def test_a_handful_of_titles_concludes_nothing(
    name: str, language: Language, handful: Answers
) -> None:
    """Of five titles only what they are is counted: no mean, no correlation, no share of chance."""
    said = _headline(handful, name, language)
    assert "CI" not in said
    assert "IC 95" not in said
    assert "χ²" not in said


NUMBERS = {
    "ratings": """
        SELECT round(corr(tmdb_rating, imdb_rating), 2), round(avg(imdb_rating - tmdb_rating), 2),
            round(avg(abs(tmdb_rating - imdb_rating)), 1), count(*)::BIGINT
        FROM fact_title WHERE imdb_rating + tmdb_rating IS NOT NULL""",
    "critics": """
        SELECT round(corr(a.value, b.value), 2), round(avg(a.value - b.value), 1), count(*)
        FROM fact_rating a JOIN fact_rating b USING (title_id)
        WHERE a.source = 'Metacritic' AND b.source = 'IMDb'""",
    "money": """
        SELECT round(median(revenue / budget), 1), count(*) FILTER (revenue >= budget) * 100.0
            / count(*), count(*)
        FROM fact_title WHERE budget >= 10000 AND revenue >= 10000""",
    "genre_ratings": """
        SELECT round(sum(tmdb_rating * tmdb_votes) FILTER (genre = 'Drama')
                / sum(tmdb_votes) FILTER (genre = 'Drama'), 2),
            round(sum(tmdb_rating * tmdb_votes) / sum(tmdb_votes), 2), count(*)
        FROM fact_title JOIN bridge_title_genre USING (title_id) WHERE tmdb_rating IS NOT NULL""",
    "director_ratings": """
        SELECT round(sum(tmdb_rating * tmdb_votes) / sum(tmdb_votes), 2), count(*)
        FROM fact_title JOIN fact_cast USING (title_id) JOIN dim_person USING (person_id)
        WHERE name = 'Director 00' AND job = 'Director'""",
    "months": """
        SELECT round(sum((n - e) ** 2 / e), 1), sum(n)::BIGINT FROM (
            SELECT count(*) AS n, 480 * (CASE WHEN any_value(m) = 2 THEN 28.25
                ELSE day(last_day(make_date(2023, any_value(m)::BIGINT, 1))) END) / 365.25 AS e
            FROM (SELECT month(release_date) AS m FROM dim_title WHERE kind = 'movie') GROUP BY m)
        """,
    "airing": """
        SELECT round(sum((n - 10) ** 2 / 10), 1), sum(n)::BIGINT
        FROM (SELECT count(*) AS n FROM dim_title WHERE kind = 'series' GROUP BY air_days)""",
    "length": """
        SELECT round(corr(runtime_minutes, tmdb_rating), 2),
            round(corr(runtime_minutes, imdb_rating), 2), count(tmdb_rating)
        FROM fact_title""",
    "actresses": """
        SELECT round(100.0 * count(*) FILTER (gender = 'female' AND year < 2000)
                / count(*) FILTER (year < 2000), 1),
            round(100.0 * count(*) FILTER (gender = 'female' AND year >= 2000)
                / count(*) FILTER (year >= 2000), 1)
        FROM dim_title JOIN fact_cast USING (title_id) JOIN dim_person USING (person_id)
        WHERE role = 'cast' AND gender IS NOT NULL""",
    "coverage": """
        SELECT 100.0 * count(budget) / count(*), count(*)
        FROM fact_title JOIN dim_title USING (title_id) WHERE year IS NOT NULL""",
}


@pytest.mark.parametrize("name", NUMBERS)
def test_the_numbers_are_duckdbs(name: str, made: Made) -> None:
    """Each that DuckDB computes from the files by SQL of its own is in the finding."""
    lake, answers = made[True]
    said = _headline(answers, name)
    (row,) = _ask(lake, NUMBERS[name])
    for value in row:
        digits = 0 if isinstance(value, int) else len(str(round(value, 2)).partition(".")[2])
        shown = {f"{value:,.{places}f}" for places in (digits, *([1, 2] if digits else []))}
        assert shown & set(re.findall(r"\d[\d,]*(?:\.\d+)?", said)), (value, said)


def test_the_errors_are_those_of_the_rows(made: Made) -> None:
    """The standard errors of weighted means and of shares, title by title, and the deviations."""
    lake, answers = made[True]
    drama = next(row for row in answers.rows["genre_ratings"]["all"] if row["name"] == "Drama")
    rows = _ask(
        lake,
        "SELECT tmdb_rating, tmdb_votes FROM fact_title JOIN bridge_title_genre USING (title_id) "
        "WHERE genre = 'Drama' AND tmdb_rating IS NOT NULL",
    )
    votes = sum(weight for _, weight in rows)
    mean = sum(value * weight for value, weight in rows) / votes
    spread = sum((weight * (value - mean)) ** 2 for value, weight in rows)
    error = (len(rows) / (len(rows) - 1) * spread) ** 0.5 / votes
    assert drama["rating"] == pytest.approx(mean)
    assert drama["error"] == pytest.approx(error)
    assert drama["effective"] == pytest.approx(votes**2 / sum(weight**2 for _, weight in rows))
    of_decade = next(row for row in answers.rows["actresses"]["all"] if row["decade"] == 1990)
    casts = _ask(
        lake,
        "SELECT count(*) FILTER (gender = 'female'), count(gender) FROM dim_title "
        "JOIN fact_cast USING (title_id) JOIN dim_person USING (person_id) "
        "WHERE role = 'cast' AND year < 2000 GROUP BY title_id",
    )
    known = sum(one for _, one in casts)
    share = sum(women for women, _ in casts) / known
    spread = sum((women - share * one) ** 2 for women, one in casts)
    assert of_decade["share"] == pytest.approx(share)
    assert of_decade["error"] == pytest.approx(
        (len(casts) / (len(casts) - 1) * spread) ** 0.5 / known
    )


def _ask(lake: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.execute(
                f"CREATE VIEW {table.name} AS FROM '{lake}/{ROOT}{table.name}/*.parquet'"
            )
        return connection.sql(sql).fetchall()
