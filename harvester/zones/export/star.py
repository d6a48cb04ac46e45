"""The star schema of a lake as it is exported: its tables, and which of their keys are true.

A key that is declared need not hold in a zone whose checks are breached, and one of columns that
may be null is none to a database: those are left out, or the table would be refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from harvester.zones.refined.tables import TABLES
from harvester.zones.schema import Column, Table
from harvester.zones.sql import quoted
from harvester.zones.table_files import reading


@dataclass(frozen=True, slots=True)
class StarTable:
    """A table with what is true of it: its key, columns that are never null, and references.

    `key` is empty where none holds. `references` are the columns whose values are all keys of
    another table.
    """

    table: Table
    not_null: frozenset[str]
    key: tuple[str, ...]
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name."""
        return self.table.name

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns."""
        return self.table.columns

    def ordered(self, columns: Sequence[str] | None = None) -> str:
        """Return the SQL of its rows, by its declared key; `columns` are expressions."""
        chosen = ", ".join(columns or [quoted(column.name) for column in self.columns])
        order = ", ".join(quoted(name) for name in self.table.key) or "ALL"
        return f"SELECT {chosen} FROM {quoted(self.name)} ORDER BY {order}"  # noqa: S608 - declared


def read_star(
    connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[str]]
) -> list[StarTable]:
    """Make a view of each table's files, by its name, and return the tables with what is true."""
    for name, paths in files.items():
        connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM {reading(paths)}")  # noqa: S608 - quoted
    alone = {table.name: _alone(connection, table) for table in TABLES}
    return [
        StarTable(one.table, one.not_null, one.key, _references(connection, one, alone))
        for one in alone.values()
    ]


def _alone(connection: duckdb.DuckDBPyConnection, table: Table) -> StarTable:
    """Return a table without its references."""
    required = [column.name for column in table.columns if column.required]
    counts = ", ".join(f"count(*) - count({quoted(name)})" for name in required) or "0"
    (nulls,) = connection.execute(f"SELECT {counts} FROM {quoted(table.name)}").fetchall()  # noqa: S608 - declared
    not_null = frozenset(
        name for name, lost in zip(required, nulls, strict=bool(required)) if not lost
    )
    is_key = bool(table.key) and not_null.issuperset(table.key)
    if is_key:
        key = ", ".join(map(quoted, table.key))
        is_key = not _any(
            connection,
            f"SELECT 1 FROM {quoted(table.name)} GROUP BY {key} HAVING count(*) > 1",  # noqa: S608 - declared
        )
    return StarTable(table, not_null, table.key if is_key else ())


def _references(
    connection: duckdb.DuckDBPyConnection, one: StarTable, tables: Mapping[str, StarTable]
) -> dict[str, str]:
    found = {}
    for column in one.columns:
        other = tables.get(column.references or "")
        if other is None or len(other.key) != 1:
            continue
        mine, theirs = quoted(column.name), quoted(other.key[0])
        lost = (
            f"SELECT 1 FROM {quoted(one.name)} AS a ANTI JOIN {quoted(other.name)} AS b "  # noqa: S608 - declared
            f"ON a.{mine} = b.{theirs} WHERE a.{mine} IS NOT NULL"
        )
        if not _any(connection, lost):
            found[column.name] = other.name
    return found


def _any(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    row: Any = connection.execute(f"{sql} LIMIT 1").fetchone()
    return row is not None
