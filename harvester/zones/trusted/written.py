"""Writes a table and checks what was written."""

from dataclasses import replace
from typing import Any

from harvester.zones import quality
from harvester.zones.engines import Engine
from harvester.zones.quality import Check
from harvester.zones.schema import Table, declared

__all__ = ["written", "written_empty"]


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


def _labelled(checks: list[Check], label: str) -> list[Check]:
    return [replace(check, table=label) for check in checks]
