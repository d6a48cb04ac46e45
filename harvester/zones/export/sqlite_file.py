"""Refined as one SQLite file: keys, references, and a table of what tables and columns mean."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import duckdb

from harvester.zones.export.descriptions import descriptions
from harvester.zones.export.star import StarTable
from harvester.zones.schema import Column
from harvester.zones.sql import quoted

_TYPES = {"string": "TEXT", "int64": "INTEGER", "float64": "REAL"}
"""Other types keep their names, which drivers go by: https://www.sqlite.org/datatype3.html."""
_ROWS = 10_000
DESCRIPTIONS = "descriptions"


def write_sqlite(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[StarTable], path: Path
) -> None:
    """Write the tables into a new file. Raises `duckdb.Error`, `sqlite3.Error`."""
    with closing(sqlite3.connect(path)) as database:
        # The file has no name yet, and is synced before it gets one.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        for table in tables:
            database.execute(_definition(table, tables))
            found = connection.execute(table.ordered([_expression(one) for one in table.columns]))
            _insert(database, table.name, len(table.columns), found)
        database.execute(
            f"CREATE TABLE {DESCRIPTIONS} (table_name TEXT, column_name TEXT, type TEXT, "
            "description TEXT, is_key BOOLEAN, references_table TEXT)"
        )
        database.executemany(
            f"INSERT INTO {DESCRIPTIONS} VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
            descriptions(tables),
        )
        database.commit()


def _definition(table: StarTable, tables: Iterable[StarTable]) -> str:
    keys = {one.name: one.key for one in tables}
    parts = []
    for column in table.columns:
        part = f"{quoted(column.name)} {_TYPES.get(column.type, column.type.upper())}"
        if column.name in table.not_null:
            part += " NOT NULL"
        if (other := table.references.get(column.name)) is not None:
            part += f" REFERENCES {quoted(other)} ({quoted(keys[other][0])})"
        parts.append(part)
    if table.key:
        parts.append(f"PRIMARY KEY ({', '.join(map(quoted, table.key))})")
    end = " WITHOUT ROWID" if table.key else ""
    return f"CREATE TABLE {quoted(table.name)} ({', '.join(parts)}){end}"


def _expression(column: Column) -> str:
    """Return a column as SQLite keeps it: times as texts in ISO 8601, truth as 0 and 1."""
    name = quoted(column.name)
    match column.type:
        case "date" | "timestamp":
            return f"CAST({name} AS VARCHAR)"
        case "boolean":
            return f"CAST({name} AS INTEGER)"
        case _:
            return name


def _insert(
    database: sqlite3.Connection, name: str, columns: int, found: duckdb.DuckDBPyConnection
) -> None:
    places = ", ".join("?" * columns)
    while rows := found.fetchmany(_ROWS):
        database.executemany(f"INSERT INTO {quoted(name)} VALUES ({places})", rows)  # noqa: S608 - declared
