"""DuckDB itself is closed: what `statements` would let pass by mistake reads and writes nothing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from asked_lake import digest
from made_star import make_star, small_star

from harvester.errors import LakeError
from harvester.zones.connection import connect
from harvester.zones.query.sandbox import Readable, fill
from harvester.zones.query.views import all_views, by_name

FILE = "Refined/Parquet/dim_title/part-0.parquet"


class Sandbox(NamedTuple):
    """A DuckDB that can read one table of a star, which lies in `folder`."""

    connection: duckdb.DuckDBPyConnection
    folder: Path


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Give one for all tests: none of them can change it."""
    folder = tmp_path_factory.mktemp("sandbox")
    asyncio.run(make_star(folder / "star", small_star()))
    view = by_name(all_views())["", "dim_title"]
    with connect(tmp_path_factory.mktemp("scratch")) as connection:
        fill(connection, all_views(), Readable({view: [str(folder / "star" / FILE)]}))
        yield Sandbox(connection, folder)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_parquet('star/Refined/Parquet/dim_person/part-0.parquet')",
        "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
        "COPY (SELECT 1) TO 'out.csv'",
        "COPY (SELECT 1) TO 'star/Refined/Parquet/dim_title/part-1.parquet'",
        "ATTACH 'out.db'",
        "EXPORT DATABASE 'out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "RESET allowed_paths",
        "SET lock_configuration = false",
        "SET threads = 1",
        "PRAGMA enable_profiling = 'json'",
        "INSERT INTO dim_title VALUES (1)",
        "SELECT * FROM fact_title",
        "SELECT * FROM raw_details",
        "SELECT * FROM sql",
    ],
)
def test_it_is_closed(sql: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB raises, and not a name or byte below the folder is another one."""
    monkeypatch.chdir(sandbox.folder)
    before = digest(sandbox.folder)
    with pytest.raises(duckdb.Error):
        sandbox.connection.execute(sql).fetchall()
    assert digest(sandbox.folder) == before
    assert sandbox.connection.execute("SELECT count(*) FROM dim_title").fetchall() == [(5,)]


def test_a_view_that_is_not_to_be_read_says_why(tmp_path: Path) -> None:
    """What is lost says its sentence, what is not named that it must be; both show columns."""
    named = by_name(all_views())
    lost = {named["", "dim_title"]: LakeError("it's not there")}
    with connect(tmp_path) as connection:
        fill(connection, all_views(), Readable(lost=lost))
        for name, words in (("dim_title", "it's not there"), ("dim_date", "name dim_date itself")):
            assert connection.execute(f"DESCRIBE {name}").fetchall()
            with pytest.raises(duckdb.Error, match=words):
                connection.execute(f"SELECT count(*) FROM {name}").fetchall()  # noqa: S608 - a name


def test_a_table_without_partitions_has_no_rows(tmp_path: Path) -> None:
    """A zone that was built from nothing is empty, and no error."""
    view = by_name(all_views())["trusted", "tmdb_find"]
    with connect(tmp_path) as connection:
        fill(connection, all_views(), Readable({view: []}))
        assert connection.execute("SELECT count(*), max(dt) FROM trusted.tmdb_find").fetchall() == [
            (0, None)
        ]
