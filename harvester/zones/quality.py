"""Checks that can fail, made from the declared tables: keys, foreign keys, ranges, counts.

One aggregate a table, in the engine that built it: a framework's checks (pandera's among them)
run one query each, and return failing rows, where a count is all that is wanted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine
from harvester.zones.schema import Table


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was found, what was wanted, and whether that is a breach.

    A check without `wanted` only informs.
    """

    table: str
    name: str
    found: float | str | None
    wanted: float | str | None = None
    breach: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def equal(table: str, name: str, found: int, wanted: int) -> Check:
    """Return a check that two counts agree."""
    return Check(table, name, found, wanted, found != wanted)


def none_of(table: str, name: str, found: int) -> Check:
    """Return a check that nothing of a kind was found."""
    return Check(table, name, found, 0, found != 0)


def of_table(engine: Engine, table: Table, rows: ir.Table) -> list[Check]:
    """Return the checks of one table alone: its row count, key, required columns and ranges."""
    aggregates: dict[str, ir.Value] = {"rows": rows.count()}
    for column in table.columns:
        if column.required:
            aggregates[f"{column.name} missing"] = _count(rows[column.name].isnull())
    for column in table.ranges():
        value: Any = rows[column.name]
        low = value < column.low if column.low is not None else ibis.literal(False)  # noqa: FBT003
        high = value > column.high if column.high is not None else ibis.literal(False)  # noqa: FBT003
        aggregates[f"{column.name} out of range"] = _count(low | high)
    counted = engine.rows(rows.aggregate(**aggregates))[0]
    total = _whole(counted.pop("rows"))
    checks = [Check(table.name, "rows", total)]
    if table.key:
        distinct = rows.select(list(table.key)).distinct().count()
        found = _whole(engine.rows(distinct.as_table())[0].popitem()[1])
        checks.append(none_of(table.name, f"double {', '.join(table.key)}", total - found))
    return checks + [none_of(table.name, name, _whole(n)) for name, n in counted.items()]


def foreign_keys(
    engine: Engine, tables: Iterable[Table], found: Mapping[str, ir.Table]
) -> list[Check]:
    """Return the checks that every value of a referencing column stands in its dimension."""
    by_name = {table.name: table for table in tables}
    checks = []
    for table in by_name.values():
        for column in table.columns:
            if column.references is None:
                continue
            key = by_name[column.references].key[0]
            rows: Any = found[table.name]
            values = rows.filter(rows[column.name].notnull()).select(value=rows[column.name])
            other = found[column.references].select(value=found[column.references][key])
            lost = values.anti_join(other, "value").count()
            count = _whole(engine.rows(lost.as_table())[0].popitem()[1])
            checks.append(none_of(table.name, f"{column.name} not in {column.references}", count))
    return checks


def _count(condition: ir.Value) -> ir.Value:
    hit: Any = condition.fill_null(False)  # noqa: FBT003
    return hit.ifelse(1, 0).sum().fill_null(0)


def _whole(number: object) -> int:
    return int(str(number))
