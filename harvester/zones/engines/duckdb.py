"""The engine by default: DuckDB, embedded in this process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.schema as sch
import ibis.expr.types as ir

from harvester.zones.engines import RECORD, no_array

MEMORY = "1200MB"
"""What DuckDB may hold before it spills to scratch; Python, Arrow and buffers come on top."""

_RECORD = {
    **dict.fromkeys(RECORD, "VARCHAR"),
    "tmdb_id": "BIGINT",
    "response": "JSON",
}
_FORMATS = {"array": ".json", "newline_delimited": ".jsonl"}
# A folder `key=value`, of ours or above the lake, adds no column.
_AS_IT_IS = {"hive_partitioning": False}


@ibis.udf.scalar.builtin(name="json_extract", signature=(("string", "string"), "string"))
def _extract(token, path): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - see above


@ibis.udf.scalar.builtin(name="json_extract", signature=(("string", "string"), "array<string>"))
def _extract_all(token, path): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


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

    def text(self, token: ir.Value) -> ir.StringValue:
        """Return what a text says."""
        value: Any = ibis.ifelse(
            token.startswith('"'), _extract_text(token, "$"), ibis.null("string")
        )
        return value


class Duckdb:
    """An in-memory DuckDB that spills to a folder."""

    name = "duckdb"
    json = DuckdbJson()

    def __init__(self, scratch: Path) -> None:
        self._connection: Any = ibis.duckdb.connect(
            memory_limit=MEMORY,
            temp_directory=str(scratch / "spill"),
            preserve_insertion_order=False,
        )
        self._empty = 0

    def close(self) -> None:
        """End it, and what it holds."""
        self._connection.disconnect()

    def records(self, files: Sequence[str]) -> ir.Table:
        """Read record files; DuckDB wants to know which way they are laid out."""
        tables = [
            self._connection.read_json(found, columns=_RECORD, format=layout, **_AS_IT_IS)
            for layout, suffix in _FORMATS.items()
            if (found := [file for file in files if file.endswith(suffix)])
        ]
        if not tables:
            return self.nothing(RECORD)
        union: ir.Table = ibis.union(*tables) if len(tables) > 1 else tables[0]
        return union.mutate(response=union["response"].cast("string"))

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
        kept: ir.Table = self._connection.table(name)
        return kept

    def write(self, table: ir.Table, folder: str) -> None:
        """Write one file, `part-0.parquet`."""
        Path(folder).mkdir(parents=True)
        self._connection.to_parquet(table, f"{folder}/part-0.parquet", compression="zstd")

    def rows(self, table: ir.Table) -> list[dict[str, object]]:
        """Compute a small table."""
        rows: list[dict[str, object]] = self._connection.to_pyarrow(table).to_pylist()
        return rows


@contextmanager
def open_duckdb(scratch: Path) -> Iterator[Duckdb]:
    """Open DuckDB; what it spills lies in `scratch`."""
    engine = Duckdb(scratch)
    try:
        yield engine
    finally:
        engine.close()
