"""What shares a name is not one: a ranking counts by keys, and its chart has a bar for each."""

from typing import Any

from made_star import Star, make_star

from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.queries import answer
from harvester.zones.refined.tables import ROOT, TABLES


def _movies(*more: dict[str, Any]) -> list[Row]:
    """Return a movie for each dictionary of columns."""
    return [
        {"title_id": f"tt{n:07d}", "kind": "movie", "in_csv": True, "outcome": "harvested", **one}
        for n, one in enumerate(more)
    ]


async def _rows(star: Star, name: str) -> list[Row]:
    await make_star("l", star)
    return answer({table.name: f"l/{ROOT}{table.name}" for table in TABLES}).rows[name]["all"]


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
