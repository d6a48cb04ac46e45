"""Checks that can fail, made from the declared tables: keys, foreign keys, ranges, counts.

One aggregate a table, in the engine that built it: a framework's checks (pandera's among them)
run one query each, and return failing rows, where a count is all that is wanted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

import ibis
import ibis.expr.types as ir

from harvester.zones.counting import count_of, single, whole
from harvester.zones.engines import Engine
from harvester.zones.parts import hash_of, parted
from harvester.zones.schema import Column, Table

ROWS = "rows"
"""What the check is called that says how many rows a table has."""
_KEYS = "keys_"


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

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """Return the check that JSON has; what else is said of it is ignored."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in plain.items() if name in known})


def equal(table: str, name: str, found: int, wanted: int) -> Check:
    """Return a check that two counts agree."""
    return Check(table, name, found, wanted, found != wanted)


def none_of(table: str, name: str, found: int) -> Check:
    """Return a check that nothing of a kind was found."""
    return Check(table, name, found, 0, found != 0)


def of_table(engine: Engine, table: Table, rows: ir.Table) -> list[Check]:
    """Return the checks of one table alone: its row count, key, required columns and ranges."""
    wrong: dict[str, ir.Value] = {}
    for column in table.columns:
        if column.required:
            wrong[_missing(column)] = _count(rows[column.name].isnull())
    for column in table.ranges():
        value: Any = rows[column.name]
        low = value < column.low if column.low is not None else ibis.literal(False)  # noqa: FBT003
        high = value > column.high if column.high is not None else ibis.literal(False)  # noqa: FBT003
        wrong[_out_of_range(column)] = _count(low | high)
    total = count_of(engine, rows)
    parts = parted(rows, hash_of(rows, table.key), total) if table.key else []
    # Keys of as many hashes are distinct. Where two share one, the keys themselves are compared.
    # Those of one part are counted in one query with the rest, as a query costs a small lake most.
    hashes = [hash_of(part, table.key).nunique() for part in parts]
    asked = {**wrong, **({_KEYS: hashes.pop()} if len(hashes) == 1 else {})}
    counted = engine.rows(rows.aggregate(**asked))[0] if asked else {}
    distinct = whole(counted.pop(_KEYS, 0)) + sum(single(engine, n.as_table()) for n in hashes)
    double = 0
    if table.key and distinct != total:
        keys = (part.select(list(table.key)).distinct() for part in parts)
        double = total - sum(count_of(engine, one) for one in keys)
    return _checks(table, total, double, {name: whole(n) for name, n in counted.items()})


def of_nothing(table: Table) -> list[Check]:
    """Return the checks of a table without rows, as `of_table` would."""
    wrong = [_missing(column) for column in table.columns if column.required]
    wrong += map(_out_of_range, table.ranges())
    return _checks(table, 0, 0, dict.fromkeys(wrong, 0))


def _checks(table: Table, rows: int, double: int, wrong: Mapping[str, int]) -> list[Check]:
    checks = [Check(table.name, ROWS, rows)]
    if table.key:
        checks.append(none_of(table.name, f"double {', '.join(table.key)}", double))
    return checks + [none_of(table.name, name, number) for name, number in wrong.items()]


def _missing(column: Column) -> str:
    return f"{column.name} missing"


def _out_of_range(column: Column) -> str:
    return f"{column.name} out of range"


def foreign_keys(
    engine: Engine, tables: Iterable[Table], found: Mapping[str, ir.Table]
) -> list[Check]:
    """Return the checks that every value of a referencing column stands in its dimension.

    A table that is not `found` has no rows. One query a dimension: a small lake's build is mostly
    the making of queries.
    """
    by_name = {table.name: table for table in tables}
    columns = [
        (table.name, column.name, column.references)
        for table in by_name.values()
        for column in table.columns
        if column.references is not None
    ]
    lost: dict[object, int] = {}
    for dimension in dict.fromkeys(references for _, _, references in columns):
        key = by_name[dimension].key[0]
        values = [
            found[table].select(value=name, place=ibis.literal(place))
            for place, (table, name, references) in enumerate(columns)
            if references == dimension and table in found
        ]
        if not values:
            continue
        rows: Any = ibis.union(*values) if len(values) > 1 else values[0]
        rows = rows.filter(rows["value"].notnull())
        rows = rows.anti_join(found[dimension].select(value=key), "value")
        counted = rows.group_by("place").aggregate(lost=rows.count())
        lost |= {row["place"]: whole(row["lost"]) for row in engine.rows(counted)}
    return [
        none_of(table, f"{name} not in {references}", lost.get(place, 0))
        for place, (table, name, references) in enumerate(columns)
    ]


def _count(condition: ir.Value) -> ir.Value:
    hit: Any = condition.fill_null(False)  # noqa: FBT003
    return hit.ifelse(1, 0).sum().fill_null(0)
