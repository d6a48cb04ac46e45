"""A DuckDB in which SQL finds every view, reads those it names, and can do nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from harvester.errors import LakeError
from harvester.zones.query.raw_records import RawRecords
from harvester.zones.query.views import View
from harvester.zones.sql import literal, literals, quoted
from harvester.zones.table_files import find_damaged, missing, reading


@dataclass(slots=True)
class Readable:
    """What a statement names: the files of tables, the records of endpoints.

    `made` are views made of tables. `lost` says why a view of them can't be read.
    """

    files: dict[View, list[str]] = field(default_factory=dict)
    records: dict[View, RawRecords] = field(default_factory=dict)
    made: list[View] = field(default_factory=list)
    lost: dict[View, LakeError] = field(default_factory=dict)


def fill(connection: duckdb.DuckDBPyConnection, views: Iterable[View], readable: Readable) -> None:
    """Make all views in an empty DuckDB, then let nothing be opened but the files of these.

    A view that can't be read, or is not named, is there with its columns: catalogues list it. Who
    reads it gets an error with why.
    """
    connection.execute("CREATE SCHEMA refined; CREATE SCHEMA trusted")
    others, made = [], []
    for view in views:
        if view in readable.made:
            continue
        if view in readable.records:
            connection.register(view.name, readable.records[view])
        elif not _create(connection, view, readable):
            others.append(_without_rows(view, readable))
    for view in readable.made:
        if lost := [readable.lost[one] for one in readable.lost if one.name in view.made_of]:
            readable.lost[view] = lost[0]
            others.append(_without_rows(view, readable))
        else:
            made.append(f"CREATE VIEW {_name(view)} AS {view.sql}")
    connection.execute("; ".join([*others, "SET search_path = 'main,refined'", *made]))
    files = [file for of_view in readable.files.values() for file in of_view]
    connection.execute(f"SET allowed_paths = {literals(files)}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _create(connection: duckdb.DuckDBPyConnection, view: View, readable: Readable) -> bool:
    """Make a view of a table's files; False where it has none, or one that can't be read."""
    files = readable.files.get(view)
    if not files:
        return False
    rows = reading(files, partitioned=view.partitioned)
    try:
        connection.execute(f"CREATE VIEW {_name(view)} AS SELECT * FROM {rows}")  # noqa: S608 - quoted
    except duckdb.Error:
        readable.lost[view] = find_damaged(view.folder, files) or missing(view.folder)
        return False
    return True


def _without_rows(view: View, readable: Readable) -> str:
    """Return the SQL of a view with its columns that is empty, or says why it can't be read."""
    columns = ", ".join(
        f"CAST(NULL AS {column.type}) AS {quoted(column.name)}" for column in view.columns
    )
    lost = readable.lost.get(view)
    why = f"name {view.shown} itself in the SQL" if lost is None else as_sql_says(lost)
    holds = "false" if readable.files.get(view) == [] else f"error({literal(why)})"
    return f"CREATE VIEW {_name(view)} AS SELECT {columns} WHERE {holds}"


def as_sql_says(lost: LakeError) -> str:
    """Return a sentence as a view ends with it: a file's name in it need not be UTF-8."""
    return str(lost).encode(errors="backslashreplace").decode()


def _name(view: View) -> str:
    return quoted(view.name) if view.zone == "raw" else f"{view.zone}.{quoted(view.name)}"
