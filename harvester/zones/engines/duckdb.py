"""The engine by default: DuckDB, embedded in this process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.schema as sch
import ibis.expr.types as ir
import pyarrow.parquet as pq

from harvester.zones.column_types import duckdb_type
from harvester.zones.engines import no_array

_FORMATS = {"array": ".json", "newline_delimited": ".jsonl"}
_ENTRY = "array<struct<key: string, value: string>>"
# A folder `key=value`, of ours or above the lake, adds no column.
_AS_IT_IS = {"hive_partitioning": False}


@ibis.udf.scalar.builtin(name="json_extract", signature=(("string", "string"), "string"))
def _extract(token, path): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - see above


@ibis.udf.scalar.builtin(name="json_extract", signature=(("string", "string"), "array<string>"))
def _extract_all(token, path): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


@ibis.udf.scalar.builtin(name="json_keys", signature=(("string",), "array<string>"))
def _keys(token): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


@ibis.udf.scalar.builtin(name="to_json", signature=(("string",), "string"))
def _quoted(text): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


@ibis.udf.scalar.builtin(
    name="list_zip",
    signature=(("array<string>", "array<string>"), "array<struct<a: string, b: string>>"),
)
def _zip(keys, values): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


@ibis.udf.scalar.builtin(name="json_extract_string", signature=(("string", "string"), "string"))
def _extract_text(token, path): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


class DuckdbJson:
    """DuckDB's `json_extract` keeps quotes as they are."""

    def get(self, token: ir.Value, key: str) -> ir.StringValue:
        """Return the token under a key."""
        value: ir.StringValue = _extract(token, f"$.{key}").nullif("null")
        return value

    def items(self, token: ir.Value) -> ir.ArrayValue:
        """Return the tokens in an array."""
        value: Any = ibis.ifelse(token.startswith("["), _extract_all(token, "$[*]"), no_array())
        return value

    def entries(self, token: ir.Value) -> ir.ArrayValue:
        """Return the tokens in an object, with their keys."""
        # Ibis's own zip would parse the token again for every key, and a MAP refuses a key twice.
        pairs: Any = _zip(_keys(token), _extract_all(token, "$.*")).cast(_ENTRY)
        found = pairs.map(lambda one: _entry(one["key"], one["value"]))
        value: Any = ibis.ifelse(token.startswith("{"), found, no_array())
        return value

    def text(self, token: ir.Value) -> ir.StringValue:
        """Return what a text says."""
        value: Any = ibis.ifelse(
            token.startswith('"'), _extract_text(token, "$"), ibis.null("string")
        )
        return value


def _entry(key: Any, value: Any) -> ir.Value:
    entry: Any = ibis.literal('{"key":').concat(_quoted(key), ',"value":', value, "}")
    found: ir.Value = ibis.ifelse(value.startswith("{"), entry, value)
    return found


class Duckdb:
    """An in-memory DuckDB that spills to a folder."""

    name = "duckdb"
    json = DuckdbJson()
    refusal = duckdb.InvalidInputException
    """An object that has one of the declared keys twice."""

    def __init__(self, scratch: Path, memory: int) -> None:
        self._connection: Any = ibis.duckdb.connect(
            memory_limit=f"{memory}B",
            temp_directory=str(scratch / "spill"),
            preserve_insertion_order=False,
        )
        self._empty = 0
        self._kept: set[str] = set()

    def close(self) -> None:
        """End it, and what it holds."""
        self._connection.disconnect()

    def records(self, files: Sequence[str], record: sch.Schema) -> ir.Table:
        """Read record files; DuckDB wants to know which way they are laid out."""
        columns = {name: duckdb_type(dtype) for name, dtype in record.items()}
        by_types = not record["response"].is_string()
        if not by_types:
            columns["response"] = "JSON"
        tables = [
            self._connection.read_json(found, columns=columns, format=layout, **_AS_IT_IS)
            for layout, suffix in _FORMATS.items()
            if (found := [file for file in files if file.endswith(suffix)])
        ]
        if not tables:
            return self.nothing(record)
        union: ir.Table = ibis.union(*tables) if len(tables) > 1 else tables[0]
        return union if by_types else union.mutate(response=union["response"].cast("string"))

    def parquet(self, path: str) -> ir.Table:
        """Read a Parquet file, or all of a folder."""
        where = f"{path}/*.parquet" if Path(path).is_dir() else path
        table: ir.Table = self._connection.read_parquet(where, **_AS_IT_IS)
        return table

    def nothing(self, schema: sch.Schema) -> ir.Table:
        """Return a table without rows."""
        self._empty += 1
        name = f"nothing_{self._empty}"
        rows: ir.Table = self._connection.create_table(name, schema=schema, temp=True)
        return rows

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table into memory."""
        # Ibis's own create_table(overwrite=True) writes a DROP without a name.
        query = self._connection.compile(table)
        self._connection.raw_sql(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {query}')
        self._kept.add(name)
        kept: ir.Table = self._connection.table(name)
        tokens = {column: kept[column] for column, of in kept.schema().items() if of.is_json()}
        return kept.mutate(**{column: token.cast("string") for column, token in tokens.items()})

    def drop_kept(self) -> None:
        """Drop the temporary tables: they take memory until then."""
        while self._kept:
            self._connection.raw_sql(f'DROP TABLE "{self._kept.pop()}"')

    def write(self, table: ir.Table, folder: str) -> None:
        """Write one file, `part-0.parquet`."""
        Path(folder).mkdir(parents=True)
        self._connection.to_parquet(table, f"{folder}/part-0.parquet", compression="zstd")

    def write_empty(self, schema: sch.Schema, folder: str) -> None:
        """Write one file as `write` does, without a query."""
        Path(folder).mkdir(parents=True)
        with Path(folder, "part-0.parquet").open("wb") as file:  # some paths pass for URIs
            pq.write_table(schema.to_pyarrow().empty_table(), file, compression="zstd")

    def rows(self, table: ir.Table) -> list[dict[str, object]]:
        """Compute a small table."""
        rows: list[dict[str, object]] = self._connection.to_pyarrow(table).to_pylist()
        return rows

    def interrupt(self) -> None:
        """Let the query that runs at this moment raise."""
        self._connection.con.interrupt()


@contextmanager
def open_duckdb(scratch: Path, memory: int) -> Iterator[Duckdb]:
    """Open DuckDB; what it spills beyond so many bytes lies in `scratch`."""
    engine = Duckdb(scratch, memory)
    try:
        yield engine
    finally:
        engine.close()
