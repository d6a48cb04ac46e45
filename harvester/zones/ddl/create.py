"""CREATE TABLE and COMMENT ON, as DuckDB and PostgreSQL both read them."""

from collections.abc import Collection, Mapping, Sequence

from harvester.zones.schema import Column
from harvester.zones.sql import literal, quoted


def create_table(
    name: str,
    columns: Sequence[tuple[Column, str]],
    *,
    not_null: Collection[str],
    key: Sequence[str],
    references: Mapping[str, tuple[str, str]],
) -> str:
    """Return the statement; `columns` are those with their types. Pure.

    `name` is as SQL has it. `key` is empty where none holds; `references` gives of a column the
    table that holds it, and the name of that table's key.
    """
    parts = []
    for column, kind in columns:
        part = f"{quoted(column.name)} {kind}"
        if column.name in not_null:
            part += " NOT NULL"
        if (other := references.get(column.name)) is not None:
            part += f" REFERENCES {quoted(other[0])} ({quoted(other[1])})"
        parts.append(part)
    if key:
        parts.append(f"PRIMARY KEY ({', '.join(map(quoted, key))})")
    inside = ",\n".join(f"    {part}" for part in parts)
    return f"CREATE TABLE {name} (\n{inside}\n)"


def comments(kind: str, name: str, description: str, columns: Sequence[Column]) -> list[str]:
    """Return the statements that say what a TABLE or VIEW is, and its columns. Pure."""
    said = [f"COMMENT ON {kind} {name} IS {literal(description)}"]
    said += [
        f"COMMENT ON COLUMN {name}.{quoted(column.name)} IS {literal(meaning(column))}"
        for column in columns
        if meaning(column)
    ]
    return said


def meaning(column: Column) -> str:
    """Return what a column says, and which table holds it as its key. Pure."""
    refers = f"→ {column.references}" if column.references else ""
    return " ".join(part for part in (column.description, refers) if part)
