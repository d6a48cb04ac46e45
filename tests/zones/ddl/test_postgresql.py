"""A real PostgreSQL takes the DDL, and every row of a Refined zone that was built."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from made_whole import command
from postgresql import PostgreSql, programs, running_postgresql

from harvester.zones.ddl.ddl import write_ddl
from harvester.zones.ddl.title_view import TITLE
from harvester.zones.refined.tables import ROOT, TABLES
from harvester.zones.zone_tables import zone_tables

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        programs() is None, reason="there is no PostgreSQL (initdb, postgres, psql)"
    ),
]

ENDPOINTS = (
    *("find", "details", "credits", "keywords", "external_ids", "watch_providers"),
    *("release_dates", "content_ratings"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSql]:
    """Run one server for the module, with all tables and the view, as the DDL makes them."""
    found = programs()
    assert found is not None
    with running_postgresql(found) as started:
        started.run(write_ddl("postgresql"))
        yield started


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Harvest the sample from the simulator, build both zones, and export the star as CSVs."""
    folder = tmp_path_factory.mktemp("whole")
    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patched:
        for name in ("TMDB_TOKEN", "TMDB_API_KEY"):
            patched.delenv(name, raising=False)
        for words in (
            f"run --local --quiet --rate 500 --endpoints {','.join(ENDPOINTS)}",
            "trusted --local --quiet",
            "refined --local --quiet",
            "export --local -o csv/",
        ):
            ended = command(*words.split())
            assert ended.code == 0, ended.err
    return folder


def test_it_has_every_declared_table(server: PostgreSql) -> None:
    """With the columns in their order; lists of structs are jsonb."""
    found = server.run(
        "SELECT table_schema || '.' || table_name || '.' || column_name FROM "
        "information_schema.columns WHERE table_schema IN ('public', 'trusted') "
        "ORDER BY table_schema, table_name, ordinal_position"
    ).splitlines()
    wanted = {f"public.title.{column.name}" for column in TITLE.columns}
    for one in zone_tables():
        schema = "public" if one.zone == "refined" else "trusted"
        names = [column.name for column in one.table.columns]
        names += ["dt"] if one.partitioned else []
        wanted |= {f"{schema}.{one.name}.{name}" for name in names}
    assert set(found) == wanted
    assert len(found) == len(wanted)


def test_it_takes_every_row(server: PostgreSql, lake: Path) -> None:
    """By the CSVs of an export, as docs/bi.md goes: keys and references hold them."""
    listed = json.loads((lake / "csv/datapackage.json").read_text("utf-8"))["resources"]
    server.run(
        *(
            f"\\copy {one['name']} FROM '{lake}/csv/{one['path']}' (FORMAT csv, HEADER)"
            for one in listed
        )
    )
    with duckdb.connect() as connection:
        total = 0
        for table in TABLES:
            files = f"read_parquet('{lake}/lake/{ROOT}{table.name}/*.parquet')"
            connection.execute(f"CREATE VIEW {table.name} AS FROM {files}")
            (row,) = connection.sql(f"SELECT count(*) FROM {table.name}").fetchall()  # noqa: S608 - declared
            assert server.run(f"SELECT count(*) FROM {table.name}") == f"{row[0]}\n", table.name  # noqa: S608 - declared
            total += row[0]
        assert total > 5_000
        # All of a title's text, numbers and days, as one text of each row.
        names = ("title_id", "title", "overview", "tmdb_id", "release_date", "in_csv")
        texts = " || '|' || ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for name in names)
        sql = f"SELECT md5({texts}) FROM dim_title ORDER BY 1"  # noqa: S608 - declared
        rows = [row[0] for row in connection.sql(sql).fetchall()]
        assert server.run(sql).split() == rows
        # The view, and a list of it, as both databases have them.
        (counts,) = connection.sql(
            "SELECT count(*), (SELECT count(*) FROM bridge_title_genre) FROM dim_title"
        ).fetchall()
        said = server.run("SELECT count(*), sum(cardinality(genres)) FROM title")
        assert said == f"{counts[0]}|{counts[1]}\n"
        mine = server.run("SELECT array_to_string(actors, ',') FROM title ORDER BY title_id")
        people = connection.sql(
            "SELECT (SELECT string_agg(name, ',' ORDER BY billing, person_id) FROM ("
            "SELECT person_id, min(billing) AS billing FROM fact_cast c "
            "WHERE c.title_id = t.title_id AND role = 'cast' AND billing < 10 GROUP BY 1) "
            "JOIN dim_person USING (person_id)) FROM dim_title t ORDER BY title_id"
        ).fetchall()
        assert mine.splitlines() == [name or "" for (name,) in people]


def test_a_key_is_a_key_there(server: PostgreSql) -> None:
    """A row whose title is nowhere is refused."""
    with pytest.raises(AssertionError, match="violates foreign key constraint"):
        server.run("INSERT INTO fact_external_id VALUES ('tt9', NULL, 'X', 'y')")
