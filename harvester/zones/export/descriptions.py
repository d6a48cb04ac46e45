"""What the tables and columns of an export mean, as rows and as a text."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from harvester.zones.ddl.create import meaning
from harvester.zones.export.star import StarTable


class Description(NamedTuple):
    """A row: of a table, where it names no column, or of one of its columns."""

    table: str
    column: str | None
    type: str | None
    description: str
    is_key: bool
    references: str | None


def descriptions(tables: Iterable[StarTable]) -> Iterator[Description]:
    """Yield a row for each table, then for its columns."""
    for table in tables:
        yield Description(
            table.name, None, None, table.table.description, is_key=False, references=None
        )
        for column in table.columns:
            yield Description(
                table.name,
                column.name,
                column.type,
                meaning(column),
                is_key=column.name in table.key,
                references=table.references.get(column.name),
            )
