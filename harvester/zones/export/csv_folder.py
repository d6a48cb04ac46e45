"""Refined as a folder of CSVs, with a text about them and a data package for programs.

Each is UTF-8 with a BOM, by which Excel knows it: without one it takes the text for another code.
"""

import textwrap
from collections.abc import Iterable
from pathlib import Path

import duckdb
import orjson

from harvester.origins.origin import Origin
from harvester.origins.table import ORIGINS
from harvester.zones.ddl.create import meaning
from harvester.zones.export.descriptions import descriptions
from harvester.zones.export.star import StarTable
from harvester.zones.sql import literal, quoted

PACKAGE = "datapackage.json"
PACKAGE_NAME = "tmdb-harvester-refined"
README = "README.txt"

_WIDTH = 100
_BOM = "\ufeff"
# https://datapackage.org/standard/table-schema/#field-types
_TYPES = {"int64": "integer", "float64": "number", "timestamp": "datetime"}
_FORMATS = {"timestamp": {"format": "%Y-%m-%d %H:%M:%S"}}
_ABOUT = """\
The Refined zone of a lake, a file a table: UTF-8 with a BOM, commas, LF.
What is unknown is empty, times are UTC's, and datapackage.json says the same as below to programs.

In Excel: Data, From Text/CSV. A double click does, too, where the system's list separator is a
comma; but then Excel reads a text that begins with = as a formula. A sheet has room for 1,048,576
rows, so larger tables go into the data model (Load To, Add this data to the Data Model).

Where the rows are from, and on which terms:
"""


def write_csvs(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[StarTable], folder: Path
) -> None:
    """Write the tables into a new folder. Raises `duckdb.Error`, `OSError`."""
    folder.mkdir()
    tables = list(tables)
    for table in tables:
        first, *rest = (column.name for column in table.columns)
        # The header begins the file, so the BOM is part of its first name.
        columns = [f"{quoted(first)} AS {quoted(_BOM + first)}", *map(quoted, rest)]
        where = literal(str(folder / _file(table)))
        connection.execute(f"COPY ({table.ordered(columns)}) TO {where} (FORMAT csv, HEADER)")
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    (folder / PACKAGE).write_bytes(orjson.dumps(_package(tables), option=option))
    (folder / README).write_text(_readme(tables), encoding="utf-8-sig")


def _file(table: StarTable) -> str:
    return f"{table.name}.csv"


def _package(tables: Iterable[StarTable]) -> dict[str, object]:
    """Return the data package: https://datapackage.org/standard/data-package/."""
    tables = list(tables)
    keys = {table.name: table.key for table in tables}
    return {
        "name": PACKAGE_NAME,
        "resources": [
            {
                "name": table.name,
                "path": _file(table),
                "description": table.table.description,
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {
                            "name": column.name,
                            "type": _TYPES.get(column.type, column.type),
                            "description": meaning(column),
                            **_FORMATS.get(column.type, {}),
                        }
                        for column in table.columns
                    ],
                    "primaryKey": list(table.key),
                    "foreignKeys": [
                        {
                            "fields": [name],
                            "reference": {"resource": other, "fields": list(keys[other])},
                        }
                        for name, other in table.references.items()
                    ],
                },
            }
            for table in tables
        ],
    }


def _terms(origin: Origin) -> str:
    """Return who is to be named, and what else its terms ask for."""
    kept = f" It may be kept for {origin.keep_days} days." if origin.keep_days else ""
    said = f"{origin.attribution}{kept} {origin.terms_url}"
    return textwrap.fill(said, _WIDTH, break_on_hyphens=False)


def _readme(tables: Iterable[StarTable]) -> str:
    lines = [_ABOUT, *map(_terms, ORIGINS.values())]
    for row in descriptions(tables):
        if row.column is None:
            lines += ["", f"{row.table}.csv", textwrap.indent(row.description, "  ")]
        else:
            key = "key" if row.is_key else ""
            lines.append(f"    {row.column:20}  {row.type:9}  {key:3}  {row.description}".rstrip())
    return "\n".join([*lines, ""])
