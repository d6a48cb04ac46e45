"""How a table of a zone is declared: every column with its type, its source and what it says."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import ibis.expr.datatypes as dt
import ibis.expr.schema as sch


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `type` is in Ibis's words, `source` is a key of TMDB's body or a CSV's column.

    A `required` one that is missing or null rejects its row. `low` and `high` are the range that
    a value must lie in, both ends included. `references` is the table that holds it as its key.
    """

    name: str
    type: str
    source: str
    description: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    references: str | None = None

    @property
    def dtype(self) -> dt.DataType:
        """The type as Ibis holds it."""
        return dt.dtype(self.type)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: where it lies below its zone's root, its key and its columns."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...] = field(repr=False)

    def schema(self) -> sch.Schema:
        """Return the columns as an Ibis schema."""
        return sch.Schema({column.name: column.dtype for column in self.columns})

    def ranges(self) -> Iterator[Column]:
        """Yield the columns whose values must lie in a range."""
        for column in self.columns:
            if column.low is not None or column.high is not None:
                yield column
