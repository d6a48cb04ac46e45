"""Refined as one DuckDB file: keys, what is never null, and comments on tables and columns.

References are in the comments alone: DuckDB would keep an index on both sides of each.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from harvester.zones.column_types import duckdb_type
from harvester.zones.ddl.create import comments, create_table
from harvester.zones.export.star import StarTable
from harvester.zones.sql import literal, quoted

_ALIAS = "export"
_STORAGE = "v1.0.0"
"""The oldest format that is still written: any DuckDB since 1.0 opens it.

https://duckdb.org/docs/stable/internals/storage
"""


def write_duckdb(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[StarTable], path: Path
) -> None:
    """Write the tables into a new file. Raises `duckdb.Error`."""
    connection.execute(
        f"ATTACH {literal(str(path))} AS {_ALIAS} (STORAGE_VERSION {literal(_STORAGE)})"
    )
    for table in tables:
        name = f"{_ALIAS}.{quoted(table.name)}"
        columns = [(column, duckdb_type(column.dtype)) for column in table.columns]
        connection.execute(
            create_table(name, columns, not_null=table.not_null, key=table.key, references={})
        )
        connection.execute(f"INSERT INTO {name} {table.ordered()}")
        for comment in comments("TABLE", name, table.table.description, table.columns):
            connection.execute(comment)
    connection.execute(f"DETACH {_ALIAS}")
