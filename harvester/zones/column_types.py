"""Declared types in the words of DuckDB, Hive (which Athena's tables use) and PostgreSQL."""

import ibis.expr.datatypes as dt

from harvester.zones.sql import quoted

_DUCKDB, _HIVE, _POSTGRESQL = range(3)
_WORDS = {
    "string": ("VARCHAR", "string", "text"),
    "int64": ("BIGINT", "bigint", "bigint"),
    "float64": ("DOUBLE", "double", "double precision"),
    "boolean": ("BOOLEAN", "boolean", "boolean"),
    "date": ("DATE", "date", "date"),
    "timestamp": ("TIMESTAMP", "timestamp", "timestamp"),
}


def duckdb_type(dtype: dt.DataType) -> str:
    """Return a type in DuckDB's words, nested ones included: `STRUCT("id" BIGINT)[]`. Pure."""
    if isinstance(dtype, dt.Array):
        return f"{duckdb_type(dtype.value_type)}[]"
    if isinstance(dtype, dt.Struct):
        inside = (f"{quoted(name)} {duckdb_type(kind)}" for name, kind in dtype.items())
        return f"STRUCT({', '.join(inside)})"
    return _WORDS[str(dtype)][_DUCKDB]


def hive_type(dtype: dt.DataType) -> str:
    """Return a type in Hive's words: `array<struct<id:bigint>>`. Pure."""
    if isinstance(dtype, dt.Array):
        return f"array<{hive_type(dtype.value_type)}>"
    if isinstance(dtype, dt.Struct):
        return f"struct<{','.join(f'{name}:{hive_type(of)}' for name, of in dtype.items())}>"
    return _WORDS[str(dtype)][_HIVE]


def postgresql_type(dtype: dt.DataType) -> str:
    """Return a type in PostgreSQL's words: `text[]`; what holds a struct is `jsonb`. Pure."""
    if isinstance(dtype, dt.Struct):
        return "jsonb"
    if isinstance(dtype, dt.Array):
        inside = postgresql_type(dtype.value_type)
        return inside if inside == "jsonb" else f"{inside}[]"
    return _WORDS[str(dtype)][_POSTGRESQL]
