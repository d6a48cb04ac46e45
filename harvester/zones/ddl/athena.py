"""A declared table as Athena creates it over the lake's Parquet, and how it finds the dates.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

from collections.abc import Iterator
from typing import Any

from harvester.zones.column_types import hive_type
from harvester.zones.zone_tables import ZoneTable

FIRST_DATE = "2024-01-01"
"""The first date that Athena looks for, where nobody says another."""

MAX_COMMENT = 255
"""Characters: Glue refuses a column's longer one."""

DATE_COMMENT = "the date of the runs that the row is from, UTC"


def create_external(one: ZoneTable, lake: str) -> str:
    """Return the statement; `lake` is `s3://bucket[/prefix]`. Pure."""
    where = f"{lake.rstrip('/')}/{one.folder}"
    columns = ",\n".join(
        f"    `{column.name}` {hive_type(column.dtype)}{_comment(column.description)}"
        for column in one.table.columns
    )
    lines = [
        f"CREATE EXTERNAL TABLE IF NOT EXISTS `{one.flat_name}` (\n{columns}\n)",
        _comment(one.table.description).strip(),
        *([f"PARTITIONED BY (`dt` string{_comment(DATE_COMMENT)})"] if one.partitioned else ()),
        "STORED AS PARQUET",
        f"LOCATION {_text(where)}",
        f"TBLPROPERTIES ({', '.join(_properties(one, where))})",
    ]
    return "\n".join(lines)


def projection(form: str, dates: Any, template: Any) -> dict[str, Any]:
    """Return how Athena finds a table's dates, which no crawler and no MSCK then has to. Pure.

    `form` is Java's pattern of a date, `dates` the first and the last one, `template` the folder of
    one. https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
    """
    return {
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": form,
        "projection.dt.range": dates,
        "storage.location.template": template,
    }


def _properties(one: ZoneTable, where: str) -> Iterator[str]:
    yield "'classification' = 'parquet'"
    if one.partitioned:
        found = projection("yyyy-MM-dd", f"{FIRST_DATE},NOW", f"{where}dt=${{dt}}/")
        for key, value in found.items():
            yield f"{_text(key)} = {_text(value)}"


def _comment(text: str) -> str:
    return f" COMMENT {_text(text[:MAX_COMMENT])}" if text else ""


def _text(text: str) -> str:
    """Return a text as Hive reads it, which escapes by backslashes."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
