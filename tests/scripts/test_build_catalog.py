"""`catalog.yaml`: what the script writes, the files' columns, and queries that give the same.

Athena itself is not here: its queries are parsed as Trino's, held to what Trino refuses, and run by
DuckDB over the columns that Glue is told.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import build_catalog
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
from csvs import MOVIES
from made_effects import star_of
from made_lake import Made, csv, make
from made_opinions import Told, tell
from made_star import answers_of, make_star
from sqlglot import exp
from template import read_template

from harvester.stores import open_store
from harvester.zones.analysis.questions import QUESTIONS, Question
from harvester.zones.refined.build import build_refined
from harvester.zones.refined.tables import TABLES
from harvester.zones.trusted.build import build_trusted

RESOURCES: dict[str, Any] = read_template(build_catalog.PATH)["Resources"]
GLUE = {
    found["Name"]: found
    for one in RESOURCES.values()
    if one["Type"] == "AWS::Glue::Table"
    for found in [one["Properties"]["TableInput"]]
}
QUERIES = {
    one["Properties"]["Name"]: one["Properties"]["QueryString"]
    for one in RESOURCES.values()
    if one["Type"] == "AWS::Athena::NamedQuery"
}


def test_the_file_is_what_the_script_writes() -> None:
    """A table, a column or a query that is declared differently makes the file old."""
    text = build_catalog.PATH.read_text("utf-8")
    assert text == build_catalog.written(), "catalog.yaml is old: run scripts/build_catalog.py"
    assert len(text.encode()) < 1_000_000  # CloudFormation's limit for a template in S3
    assert len(RESOURCES) <= 500


def test_names_are_those_that_glue_takes() -> None:
    """Glue folds names to lower case, also in structs, and refuses long comments."""
    assert len(GLUE) > 80
    for name, table in GLUE.items():
        columns = table["StorageDescriptor"]["Columns"]
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        for column in columns:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", column["Name"])
            assert column["Type"] == column["Type"].lower()
            assert len(column.get("Comment", "")) <= 255
        names = [column["Name"] for column in (*columns, *table.get("PartitionKeys", ()))]
        assert len(set(names)) == len(names)


def _location(table: dict[str, Any]) -> str:
    found: str = table["StorageDescriptor"]["Location"]["Fn::Sub"]
    return found.removeprefix("s3://${Bucket}/")


def test_dates_are_projected_where_the_files_lie() -> None:
    """Each table of dates has a template with one place for the date, and a range of such dates."""
    dated = {name: table for name, table in GLUE.items() if "PartitionKeys" in table}
    assert {name.partition("_")[0] for name in dated} == {"trusted", "raw"}
    for name, table in dated.items():
        parameters = table["Parameters"]
        assert parameters["projection.enabled"] == "true"
        raw = name.startswith("raw_")
        assert parameters["projection.dt.format"] == ("yyyy/MM/dd" if raw else "yyyy-MM-dd")
        before = _location(table) if raw else f"{_location(table)}dt="
        template = parameters["storage.location.template"]["Fn::Sub"]
        assert template == f"s3://${{Bucket}}/{before}${{!dt}}/"
        assert table["PartitionKeys"][0] == {
            "Name": "dt",
            "Type": "string",
            "Comment": "the date of the runs that the row is from, UTC",
        }


def test_raw_is_there_only_as_lines() -> None:
    """A file that is one array is no table to Athena."""
    for one in RESOURCES.values():
        if one["Type"] == "AWS::Glue::Table":
            raw = one["Properties"]["TableInput"]["Name"].startswith("raw_")
            assert (one.get("Condition") == "HasLines") is raw


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both zones of a lake with runs of every origin, and a CSV."""
    folder = tmp_path_factory.mktemp("lakes") / "l"
    movie: dict[str, Any] = {
        "details": {"id": 1, "title": "T", "genres": [{"id": 1, "name": "Drama"}]},
        "credits": {"cast": [{"id": 2, "name": "Ana"}], "crew": []},
    }
    show: dict[str, Any] = {
        "show": {"name": "S", "premiered": "1999-01-02"},
        "episodes": [{"id": 11, "season": 1, "number": 1, "airdate": "1999-01-02"}],
        "cast": [],
    }

    async def build() -> None:
        row = "tt0000001|T|T|1999|90|Drama|8.1|9|actor|X|Y|\\N|\\N|actor|tt1"
        csv(folder, "Movies/m.csv", f"{MOVIES}\n{row}\n")
        await make(folder, [Made("tt0000001", bodies=movie)])
        await tell(folder, "OMDb", [Told("tt0000001", {"title": {"Title": "O"}})], run="20261124-b")
        await tell(folder, "TVmaze", [Told("tt0000002", show)], run="20261124-c")
        async with open_store(str(folder)) as store:
            await build_trusted(store, "duckdb", rebuild=False)
            await build_refined(store, "duckdb", rebuild=False)

    asyncio.run(build())
    return folder


def _hive(kind: pa.DataType) -> str:
    """Return how Hive calls what a Parquet file holds; Athena reads no other unit of time."""
    if pa.types.is_list(kind):
        return f"array<{_hive(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{','.join(f'{part.name}:{_hive(part.type)}' for part in kind)}>"
    return {
        pa.string(): "string",
        pa.int64(): "bigint",
        pa.float64(): "double",
        pa.bool_(): "boolean",
        pa.date32(): "date",
        pa.timestamp("us"): "timestamp",
    }[kind]


@pytest.mark.slow
def test_glue_has_the_columns_of_the_parquet_files(lake: Path) -> None:
    """Of every table of both zones, column by column, and Glue knows each folder and no other."""
    tables = {
        _location(table): table for name, table in GLUE.items() if not name.startswith("raw_")
    }
    seen = set()
    for file in lake.glob("*/**/*.parquet"):
        folder = re.sub(r"dt=[^/]+/$", "", f"{file.parent.relative_to(lake)}/")
        seen.add(folder)
        columns = tables[folder]["StorageDescriptor"]["Columns"]
        schema = pq.ParquetFile(file).schema_arrow
        assert [(column["Name"], column["Type"]) for column in columns] == [
            (part.name, _hive(part.type)) for part in schema
        ], folder
    assert seen == set(tables)


def _refused_by_trino(query: Any) -> Iterator[str]:
    """Yield what parses as Trino, and Trino refuses to run."""
    if query.find(exp.Qualify):
        yield "QUALIFY"
    for window in query.find_all(exp.Window):
        if isinstance(window.this, exp.Filter):  # io.trino.sql.analyzer.StatementAnalyzer
            yield "FILTER with a window"
        if isinstance(window.this, exp.IgnoreNulls | exp.Median | exp.PercentileCont):
            yield f"{window.this.key} with a window"
    for select in query.find_all(exp.Select):
        group = select.args.get("group")
        if group is not None and group.args.get("all"):
            yield "GROUP BY ALL"
        computed = {
            one.alias for one in select.expressions if isinstance(one, exp.Alias) and one.alias
        } - {column.name for one in select.expressions for column in one.find_all(exp.Column)}
        for one in group.expressions if group is not None else ():
            if one.name in computed and not one.is_int:
                yield f"GROUP BY the alias {one.name}"
    for unknown in query.find_all(exp.Anonymous):
        yield f"the function {unknown.name}"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.name)
def test_each_named_query_is_trinos(question: Question) -> None:
    """It parses, holds nothing that Trino lacks, and reads tables and columns that Glue has."""
    query = sqlglot.parse_one(QUERIES[question.name], read="trino")
    assert list(_refused_by_trino(query)) == []
    own = {one.alias for one in query.find_all(exp.CTE)}
    read = {table.name for table in query.find_all(exp.Table)} - own
    assert read <= set(GLUE)
    assert list(QUERIES) == [one.name for one in QUESTIONS]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT a FROM t QUALIFY row_number() OVER () < 2", "QUALIFY"),
        ("SELECT count(*) FILTER (WHERE a) OVER () FROM t", "FILTER with a window"),
        ("SELECT a + 1 AS b FROM t GROUP BY b", "GROUP BY the alias b"),
        ("SELECT list_position(a, 1) FROM t", "the function list_position"),
    ],
)
def test_what_trino_refuses_is_found(sql: str, said: str) -> None:
    """What the test above relies on."""
    assert said in list(_refused_by_trino(sqlglot.parse_one(sql, read="duckdb")))


def _plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(round(v, 9) if isinstance(v, float) else v for v in row) for row in rows]


async def test_the_named_queries_give_what_the_analysis_gives() -> None:
    """By DuckDB, over views that have Glue's columns by Glue's types, and no others."""
    await make_star("l", star_of(effect=True))
    wanted = answers_of("l").rows
    with duckdb.connect() as connection:
        for table in TABLES:
            columns = ", ".join(
                f'CAST("{column["Name"]}" AS {_in_duckdb(column["Type"])}) AS "{column["Name"]}"'
                for column in GLUE[table.name]["StorageDescriptor"]["Columns"]
            )
            files = f"l/{_location(GLUE[table.name])}*.parquet"
            connection.execute(f"CREATE VIEW {table.name} AS SELECT {columns} FROM '{files}'")  # noqa: S608 - ours
        for question in QUESTIONS:
            (sql,) = sqlglot.transpile(QUERIES[question.name], read="trino", write="duckdb")
            found = connection.execute(sql)
            names = [column[0] for column in found.description or ()]
            rows = _plain(found.fetchall())
            assert rows == _plain([tuple(row.values()) for row in wanted[question.name]["all"]])
            assert rows, question.name
            assert set(question.columns) <= set(names)


def _in_duckdb(kind: str) -> str:
    """Return a plain type of Hive's in DuckDB's words; Refined has no others."""
    return {"string": "VARCHAR"}.get(kind, kind)
