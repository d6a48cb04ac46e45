"""The zones' tables as documentation: Markdown tables, and a diagram made from the schema."""

from collections.abc import Iterable

from harvester.zones.ddl.title_view import TITLE
from harvester.zones.query.views import DATE
from harvester.zones.refined import tables as refined_tables
from harvester.zones.schema import Table
from harvester.zones.trusted import local_tables
from harvester.zones.trusted.endpoints import ORIGIN_TABLES
from harvester.zones.trusted.endpoints.endpoint import OriginTables

BEGIN = "<!-- tables: written by scripts/zones_docs.py -->"
END = "<!-- end of tables -->"
_OF_DATES = (
    f"A table has a folder for each date, such as `{DATE.name}=2026-11-24/`, and so one column "
    f"more in SQL: `{DATE.name}`, {DATE.description}."
)


def all_tables() -> str:
    """Return the documentation of every table of both zones, the diagram included."""
    parts = [
        "## The star\n",
        diagram(refined_tables.TABLES),
        "## Refined tables\n",
        *(_markdown(refined_tables.ROOT, table) for table in refined_tables.TABLES),
        *_of_view(),
        *(part for origin in ORIGIN_TABLES.values() for part in _of_origin(origin)),
        "## Trusted tables from the CSVs\n",
        *(_markdown(local_tables.ROOT, table) for table in local_tables.TABLES),
    ]
    return "\n".join(parts)


def _of_view() -> list[str]:
    """Return what the view adds to the columns of the tables it is made of."""
    of_tables = {*refined_tables.DIM_TITLE.columns, *refined_tables.FACT_TITLE.columns}
    rows = [
        f"| `{column.name}` | `{column.type}` | {column.description} |"
        for column in TITLE.columns
        if column not in of_tables
    ]
    said = f"{TITLE.description} It has the columns of `dim_title` and `fact_title`, and these:"
    head = ["| column | type | what |", "|---|---|---|"]
    return ["\n".join(["## The view `title`", "", said, "", *head, *rows, ""])]


def _of_origin(origin: OriginTables) -> list[str]:
    head = f"## Trusted tables from {origin.origin}\n\n{_OF_DATES}\n"
    return [head, *(_markdown(origin.root, table) for table in origin.tables)]


def diagram(tables: Iterable[Table]) -> str:
    """Return a Mermaid entity-relationship diagram: keys, foreign keys and every column."""
    lines = ["```mermaid", "erDiagram"]
    links = []
    for table in tables:
        lines.append(f"    {table.name} {{")
        for column in table.columns:
            marks = [
                mark
                for mark, holds in (("PK", column.name in table.key), ("FK", column.references))
                if holds
            ]
            lines.append(f"        {column.type} {column.name} {', '.join(marks)}".rstrip())
            if column.references:
                end = "||" if column.required else "|o"
                links.append(f"    {column.references} {end}--o{{ {table.name} : {column.name}")
        lines.append("    }")
    return "\n".join([*lines, *links, "```", ""])


def _markdown(root: str, table: Table) -> str:
    key = f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    rows = [
        f"| `{column.name}` | `{column.type}` | {column.source} | {_says(table, column.name)} |"
        for column in table.columns
    ]
    head = [f"### `{root}{table.name}`", "", f"{table.description}{key}", ""]
    return "\n".join([*head, "| column | type | source | what |", "|---|---|---|---|", *rows, ""])


def _says(table: Table, name: str) -> str:
    column = next(column for column in table.columns if column.name == name)
    refers = f"→ `{column.references}`" if column.references else ""
    return " ".join(part for part in (column.description, refers) if part)
