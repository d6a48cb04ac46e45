"""What runs the transforms: embedded DuckDB, or Spark. Each reads, keeps and writes tables.

JSON differs most between engines, so each gives three steps that the transforms are made of. A
*token* is a piece of JSON as text, quotes included, which keeps the type: `"5"` is no number.
"""

import importlib.util
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import ibis
import ibis.expr.schema as sch
import ibis.expr.types as ir

from harvester.errors import SettingError

NAMES = ("duckdb", "spark")

RECORD = sch.Schema(
    {
        "id": "string",
        "imdb_id": "string",
        "tmdb_id": "int64",
        "media_type": "string",
        "language": "string",
        "fetched_at": "string",
        "response": "string",
    }
)
"""What a record is read as; `response` is a token, and the rest plain texts and numbers.

A record of a plan of version 1 has no `id`, which is null then.
"""


class Json(Protocol):
    """Three steps on tokens; each gives null for a null token."""

    def get(self, token: ir.Value, key: str) -> ir.StringValue:
        """Return the token under a key of an object; null when missing, null, or no object."""

    def items(self, token: ir.Value) -> ir.ArrayValue:
        """Return the tokens in an array; null when it is none."""

    def text(self, token: ir.Value) -> ir.StringValue:
        """Return what a text says; null when the token is no text."""


class Engine(Protocol):
    """One engine, while its context is open.

    Paths are local files by plain paths (`plain_path`), or URIs that it can read.
    """

    @property
    def name(self) -> str:
        """What `--engine` calls it."""

    @property
    def json(self) -> Json:
        """Its steps on tokens."""

    def records(self, files: Sequence[str]) -> ir.Table:
        """Read record files (`.json` arrays, `.jsonl` lines) as `RECORD`; none gives no rows."""

    def parquet(self, path: str) -> ir.Table:
        """Read a Parquet file, or all of a folder."""

    def nothing(self, schema: sch.Schema) -> ir.Table:
        """Return a table without rows."""

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once, to be read several times; a later one of that name replaces it."""

    def write(self, table: ir.Table, folder: str) -> None:
        """Write a table as the Parquet files of a new folder."""

    def rows(self, table: ir.Table) -> list[dict[str, object]]:
        """Compute a small table and return it."""


def open_engine(name: str, scratch: Path) -> AbstractContextManager[Engine]:
    """Return an engine by its name; it may put what does not fit into memory in `scratch`.

    Raises `SettingError` for another name, or when what it needs is not installed.
    """
    if name == "duckdb":
        from harvester.zones.engines.duckdb import open_duckdb  # noqa: PLC0415 - one of two

        return open_duckdb(scratch)
    if name != "spark":
        raise SettingError(f"--engine is {' or '.join(NAMES)}, not {name!r}")
    if importlib.util.find_spec("pyspark") is None:
        raise SettingError(
            "--engine spark needs the extra `spark`: in a checkout of the harvester, "
            "pip install '.[spark]'"
        )
    from harvester.zones.engines.spark import open_spark  # noqa: PLC0415 - see above

    return open_spark()


def no_array() -> ir.ArrayValue:
    """Return a null where an array of tokens would stand."""
    value: ir.ArrayValue = ibis.null("array<string>")
    return value
