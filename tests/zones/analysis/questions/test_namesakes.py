"""What shares a name is not one: a ranking counts by keys, and its chart has a bar for each."""

import re
from typing import Any

import pytest
import vl_convert
from made_star import Star, answers_of, make_star

from harvester.pages import load_texts
from harvester.zones.analysis.charts import spec
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions import QUESTIONS


def _movies(*more: dict[str, Any]) -> list[Row]:
    """Return a movie for each dictionary of columns."""
    return [
        {"title_id": f"tt{n:07d}", "kind": "movie", "in_csv": True, "outcome": "harvested", **one}
        for n, one in enumerate(more)
    ]


async def _rows(star: Star, name: str) -> list[Row]:
    await make_star("l", star)
    return answers_of("l").rows[name]["all"]


def _only(rows: list[Row], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


async def test_franchises_of_one_name_are_several() -> None:
    """By their ids; one that was harvested in two languages is one, by one name."""
    mummy = "The Mummy Collection"
    star: Star = {
        "dim_title": _movies(
            {"collection_id": 10, "collection": mummy},
            {"collection_id": 20, "collection": mummy},
            {"collection_id": 20, "collection": mummy},
            {"collection_id": 30, "collection": "Alien Collection"},
            {"collection_id": 30, "collection": "Alien: Coleção"},
            {"collection_id": 30, "collection": "Alien: Coleção"},
        )
    }
    rows = await _rows(star, "franchises")
    assert _only(rows, "name", "titles", "all_titles", "tied") == [
        ("Alien Collection", 3, 6, 1),
        (mummy, 2, 6, 1),
        (mummy, 1, 6, 1),
    ]


async def test_countries_of_one_name_are_several() -> None:
    """Two codes, of which one name is said, are two."""
    codes = ("AA", "AA", "BB")
    star: Star = {
        "dim_title": _movies({}, {}, {}),
        "dim_country": [{"country_code": code, "country": "Land"} for code in ("AA", "BB")],
        "bridge_title_country": [
            {"title_id": f"tt{n:07d}", "country_code": code, "is_origin": True}
            for n, code in enumerate(codes)
        ],
    }
    assert _only(await _rows(star, "places"), "name", "titles") == [("Land", 2), ("Land", 1)]


def _drawn(name: str, rows: list[Row]) -> list[tuple[str, str]]:
    """Return the name and the number of each mark of a chart, from the top, as Vega draws them."""
    (question,) = [one for one in QUESTIONS if one.name == name]
    content = spec(question.chart, {"all": rows}, load_texts("en")) | {"width": 600}
    svg = vl_convert.vegalite_to_svg(content)
    labels = re.search(r'class="mark-text role-axis-label".*?</g><g', svg[svg.index("Y-axis") :])
    assert labels
    names = re.findall(r">([^<>]+)</text>", labels[0])
    marks = re.findall(r'aria-label="([^"]*)" role="graphics-symbol"', svg)
    titles = [found[1] for mark in marks if (found := re.search(r"(?:titles|Titles): (\d+)", mark))]
    return list(zip(names, titles[-len(names) :], strict=True))


@pytest.mark.parametrize("name", ["people", "franchises", "director_ratings"])
def test_a_chart_has_a_mark_for_each_of_one_name(name: str) -> None:
    """Three and two titles of two namesakes are no five, and the leader has most."""
    more = {"part": "cast", "error": 0.1, "effective": 9.0, "votes": 9}
    rows = [
        {"key": key, "name": who, "titles": titles, "place": place, **more, "rating": 8.0 - place}
        for place, (key, who, titles) in enumerate(
            [(9, "Zoe", 4), (7, "Harrison | Ford", 3), (8, "Harrison | Ford", 2)], 1
        )
    ]
    assert _drawn(name, rows) == [("Zoe", "4"), ("Harrison | Ford", "3"), ("Harrison | Ford", "2")]


async def test_the_rankings_of_people_tell_namesakes_apart() -> None:
    """Each has a key of its own, as an actor and as a director."""
    casts = [(n, 7 if n < 6 else 8) for n in range(11)]
    star: Star = {
        "dim_title": _movies(*[{} for _ in casts]),
        "fact_title": [
            {"title_id": f"tt{n:07d}", "tmdb_rating": float(who), "tmdb_votes": 9}
            for n, who in casts
        ],
        "dim_person": [{"person_id": n, "name": "Harrison Ford"} for n in (7, 8)],
        "fact_cast": [
            {"title_id": f"tt{n:07d}", "person_id": who, **credit}
            for n, who in casts
            for credit in ({"role": "cast", "billing": 0}, {"role": "crew", "job": "Director"})
        ],
    }
    assert _only(await _rows(star, "people"), "part", "key", "name", "titles") == [
        ("cast", 7, "Harrison Ford", 6),
        ("cast", 8, "Harrison Ford", 5),
        ("direction", 7, "Harrison Ford", 6),
        ("direction", 8, "Harrison Ford", 5),
    ]
    rows = await _rows(star, "director_ratings")
    assert _only(rows[1:], "key", "name", "titles") == [
        (8, "Harrison Ford", 5),
        (7, "Harrison Ford", 6),
    ]
