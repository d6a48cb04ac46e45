"""All declared tables, and the view `title`, as one script of a database."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, get_args

from harvester.zones.column_types import duckdb_type, postgresql_type
from harvester.zones.ddl.athena import create_external
from harvester.zones.ddl.create import comments, create_table
from harvester.zones.ddl.title_view import TITLE, title_query
from harvester.zones.refined.tables import TABLES
from harvester.zones.schema import Column, Table
from harvester.zones.sql import quoted
from harvester.zones.zone_tables import ZoneTable, zone_tables

Dialect = Literal["athena", "duckdb", "postgresql"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)

_TYPES = {"duckdb": duckdb_type, "postgresql": postgresql_type}
_DATE = Column("dt", "date", "", "the date of the runs that the row is from, UTC", required=True)
_PLACE = "s3://BUCKET"


def write_ddl(dialect: Dialect, lake: str | None = None) -> str:
    """Return the script, each statement ended by `;`. Pure.

    `lake` is where Athena's tables lie, `s3://bucket[/prefix]`; left out it says `s3://BUCKET`.
    """
    if dialect == "athena":
        found = [create_external(one, lake or _PLACE) for one in zone_tables()]
        found.append(f"CREATE OR REPLACE VIEW {TITLE.name} AS\n{title_query()}")
    else:
        found = list(_database(dialect))
    return "".join(f"{statement};\n" for statement in found)


def _database(dialect: Literal["duckdb", "postgresql"]) -> Iterator[str]:
    yield "CREATE SCHEMA trusted"
    for one in zone_tables():
        columns = [*one.table.columns, *([_DATE] if one.partitioned else ())]
        kind = _TYPES[dialect]
        name = _name(one)
        required = {column.name for column in columns if column.required}
        of_refined = one.zone == "refined"
        yield create_table(
            name,
            [(column, kind(column.dtype)) for column in columns],
            not_null=required if of_refined else (),
            key=one.table.key if of_refined and required.issuperset(one.table.key) else (),
            references=_references(one.table) if of_refined and dialect == "postgresql" else {},
        )
        yield from comments("TABLE", name, one.table.description, columns)
    yield f"CREATE VIEW {TITLE.name} AS\n{title_query()}"
    # DuckDB has comments on the columns of tables alone.
    said = [] if dialect == "duckdb" else [replace(one, references=None) for one in TITLE.columns]
    yield from comments("VIEW", TITLE.name, TITLE.description, said)


def _name(one: ZoneTable) -> str:
    return quoted(one.name) if one.zone == "refined" else f"trusted.{quoted(one.name)}"


def _references(table: Table) -> dict[str, tuple[str, str]]:
    keys = {other.name: other.key[0] for other in TABLES}
    return {
        column.name: (column.references, keys[column.references])
        for column in table.columns
        if column.references
    }
