"""Spark, for a lake that has outgrown one machine; alone it runs inside this one.

On EMR the session is there already and is taken as it is. JSON is read as VARIANT, which
came with Spark 4.0: https://spark.apache.org/docs/latest/api/sql/#parse_json
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from typing import Any

import ibis
import ibis.expr.schema as sch
import ibis.expr.types as ir
from ibis.backends.pyspark.datatypes import PySparkSchema
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import lit

# Spark's own switch: without it `[`, `{`, `*` and `?` in a bucket's prefix would be a pattern.
# https://github.com/apache/spark/blob/v4.0.1/sql/core/src/main/scala/org/apache/spark/sql/execution/datasources/DataSource.scala
_NO_PATTERNS = ("__globPaths__", "false")


# `try_parse_json`, since SQLGlot takes `parse_json` for granted and writes its argument alone.
@ibis.udf.scalar.builtin(name="try_parse_json", signature=(("string",), "string"))
def _parse(token): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


@ibis.udf.scalar.builtin(
    name="try_variant_get", signature=(("string", "string", "string"), "string")
)
def _get(variant, path, kind): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


@ibis.udf.scalar.builtin(
    name="try_variant_get", signature=(("string", "string", "string"), "array<string>")
)
def _get_all(variant, path, kind): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


@ibis.udf.scalar.builtin(
    name="try_variant_get", signature=(("string", "string", "string"), "map<string, string>")
)
def _get_map(variant, path, kind): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


@ibis.udf.scalar.builtin(
    name="map_entries",
    signature=(("map<string, string>",), "array<struct<key: string, value: string>>"),
)
def _pairs(found): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


@ibis.udf.scalar.builtin(name="to_json", signature=(("string",), "string"))
def _token(variant): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


@ibis.udf.scalar.builtin(
    name="to_json", signature=(("struct<key: string, value: string>",), "string")
)
def _entry(pair): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202


class SparkJson:
    """Spark's VARIANT, written back as JSON where a token is wanted."""

    def get(self, token: ir.Value, key: str) -> ir.StringValue:
        """Return the token under a key."""
        found = _token(_get(_parse(token), f"$.{key}", "variant"))
        value: ir.StringValue = found.nullif("null")
        return value

    def items(self, token: ir.Value) -> ir.ArrayValue:
        """Return the tokens in an array."""
        value: ir.ArrayValue = _get_all(_parse(token), "$", "array<variant>").map(_token)
        return value

    def entries(self, token: ir.Value) -> ir.ArrayValue:
        """Return the tokens in an object, with their keys."""
        pairs: Any = _pairs(_get_map(_parse(token), "$", "map<string, variant>"))
        value: ir.ArrayValue = pairs.map(
            lambda pair: ibis.ifelse(
                _token(pair["value"]).startswith("{"), _entry(pair), _token(pair["value"])
            )
        )
        return value

    def text(self, token: ir.Value) -> ir.StringValue:
        """Return what a text says."""
        value: Any = ibis.ifelse(
            token.startswith('"'), _get(_parse(token), "$", "string"), ibis.null("string")
        )
        return value


class Spark:
    """A Spark session, by Ibis."""

    name = "spark"
    json = SparkJson()
    refusal = None

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._connection: Any = ibis.pyspark.connect(session)
        self._views = 0
        self._kept: list[Any] = []

    def records(self, files: Sequence[str], record: sch.Schema) -> ir.Table:
        """Read record files; an array of records spans lines."""
        schema = PySparkSchema.from_ibis(record)
        frames: list[Any] = []
        for suffix, lines in ((".json", "false"), (".jsonl", "true")):
            found = [file for file in files if file.endswith(suffix)]
            if found:
                reader = self._session.read.schema(schema)
                multi = "false" if lines == "true" else "true"
                reader = reader.option("multiLine", multi).option(*_NO_PATTERNS)
                frames.append(reader.json(found))
        return self._table(reduce(DataFrame.union, frames) if frames else self._empty(record))

    def parquet(self, path: str) -> ir.Table:
        """Read a Parquet file, or all of a folder."""
        return self._table(self._session.read.option(*_NO_PATTERNS).parquet(path))

    def nothing(self, schema: sch.Schema) -> ir.Table:
        """Return a table without rows."""
        return self._table(self._empty(schema))

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once and keep it where Spark keeps such."""
        del name
        self._kept.append(self._frame(table).persist())
        return self._table(self._kept[-1])

    def drop_kept(self) -> None:
        """Let Spark forget them."""
        while self._kept:
            self._kept.pop().unpersist()

    def write(self, table: ir.Table, folder: str) -> None:
        """Write by Spark's own writer: as many files as it has partitions, and its own marks."""
        self._frame(table).write.option("compression", "zstd").parquet(folder)

    def write_empty(self, schema: sch.Schema, folder: str) -> None:
        """Write as `write` does."""
        self.write(self.nothing(schema), folder)

    def rows(self, table: ir.Table) -> list[dict[str, object]]:
        """Compute a small table."""
        return [row.asDict(recursive=True) for row in self._frame(table).collect()]

    def interrupt(self) -> None:
        """Let the jobs that run at this moment raise."""
        self._session.sparkContext.cancelAllJobs()

    def _empty(self, schema: sch.Schema) -> Any:
        """Return no rows; `createDataFrame` would ask a Python process for them each time."""
        fields = PySparkSchema.from_ibis(schema).fields
        nulls = [lit(None).cast(field.dataType).alias(field.name) for field in fields]
        return self._session.range(0).select(*nulls)

    def _frame(self, table: ir.Table) -> Any:
        return self._session.sql(self._connection.compile(table))

    def _table(self, frame: Any) -> ir.Table:
        self._views += 1
        name = f"zones_{self._views}"
        frame.createOrReplaceTempView(name)
        table: ir.Table = self._connection.table(name)
        return table


@contextmanager
def open_spark() -> Iterator[Spark]:
    """Open the session that is there, or one inside this machine, which ends with the context."""
    given = SparkSession.getActiveSession()
    if given is not None:
        yield Spark(given)
        return
    builder: Any = SparkSession.builder
    session = (
        builder.appName("tmdb-harvester")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    try:
        yield Spark(session)
    finally:
        session.stop()
