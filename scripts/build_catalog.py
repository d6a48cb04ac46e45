"""Write `catalog.yaml`: the lake's tables for Athena, as the zones declare them.

    python scripts/build_catalog.py

A Glue database, a table for each declared one, a workgroup with limits, and the analysis' queries.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from catalog_athena import PARAMETERS, athena
from catalog_queries import named_query, said_of

from harvester.lake.keys import records_root
from harvester.zones.analysis.questions import QUESTIONS
from harvester.zones.column_types import hive_type
from harvester.zones.ddl.athena import DATE_COMMENT, MAX_COMMENT, projection
from harvester.zones.schema import Table
from harvester.zones.trusted.endpoints import ORIGIN_TABLES
from harvester.zones.trusted.endpoints.endpoint import OriginTables
from harvester.zones.zone_tables import ZoneTable, trusted_name, zone_tables

PATH = Path(__file__).parents[1] / "catalog.yaml"
_HEAD = "# Written by scripts/build_catalog.py from the declared tables: change those, not this.\n"

_HADOOP = "org.apache.hadoop."
_PARQUET = {
    "InputFormat": f"{_HADOOP}hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": f"{_HADOOP}hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": f"{_HADOOP}hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}
_JSON_LINES = {
    "InputFormat": f"{_HADOOP}mapred.TextInputFormat",
    "OutputFormat": f"{_HADOOP}hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
}
_RAW = {
    "id": "the title, as asked for",
    "response": "the body, as JSON: json_extract_scalar(response, '$.title')",
    "fetched_at": "when the API answered, UTC: from_iso8601_timestamp(fetched_at)",
}


def catalog() -> dict[str, Any]:
    """Return the template. Pure."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The tables of a TMDB harvester's lake for Athena; docs/aws-zones.md",
        "Parameters": PARAMETERS,
        "Conditions": {"HasLines": {"Fn::Equals": [{"Ref": "Format"}, "lines"]}},
        "Resources": {**athena(), **dict(_tables()), **dict(_queries())},
        "Outputs": {
            "Database": {"Value": {"Ref": "Database"}},
            "WorkGroup": {"Value": {"Ref": "WorkGroup"}},
            "Results": {"Value": {"Ref": "Results"}},
        },
    }


def _tables() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every table: Refined's by its own name, others by zone and origin."""
    for one in zone_tables():
        yield _parquet(one)
    for origin in ORIGIN_TABLES.values():
        for endpoint in origin.endpoints:
            yield _raw(origin, endpoint.table)


def _parquet(one: ZoneTable) -> tuple[str, dict[str, Any]]:
    columns = [
        _column(column.name, hive_type(column.dtype), column.description)
        for column in one.table.columns
    ]
    days = _projection("-", f"{one.folder}dt=") if one.partitioned else {}
    return _table(
        one.flat_name, one.table.description, one.folder, columns, _PARQUET, "parquet", days
    )


def _raw(origin: OriginTables, table: Table) -> tuple[str, dict[str, Any]]:
    columns = [
        _column(name, hive_type(dtype), _RAW.get(name, "")) for name, dtype in origin.record.items()
    ]
    location = f"{records_root(origin.origin)}{table.name}/"
    logical, resource = _table(
        f"raw_{trusted_name(origin.root, table)}",
        "A row a record, also of units that no manifest names.",
        location,
        columns,
        _JSON_LINES,
        "json",
        _projection("/", location),
    )
    return logical, {"Type": resource["Type"], "Condition": "HasLines", **resource}


def _column(name: str, kind: str, comment: str) -> dict[str, str]:
    found = {"Name": name, "Type": kind}
    return {**found, "Comment": comment[:MAX_COMMENT]} if comment else found


def _projection(between: str, before: str) -> dict[str, Any]:
    """Return how Athena finds a table's dates, with what the template's parameters say."""
    first: dict[str, Any] = {"Ref": "FirstDate"}
    if between != "-":
        first = {"Fn::Join": [between, {"Fn::Split": ["-", first]}]}
    return projection(
        between.join(("yyyy", "MM", "dd")),
        {"Fn::Sub": ["${first},NOW", {"first": first}]},
        {"Fn::Sub": f"s3://${{Bucket}}/{before}${{!dt}}/"},
    )


def _table(
    name: str,
    description: str,
    location: str,
    columns: list[dict[str, str]],
    layout: dict[str, Any],
    classification: str,
    days: dict[str, Any],
) -> tuple[str, dict[str, Any]]:
    keys = [_column("dt", "string", DATE_COMMENT)]
    return _logical(name), {
        "Type": "AWS::Glue::Table",
        "Properties": {
            "CatalogId": {"Ref": "AWS::AccountId"},
            "DatabaseName": {"Ref": "Database"},
            "TableInput": {
                "Name": name,
                "Description": description,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": {"EXTERNAL": "TRUE", "classification": classification, **days},
                **({"PartitionKeys": keys} if days else {}),
                "StorageDescriptor": {
                    "Location": {"Fn::Sub": f"s3://${{Bucket}}/{location}"},
                    **layout,
                    "Columns": columns,
                },
            },
        },
    }


def _logical(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _queries() -> Iterator[tuple[str, dict[str, Any]]]:
    for question in QUESTIONS:
        yield (
            f"Query{_logical(question.name)}",
            {
                "Type": "AWS::Athena::NamedQuery",
                "Properties": {
                    "Name": question.name,
                    "Description": said_of(question),
                    "Database": {"Ref": "Database"},
                    "WorkGroup": {"Ref": "WorkGroup"},
                    "QueryString": named_query(question),
                },
            },
        )


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML has no types of its own
    """YAML as people write it: a text of several lines is a block, and nothing is an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write what stands twice twice."""
        del data
        return True


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    )


_Dumper.add_representer(str, _text)


def written() -> str:
    """Return the file's text."""
    text = yaml.dump(catalog(), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)
    return _HEAD + str(text)


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
