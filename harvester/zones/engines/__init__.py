"""What runs the transforms: embedded DuckDB, or Spark. Each reads, keeps and writes tables.

JSON differs most between engines, so each gives four steps that the transforms are made of. A
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
from harvester.extras import command_to_add
from harvester.zones.memory import OF_DUCKDB

NAMES = ("duckdb", "spark")


class Json(Protocol):
    """Four steps on tokens; each gives null for a null token."""

    def get(self, token: ir.Value, key: str) -> ir.StringValue:
        """Return the token under a key of an object; null when missing, null, or no object."""

    def items(self, token: ir.Value) -> ir.ArrayValue:
        """Return the tokens in an array; null when it is none."""

    def entries(self, token: ir.Value) -> ir.ArrayValue:
        """Return the tokens in an object, with their keys; null when it is none.

        A value that is an object is given as `{"key": …, "value": …}`, any other as it is.
        """

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

    @property
    def refusal(self) -> type[Exception] | None:
        """What computing raises over a body that its types do not read; None: it reads no types."""

    def records(self, files: Sequence[str], record: sch.Schema) -> ir.Table:
        """Read record files (`.json` arrays, `.jsonl` lines); none gives no rows.

        `record` are the keys of their envelope, texts and whole numbers; `response` is a token
        where it is a text, else it is read by its type, and what is not of it becomes it somehow.
        """

    def parquet(self, path: str) -> ir.Table:
        """Read a Parquet file, or all of a folder."""

    def nothing(self, schema: sch.Schema) -> ir.Table:
        """Return a table without rows."""

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once, to be read several times; a later one of that name replaces it."""

    def drop_kept(self) -> None:
        """Drop all that was kept; what reads it can't be computed any more."""

    def write(self, table: ir.Table, folder: str) -> None:
        """Write a table as the Parquet files of a new folder."""

    def write_empty(self, schema: sch.Schema, folder: str) -> None:
        """Write a table without rows as the Parquet files of a new folder."""

    def rows(self, table: ir.Table) -> list[dict[str, object]]:
        """Compute a small table and return it."""

    def interrupt(self) -> None:
        """Let what another thread computes at this moment raise; nothing happens when none does."""


def open_engine(
    name: str, scratch: Path, memory: int = OF_DUCKDB
) -> AbstractContextManager[Engine]:
    """Return an engine by its name; DuckDB puts what does not fit into so many bytes in `scratch`.

    Raises what `require_engine` raises.
    """
    require_engine(name)
    if name == "duckdb":
        from harvester.zones.engines.duckdb import open_duckdb  # noqa: PLC0415 - one of two

        return open_duckdb(scratch, memory)
    from harvester.zones.engines.spark import open_spark  # noqa: PLC0415 - see above

    return open_spark()


def require_engine(name: str) -> None:
    """Raise `SettingError` for a name of no engine, or when what it needs is not installed."""
    if name not in NAMES:
        raise SettingError(f"--engine is {' or '.join(NAMES)}, not {name!r}")
    if name == "spark" and importlib.util.find_spec("pyspark") is None:
        raise SettingError(f"--engine spark needs the extra `spark`: {command_to_add('spark')}")


def no_array() -> ir.ArrayValue:
    """Return a null where an array of tokens would stand."""
    value: ir.ArrayValue = ibis.null("array<string>")
    return value
