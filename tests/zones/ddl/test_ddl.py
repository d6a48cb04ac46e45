"""The DDL of each dialect: it parses, has every declared column, and DuckDB takes a lake by it."""

import asyncio
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from made_star import make_star, small_star
from sqlglot import exp

from harvester.zones.column_types import duckdb_type
from harvester.zones.ddl.ddl import DIALECTS, Dialect, write_ddl
from harvester.zones.ddl.title_view import TITLE
from harvester.zones.refined.tables import ROOT, TABLES
from harvester.zones.zone_tables import zone_tables

_SQLGLOT = {"postgresql": "postgres"}


def _parsed(dialect: Dialect, text: str) -> list[Any]:
    found: list[Any] = sqlglot.parse(
        text, read=_SQLGLOT.get(dialect, dialect), error_level=sqlglot.ErrorLevel.RAISE
    )
    return found


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_parses_with_every_table_and_column(dialect: Dialect) -> None:
    """Each declared table once, its columns in their order, then the view."""
    parsed = _parsed(dialect, write_ddl(dialect))
    assert not any(isinstance(one, exp.Command) for one in parsed)
    created = [one for one in parsed if isinstance(one, exp.Create)]
    tables = [one for one in created if one.kind == "TABLE"]
    declared = list(zone_tables())
    assert len(tables) == len(declared)
    for found, one in zip(tables, declared, strict=True):
        columns = [part.name for part in found.this.expressions if isinstance(part, exp.ColumnDef)]
        wanted = [column.name for column in one.table.columns]
        assert columns == wanted + (["dt"] if one.partitioned and dialect != "athena" else [])
        flat = one.flat_name if dialect == "athena" else one.name
        assert found.this.this.name == flat
    (view,) = [one for one in created if one.kind == "VIEW"]
    assert view.expression.named_selects == [column.name for column in TITLE.columns]


def test_athenas_tables_lie_in_the_lake() -> None:
    """Each where its files are, dates projected; a prefix may end in a slash."""
    text = write_ddl("athena", "s3://lake/films/")
    for one in zone_tables():
        assert f"LOCATION 's3://lake/films/{one.folder}'" in text
        dated = f"'storage.location.template' = 's3://lake/films/{one.folder}dt=${{dt}}/'"
        assert (dated in text) is one.partitioned
    assert text.count("PARTITIONED BY (`dt` string") == text.count("'projection.enabled' = 'true'")
    assert "s3://BUCKET/Refined/Parquet/dim_title/" in write_ddl("athena")


def test_athenas_comments_are_as_glue_and_hive_take_them() -> None:
    """At most 255 characters, and a quote is escaped by a backslash, as two would end the text."""
    comments = [
        literal.this
        for one in _parsed("athena", write_ddl("athena"))
        for found in one.find_all(exp.CommentColumnConstraint, exp.SchemaCommentProperty)
        for literal in found.find_all(exp.Literal)
    ]
    assert max(map(len, comments)) <= 255
    text = write_ddl("athena")
    assert r"COMMENT 'TMDB\'s id'" in text
    assert not re.search(r"[^\\]''", text.partition("CREATE OR REPLACE VIEW")[0])


def test_postgresql_knows_keys_and_references() -> None:
    """Of Refined, whose order lets each reference be made; a key that may be null is none."""
    text = write_ddl("postgresql")
    assert '"title_id" text NOT NULL REFERENCES "dim_title" ("title_id")' in text
    assert 'PRIMARY KEY ("title_id", "genre")' in text
    made: set[str] = set()
    for one in _parsed("postgresql", text):
        if isinstance(one, exp.Create) and one.kind == "TABLE":
            made.add(one.this.this.name)
            for other in one.find_all(exp.Reference):
                (table,) = other.find_all(exp.Table)
                assert table.name in made
            key = one.find(exp.PrimaryKey)
            keyless = one.this.this.name == "fact_cast" or one.this.this.db == "trusted"
            assert (key is None) is keyless


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a lake that is a star, once."""
    folder = tmp_path_factory.mktemp("star") / "l"
    asyncio.run(make_star(folder, small_star()))
    return folder


def test_duckdb_takes_refineds_rows(lake: Path) -> None:
    """Every table has the rows and the columns of its files; what the view says is listed, too."""
    with duckdb.connect() as database:
        database.execute(write_ddl("duckdb"))
        for table in TABLES:
            files = f"read_parquet('{lake}/{ROOT}{table.name}/*.parquet')"
            database.execute(f"INSERT INTO {table.name} FROM {files}")
            for this, that in ((table.name, files), (files, table.name)):
                assert not database.sql(f"FROM {this} EXCEPT ALL FROM {that}").fetchall()
        assert database.sql("SELECT count(*) FROM title").fetchall() == [(5,)]
        found = database.sql("FROM title")
        declared = [(column.name, duckdb_type(column.dtype)) for column in TITLE.columns]
        assert [*zip(found.columns, map(str, found.types), strict=True)] == declared
        schemas = database.sql("SELECT DISTINCT schema_name FROM duckdb_tables()").fetchall()
        assert {name for (name,) in schemas} == {"main", "trusted"}
        commented = database.sql("SELECT comment FROM duckdb_views() WHERE view_name = 'title'")
        assert commented.fetchall() == [(TITLE.description,)]


def test_duckdb_refuses_a_second_row_of_a_key(lake: Path) -> None:
    """Keys are keys: the DDL is more than names."""
    with duckdb.connect() as database:
        database.execute(write_ddl("duckdb"))
        rows = f"INSERT INTO dim_genre VALUES ('Drama', NULL), ('Drama', {len(str(lake))})"  # noqa: S608 - declared
        with pytest.raises(duckdb.ConstraintException, match="Drama"):
            database.execute(rows)
