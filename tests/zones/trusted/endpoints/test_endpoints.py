"""An endpoint is one declaration: what it says is all that the tables are made from."""

import runpy
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import manual
import orjson
import pytest

from harvester.model import Asked
from harvester.origins.table import ORIGINS
from harvester.zones.engines import open_engine
from harvester.zones.trusted import endpoints
from harvester.zones.trusted.endpoints import ORIGIN_TABLES
from harvester.zones.trusted.endpoints.endpoint import BODY, Endpoint, OriginTables
from harvester.zones.trusted.endpoints.tmdb import TMDB
from harvester.zones.trusted.records import of_run, transform

ROOT = Path(endpoints.__file__).parent
EVERY = [
    pytest.param(tables, one, id=f"{tables.origin}-{one.table.name}")
    for tables in ORIGIN_TABLES.values()
    for one in tables.endpoints
]


@pytest.mark.parametrize("name", ["tmdb", "omdb", "tvmaze"])
def test_each_declaration_is_used(name: str) -> None:
    """No module of an origin's folder declares an endpoint that its tables lack, or two have."""
    package = import_module(f"{endpoints.__name__}.{name}")
    declared = [
        value
        for module in iter_modules(package.__path__)
        for value in vars(import_module(f"{package.__name__}.{module.name}")).values()
        if isinstance(value, Endpoint)
    ]
    (tables,) = [value for value in vars(package).values() if isinstance(value, OriginTables)]
    assert sorted(map(id, declared)) == sorted(map(id, tables.endpoints))
    assert ORIGIN_TABLES[tables.origin] is tables


@pytest.mark.parametrize(("tables", "endpoint"), EVERY)
def test_a_declaration_holds_together(tables: OriginTables, endpoint: Endpoint) -> None:
    """Its key and place are columns, each once; what it needs of a record is read of it."""
    names = [column.name for column in endpoint.table.columns]
    assert len(names) == len(set(names))
    assert set(endpoint.table.key) <= set(names)
    assert ("position" in names) is (bool(endpoint.arrays) and not endpoint.keyed)
    assert (
        "key" in {c.source for c in endpoint.table.columns if c.name in endpoint.table.key}
    ) is (endpoint.keyed)
    assert ("part" in names) is (endpoint.table.name.endswith("credits"))
    assert BODY not in endpoint.arrays or endpoint.arrays == (BODY,)
    assert {"title_id", "imdb_id", "fetched_at", "run", "synthetic"} <= set(names)
    assert all(column.description for column in endpoint.table.columns)
    of_record = {c.name for c in endpoint.table.columns if c.source == "record"} - {"title_id"}
    assert of_record <= set(tables.record)
    assert all(column.reading is None or not endpoint.arrays for column in endpoint.table.columns)


def test_their_folders_are_those_of_the_origins() -> None:
    """What the zones read is what the harvest writes: each table has a folder of its origin."""
    asked = Asked((), None, (), None, "array", "x")
    for tables in ORIGIN_TABLES.values():
        if (origin := ORIGINS.get(tables.origin)) is not None:
            every = replace(asked, endpoints=origin.endpoints, origin=tables.origin)
            assert tables.folders == set(origin.folders(every))


def test_the_example_of_the_contributing_page_works(tmp_path: Path) -> None:
    """The declaration alone makes rows and rejects of its records."""
    page = manual.ROOT / "CONTRIBUTING.md"
    shown = page.read_text("utf-8").partition("## Add an endpoint to Trusted\n")[2]
    blocks = [one for one in manual.blocks(page) if one.language == "python"]
    block = next(one for one in blocks if one.text in shown)
    Path("episode_groups.py").write_text(block.text, "utf-8")
    endpoint = runpy.run_path("episode_groups.py")["SERIES_EPISODE_GROUPS"]
    body = {"results": [{"id": "a", "name": "DVD"}, {"name": 5}]}
    record = {"id": "tt0000001", "fetched_at": "2026-11-24T07:00:00Z", "response": body}
    Path("r.json").write_bytes(orjson.dumps([record]))
    with open_engine("duckdb", tmp_path) as engine:
        records = of_run(engine.records(["r.json"], TMDB.record), "r", synthetic=False)
        made = transform(engine, endpoint, records)
        (row,) = engine.rows(made.rows)
        (reject,) = engine.rows(made.rejects(TMDB.rejects))
    assert (row["title_id"], row["position"], row["group_id"]) == ("tt0000001", 0, "a")
    assert (reject["table"], reject["level"]) == ("Series/episode_groups", "item")
