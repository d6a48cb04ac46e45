"""A declared type has one meaning in three databases."""

import duckdb
import ibis.expr.datatypes as dt
import pytest
import sqlglot

from harvester.zones.column_types import duckdb_type, hive_type, postgresql_type
from harvester.zones.zone_tables import zone_tables

EXAMPLES = (
    ("int64", "BIGINT", "bigint", "bigint"),
    ("float64", "DOUBLE", "double", "double precision"),
    ("array<string>", "VARCHAR[]", "array<string>", "text[]"),
    ("struct<id: int64>", 'STRUCT("id" BIGINT)', "struct<id:bigint>", "jsonb"),
    ("array<struct<d: date>>", 'STRUCT("d" DATE)[]', "array<struct<d:date>>", "jsonb"),
)


@pytest.mark.parametrize(("declared", "in_duckdb", "in_hive", "in_postgresql"), EXAMPLES)
def test_a_type_in_their_words(
    declared: str, in_duckdb: str, in_hive: str, in_postgresql: str
) -> None:
    """Plain ones, lists, and what is nested."""
    dtype = dt.dtype(declared)
    assert duckdb_type(dtype) == in_duckdb
    assert hive_type(dtype) == in_hive
    assert postgresql_type(dtype) == in_postgresql


def test_every_declared_type_has_one_in_each() -> None:
    """DuckDB reads its own back as the same; the others' parse."""
    dtypes = {column.dtype for one in zone_tables() for column in one.table.columns}
    assert len(dtypes) > 8
    with duckdb.connect() as connection:
        for dtype in dtypes:
            name = duckdb_type(dtype)
            (found,) = connection.sql(f"SELECT CAST(NULL AS {name})").types
            assert str(found).replace('"', "") == name.replace('"', "")
            sqlglot.parse_one(f"CAST(x AS {postgresql_type(dtype)})", read="postgres")
            assert hive_type(dtype) == hive_type(dtype).lower()
