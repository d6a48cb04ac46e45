"""The answer to a statement: its columns, and its rows as DuckDB makes them, never all at once."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from sys import getsizeof
from typing import Any

import duckdb
import pyarrow as pa

from harvester.zones.query.values import endless_in_words, size_of

_ROWS = 1_000
_BYTES = 16_000_000
"""That are held at once, at most; a row may have more."""
_ARROW_ROWS = 50_000
"""That are fetched at once."""
_TEMPORAL = re.compile(r"DATE|TIMESTAMP|VARIANT")
_NESTED = re.compile(r"\[|STRUCT|MAP|UNION|VARIANT")
_INTERVAL = re.compile(r"(?:^|[ (])INTERVAL(?:$|[\[,)])")

Row = tuple[Any, ...]


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

    def rows(self) -> tuple[list[AnswerColumn], Iterator[list[Row]]]:
        """Return the columns, and the rows some at a time."""
        columns = self._columns()
        temporal = [place for place, one in enumerate(columns) if _TEMPORAL.search(one.type)]
        if temporal or any(_INTERVAL.search(column.type) for column in columns):
            found = self._connection.execute(self._in_words(columns, temporal))
        else:
            found = self._connection.execute(self._sql)
        nested = any(_NESTED.search(column.type) for column in columns)
        cell_size = size_of if nested else getsizeof  # which is three times as fast

        def rows() -> Iterator[list[Row]]:
            try:
                while some := _some(found, cell_size):
                    yield [endless_in_words(row, temporal) for row in some] if temporal else some
            except (OverflowError, ValueError) as error:  # such as an interval within a VARIANT
                raise duckdb.DataError(
                    f"cast a value to VARCHAR, it is too large: {error}"
                ) from None

        return columns, rows()

    def _columns(self) -> list[AnswerColumn]:
        """Return the columns; nothing is computed yet."""
        try:
            planned = self._connection.sql(self._sql)
        except duckdb.Error:
            self._connection.execute(self._sql)  # whose error names the line
            raise
        return [AnswerColumn(name, str(kind)) for name, kind, *_ in planned.description]

    def _in_words(self, columns: Sequence[AnswerColumn], temporal: Sequence[int]) -> str:
        """Return the statement with what Python lacks in DuckDB's words.

        To Python a month is 30 days: intervals become texts. Infinity is the year 9999: behind the
        columns stand those of `temporal` as texts, where they hold the word.
        """
        names = [f"c{number}" for number in range(len(columns))]
        cells = [
            f"CAST({name} AS VARCHAR)" if _INTERVAL.search(column.type) else name
            for name, column in zip(names, columns, strict=True)
        ]
        texts = [f"CAST({names[place]} AS VARCHAR)" for place in temporal]
        cells += [f"CASE WHEN contains({text}, 'infinity') THEN {text} END" for text in texts]
        inner = _without_end(self._sql)
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


def _without_end(sql: str) -> str:
    """Return a statement without its semicolon, and comments behind that."""
    text = sql.encode()
    ends = (place for place, _ in duckdb.tokenize(sql) if text.startswith(b";", place))
    return text[: next(ends, len(text))].decode()


def _some(found: duckdb.DuckDBPyConnection, cell_size: Callable[[Any], int]) -> list[Row]:
    """Return the next rows: fewer where their cells are large."""
    some: list[Row] = []
    size = 0
    while len(some) < _ROWS and size < _BYTES and (row := found.fetchone()) is not None:
        some.append(row)
        size += sum(map(cell_size, row))
    return some
