"""`fact_cast` and `dim_person` are what the newest credits say, however many parts they need."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from made_lake import Made, make, table

from harvester.stores import open_store
from harvester.zones import parts
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted

NAMES = {1: "female", 2: "male", 3: "non-binary"}
DAYS = [date(2026, 11, day) for day in (23, 24)]


def _lake(drawn: Random) -> list[tuple[str, date, str, dict[str, Any]]]:
    """Return `(title, date, fetched_at, credits)`: few people in many titles, some twice."""
    titles = [f"tt{number:07d}" for number in range(1, 41)]
    first = [(one, DAYS[0], f"2026-11-23T07:00:0{drawn.randrange(3)}Z") for one in titles]
    again = [(one, DAYS[1], "2026-11-24T07:00:00Z") for one in titles[::5]]
    return [(*one, _body(drawn)) for one in (*first, *again)]


def _body(drawn: Random) -> dict[str, Any]:
    def person() -> dict[str, Any]:
        return {
            "id": drawn.randint(1, 30),
            "name": drawn.choice("ABC"),
            "gender": drawn.randrange(4),
        }

    cast = [
        {
            **person(),
            "character": drawn.choice(["X", "Y", None]),
            "order": drawn.randrange(9),
            "credit_id": drawn.choice(["c1", "c2", None]),
        }
        for _ in range(drawn.randrange(12))
    ]
    crew = [
        {
            **person(),
            "job": drawn.choice(["Director", "Writer", None]),
            "department": drawn.choice(["D", "E", None]),
        }
        for _ in range(drawn.randrange(6))
    ]
    return {"cast": cast, "crew": crew}


def _newest_first(lake: list[tuple[str, date, str, dict[str, Any]]]) -> list[tuple[Any, ...]]:
    """Return `(title, part, item)` of the newest credits of each title, the newest first."""
    newest = {title: (at, body) for title, _, at, body in sorted(lake, key=lambda one: one[1:3])}
    by_title = sorted(newest.items())
    ordered = sorted(by_title, key=lambda one: one[1][0], reverse=True)
    return [
        (title, part, item)
        for title, (_, body) in ordered
        for part in ("cast", "crew")
        for item in body[part]
    ]


def _least(values: list[Any]) -> Any:
    return min((value for value in values if value is not None), default=None)


def _cast(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    several: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for title, part, item in rows:
        job = "Actor" if part == "cast" else item["job"]
        several.setdefault((title, item["id"], part, job, item.get("character")), []).append(item)
    return [
        (
            *key,
            "Acting" if key[2] == "cast" else _least([one["department"] for one in items]),
            _least([one.get("order") for one in items]),
            _least([one.get("credit_id") for one in items]),
        )
        for key, items in several.items()
    ]


def _people(rows: list[tuple[Any, ...]]) -> dict[int, tuple[str, str | None]]:
    first: dict[int, dict[str, Any]] = {}
    for _, _, item in rows:
        first.setdefault(item["id"], item)
    return {key: (one["name"], NAMES.get(one["gender"])) for key, one in first.items()}


@pytest.mark.parametrize("at_once", [parts.AT_ONCE, 20], ids=["whole", "in parts"])
async def test_newest_credits(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a person in several roles one row each; one role twice counts once, with the least."""
    monkeypatch.setattr(parts, "AT_ONCE", at_once)
    lake, folder = _lake(Random(1)), Path("l")
    for number, day in enumerate(DAYS):
        made = [
            Made(title, tmdb_id=int(title[2:]), bodies={"credits": body}, fetched_at=at)
            for title, of, at, body in lake
            if of == day
        ]
        await make(folder, made, run=f"{day:%Y%m%d}-{number}", day=day)
    async with open_store(str(folder)) as store:
        assert not (await build_trusted(store, "duckdb", rebuild=False)).breaches
        done = await build_refined(store, "duckdb", rebuild=False)
    assert not done.breaches, done.checks
    rows = _newest_first(lake)
    names = [
        "title_id",
        "person_id",
        "role",
        "job",
        "character",
        "department",
        "billing",
        "credit_id",
    ]
    cast = table(folder, "Refined/Parquet/fact_cast")
    assert sorted((tuple(row[name] for name in names) for row in cast), key=str) == sorted(
        _cast(rows), key=str
    )
    people = table(folder, "Refined/Parquet/dim_person")
    assert {row["person_id"]: (row["name"], row["gender"]) for row in people} == _people(rows)
    assert len(people) == len(_people(rows))
    assert len(cast) < len(rows) - 5
