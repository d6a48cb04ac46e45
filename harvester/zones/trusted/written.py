"""Writes a table and checks what was written; counts what an engine holds."""

from dataclasses import replace
from typing import Any

from harvester.zones import quality
from harvester.zones.engines import Engine
from harvester.zones.quality import Check
from harvester.zones.schema import Table, declared

__all__ = ["count_of", "single", "whole", "written", "written_empty"]


def written(engine: Engine, table: Table, rows: Any, where: str, label: str) -> list[Check]:
    """Write a table, and return the checks of what was written, under a label."""
    engine.write(declared(table, rows), where)
    return _labelled(quality.of_table(engine, table, engine.parquet(where)), label)


def written_empty(engine: Engine, table: Table, where: str, label: str) -> list[Check]:
    """Write a table without rows, and return its checks, under a label.

    Most tables of a small lake are empty, and a query that finds that out costs 50 ms.
    """
    engine.write_empty(table.schema(), where)
    return _labelled(quality.of_nothing(table), label)


def count_of(engine: Engine, rows: Any) -> int:
    """Return how many rows there are."""
    return single(engine, rows.count().as_table())


def single(engine: Engine, table: Any) -> int:
    """Return the number that a table of one row and one column holds; null is 0."""
    (value,) = engine.rows(table)[0].values()
    return whole(value or 0)


def whole(number: object) -> int:
    """Return an engine's count as an int."""
    return int(str(number))


def _labelled(checks: list[Check], label: str) -> list[Check]:
    return [replace(check, table=label) for check in checks]
