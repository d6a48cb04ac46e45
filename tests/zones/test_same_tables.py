"""Records read by their types make the tables that records read token by token make.

The second way knows no types: it takes the JSON of each value, as Spark does, which
`engines/test_spark.py` holds to the same tables. Compared are each cell of both zones, rejects and
empty lists among them, and each check with what it found.
"""

import json
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pytest
from command_line import harvester
from csvs import movies, shared
from faulty_lake import faulty_lake
from made_bodies import FURTHER
from made_lake import Made, make

from harvester.model import MediaType  # noqa: TC001 - its annotations are read
from harvester.simulator import SimulatorOptions, simulate
from harvester.stores.local.store import LocalStore
from harvester.zones.engines.duckdb import Duckdb
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted import read_files
from harvester.zones.trusted.build import build_trusted

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def by_types(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list of how many files of each table are read by their types, as they are read."""
    found: list[int] = []
    parted = read_files._parted

    def counted(*args: Any, **options: Any) -> Any:
        fit, others = parted(*args, **options)
        found.append(sum(len(run.files) for run in fit))
        return fit, others

    monkeypatch.setattr(read_files, "_parted", counted)
    return found


async def _built(folder: str) -> list[dict[str, Any]]:
    """Build both zones; return their checks."""
    store = LocalStore(Path(folder))
    trusted = await build_trusted(store, "duckdb", rebuild=True)
    refined = await build_refined(store, "duckdb", rebuild=True)
    return [check.plain() for check in (*trusted.checks, *refined.checks)]


async def _same(by_types: list[int], monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Build the lake `types` by types and a copy of it by tokens; return the rows of each table."""
    shutil.copytree("types", "tokens")
    checks = await _built("types")
    assert sum(by_types) > 0
    by_types.clear()
    monkeypatch.setattr(Duckdb, "refusal", None)
    assert await _built("tokens") == checks
    assert sum(by_types) == 0
    assert by_types
    names = {str(file.parent.relative_to("types")) for file in Path("types").rglob("*.parquet")}
    assert names == {
        str(file.parent.relative_to("tokens")) for file in Path("tokens").rglob("*.parquet")
    }
    return {name: _rows_alike(name) for name in names}


def _rows_alike(name: str) -> int:
    """Return how many rows a table has, which are the same in both lakes, as are its columns."""
    connection = duckdb.connect()
    ours, theirs = (
        f"SELECT * FROM read_parquet('{lake}/{name}/*.parquet', hive_partitioning = false)"  # noqa: S608
        for lake in ("types", "tokens")
    )
    assert connection.sql(ours).description == connection.sql(theirs).description, name
    for one, other in ((ours, theirs), (theirs, ours)):
        assert connection.sql(f"{one} EXCEPT ALL {other} LIMIT 1").fetchall() == [], name
    (count,) = connection.sql(f"SELECT count(*) FROM ({ours})").fetchall()[0]  # noqa: S608
    return int(count)


async def test_of_a_faulty_lake(by_types: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong types, odd texts, several runs a date, retries, titles that are gone."""
    await faulty_lake(Path("types"))
    rows = await _same(by_types, monkeypatch)
    assert rows["Trusted/TMDB/Parquet/Rejects/dt=2026-11-24"] == 4
    assert rows["Refined/Parquet/fact_cast"] > 100


async def test_of_every_endpoint(by_types: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A body of each further endpoint: some of one run, and all of another, do not fit."""
    ids: dict[MediaType, dict[str, Any]] = {
        media: {"external_ids": {"id": 1, "wikidata_id": "Q1"}} for media in FURTHER
    }
    for place, of_media in enumerate((FURTHER, ids)):
        made = [
            Made(f"tt9000{place}0{number}", media, number, dict(of_media[media]))
            for number, media in enumerate(of_media, 1)
        ]
        await make(Path("types"), made, run=f"20261124-0000000{place}")
    rows = await _same(by_types, monkeypatch)
    assert rows["Refined/Parquet/fact_external_id"] > 0


async def test_of_recorded_bodies(by_types: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """TMDB's own details, credits and keywords, and its series' aggregate credits."""
    found: dict[tuple[MediaType, int], dict[str, bytes]] = defaultdict(dict)
    medias: tuple[MediaType, ...] = ("movie", "tv")
    for folder in sorted(shared("tmdb/recorded").glob("*_*")):
        for media in medias:
            endpoint = folder.name.removeprefix("derived_").removeprefix(f"{media}_")
            if endpoint not in {"details", "credits", "keywords", "aggregate_credits"}:
                continue
            for file in sorted(folder.glob("[0-9]*.json")):
                if not file.name.endswith(".headers.json"):
                    body = file.read_bytes()
                    found[media, int(json.loads(body)["id"])][endpoint] = body
    assert len(found) > 20
    made = [
        Made(f"tt{9_000_000 + place}", media, number, dict(bodies))
        for place, ((media, number), bodies) in enumerate(found.items())
    ]
    await make(Path("types"), made)
    rows = await _same(by_types, monkeypatch)
    assert rows["Refined/Parquet/dim_title"] == len(found)


async def test_of_10_000_titles(by_types: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A CSV's titles, harvested from the simulator."""
    movies(Path("movies.csv"), range(1, 10_001))
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        command = ["run", "movies.csv", "--lake", "types", "--rate", "100000"]
        ran = await harvester(*command, tmdb=tmdb)
    assert ran.code == 0, ran.err
    rows = await _same(by_types, monkeypatch)
    assert rows["Refined/Parquet/dim_title"] == 10_000
