"""Counts what an engine holds."""

from typing import Any

from harvester.zones.engines import Engine


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
