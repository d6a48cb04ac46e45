"""A newest list that is empty takes the rows of older ones away, whatever list it is."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_lake import Made, make, table
from made_opinions import Told, tell

from harvester.stores import open_store
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted

pytestmark = pytest.mark.slow  # each builds both zones twice

REFINED = "Refined/Parquet"
LATER = date(2026, 11, 25)
FULL: dict[str, Any] = {
    "details": {"id": 1, "title": "A", "overview": "o"},
    "credits": {"cast": [{"id": 5, "name": "Ana"}], "crew": [{"id": 6, "name": "Bo"}]},
    "keywords": {"keywords": [{"id": 3, "name": "k"}]},
}


async def _build() -> None:
    async with open_store("l") as store:
        assert not (await build_trusted(store, "duckdb", rebuild=False)).breaches
        await build_refined(store, "duckdb", rebuild=False)


def _people() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in table(Path("l"), f"{REFINED}/fact_cast"):
        found.setdefault(int(row["title_id"][2:]), []).append(row["person_id"])
    return {title: sorted(people) for title, people in sorted(found.items())}


def _titles(name: str) -> set[int]:
    return {int(row["title_id"][2:]) for row in table(Path("l"), f"{REFINED}/{name}")}


def _made(number: int, bodies: Any, hour: int = 7, day: int = 25) -> Made:
    fetched_at = f"2026-11-{day}T{hour:02d}:00:00Z"
    return Made(f"tt000000{number}", tmdb_id=number, bodies=bodies, fetched_at=fetched_at)


async def test_empty_credits_and_keywords() -> None:
    """The newest list of each title counts, and a misfit or no list at all is no empty list.

    Once in a file whose values are all of their types, then with one that is read token by token.
    """
    cases: dict[int, tuple[dict[str, Any], list[int]]] = {
        1: ({"credits": {"cast": [], "crew": []}}, []),
        2: ({"credits": {"cast": [], "crew": None}, "keywords": {"keywords": []}}, []),
        3: ({"credits": {}}, [5, 6]),
        4: ({"keywords": {"keywords": []}}, [5, 6]),
    }
    await make(Path("l"), [_made(n, FULL, day=24) for n in range(1, 8)], run="20261124-0a")
    await make(
        Path("l"), [_made(n, body) for n, (body, _) in cases.items()], run="20261125-0a", day=LATER
    )
    await _build()
    assert _people() == {n: people for n, (_, people) in cases.items() if people} | {
        n: [5, 6] for n in (5, 6, 7)
    }
    assert _titles("bridge_title_keyword") == {1, 3, 5, 6, 7}
    empty = table(Path("l"), "Trusted/TMDB/Parquet/EmptyLists/dt=2026-11-25")
    found = {(row["table"], row["title_id"], str(row["fetched_at"])) for row in empty}
    when = "2026-11-25 07:00:00"
    assert found == {
        ("Movies/credits", "tt0000001", when),
        ("Movies/credits", "tt0000002", when),
        ("Movies/keywords", "tt0000002", when),
        ("Movies/keywords", "tt0000004", when),
    }

    # The same date again: one has people once more, three have misfits beside empty lists.
    more = [
        _made(1, FULL, hour=8),
        _made(5, {"credits": {"cast": [], "crew": "none"}}),
        _made(6, {"credits": {"cast": [{"id": None}], "crew": []}}),
        _made(7, {"credits": {"cast": [], "crew": []}}),
    ]
    await make(Path("l"), more, run="20261125-0b", day=LATER)
    await _build()
    assert _people() == {n: [5, 6] for n in (1, 3, 4, 5, 6)}
    empty = table(Path("l"), "Trusted/TMDB/Parquet/EmptyLists/dt=2026-11-25")
    of_credits = [row["title_id"] for row in empty if row["table"] == "Movies/credits"]
    assert sorted(of_credits) == ["tt0000002", "tt0000007"]


async def test_empty_episodes() -> None:
    """A series that has no episodes any longer has none."""
    shows = {"show": {"name": "S"}, "episodes": [{"id": 1}], "cast": []}
    await tell(Path("l"), "TVmaze", [Told("tt0000001", shows, 1)], run="20261124-0a")
    await _build()
    assert _titles("fact_episode") == {1}
    told = Told("tt0000001", {"episodes": []}, 1, fetched_at="2026-11-25T07:00:00Z")
    await tell(Path("l"), "TVmaze", [told], run="20261125-0a", day=LATER)
    await _build()
    assert _titles("fact_episode") == set()
