"""How a table of a zone is declared: every column with its type, its source and what it says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import ibis.expr.datatypes as dt
import ibis.expr.schema as sch
import ibis.expr.types as ir

from harvester.zones.engines import Json


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is read where JSON's own type does not say it: a number written as `"57%"`.

    `fits` completes `not …`. `value` reads a token and is null for one that does not fit; `misfit`
    is given the token and what was read, and says whether it does not. Without `misfit` the
    column is one of several that are read of a token, of which another tells.
    """

    fits: str
    value: Callable[[Json, ir.Value], ir.Value]
    misfit: Callable[[Json, ir.Value, ir.Value], ir.Value] | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `type` is in Ibis's words, `source` a key of the body (`a.b`) or a CSV's column.

    A `required` one that is missing or null rejects its row. `low` and `high` are the range that
    a value must lie in, both ends included. `references` is the table that holds it as its key.
    `reading` is for a value that is not written as its type would be.
    """

    name: str
    type: str
    source: str
    description: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    references: str | None = None
    reading: Reading | None = None

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


def declared(table: Table, rows: ir.Table) -> ir.Table:
    """Return rows with exactly the columns and types that a table declares."""
    return rows.select(
        **{column.name: rows[column.name].cast(column.dtype) for column in table.columns}
    )
