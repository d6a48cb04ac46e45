"""The answer to a statement: its columns, and its rows as DuckDB makes them, never all at once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

_ROWS = 1_000
_ARROW_ROWS = 50_000
"""That are fetched at once."""
_INTERVAL = re.compile(r"(?:^|[ (])INTERVAL(?:$|[\[,)])")


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column of an answer, its type in DuckDB's words."""

    name: str
    type: str


class QueryAnswer:
    """What a statement comes to, to be read once, by `rows` or by `arrow`, in DuckDB's thread."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        self._connection = connection
        self._sql = sql

    def rows(self) -> tuple[list[AnswerColumn], Iterator[list[tuple[Any, ...]]]]:
        """Return the columns, and the rows some at a time."""
        found = self._connection.execute(self._sql)
        columns = [AnswerColumn(name, str(kind)) for name, kind, *_ in found.description or ()]
        if any(_INTERVAL.search(column.type) for column in columns):
            found = self._connection.execute(self._intervals_as_text(columns))

        def rows() -> Iterator[list[tuple[Any, ...]]]:
            try:
                while some := found.fetchmany(_ROWS):
                    yield some
            except (OverflowError, ValueError) as error:  # such as an interval within a VARIANT
                raise duckdb.DataError(
                    f"cast a value to VARCHAR, it is too large: {error}"
                ) from None

        return columns, rows()

    def _intervals_as_text(self, columns: Sequence[AnswerColumn]) -> str:
        """Return the statement with intervals in DuckDB's words: to Python a month is 30 days."""
        names = [f"c{number}" for number in range(len(columns))]
        cells = [
            f"CAST({name} AS VARCHAR)" if _INTERVAL.search(column.type) else name
            for name, column in zip(names, columns, strict=True)
        ]
        inner = self._sql.rstrip().rstrip(";")
        return f"SELECT {', '.join(cells)} FROM (\n{inner}\n) AS answer({', '.join(names)})"  # noqa: S608

    def arrow(self) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """Return the columns, and the rows, in Arrow's way."""
        reader = self._connection.sql(self._sql).to_arrow_reader(_ARROW_ROWS)

        def batches() -> Iterator[pa.RecordBatch]:
            try:
                yield from reader
            except OSError as error:  # what Arrow makes of an error of DuckDB's
                raise duckdb.Error(str(error)) from None

        return reader.schema, batches()
