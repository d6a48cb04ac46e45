"""Records → the Trusted zone's tables and their rejects, as Ibis expressions.

A record of details or find becomes one row; one of credits or keywords becomes a row for each item
of its arrays. What does not fit goes to the rejects: a record, or the one item.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine, Json
from harvester.zones.schema import Table
from harvester.zones.trusted.fitting import SHOWN, as_moment, first_misfit, value
from harvester.zones.trusted.tables import ENVELOPE, OUTSIDE_BODY, REJECTS

ENVELOPE_NAMES = tuple(column.name for column in ENVELOPE)
_ARRAYS = {"credits": ("cast", "crew"), "keywords": ("keywords", "results")}


@dataclass(frozen=True, slots=True)
class Transformed:
    """A table's rows with what does not fit among them; `reason` is null in those that do."""

    table: Table
    typed: ir.Table

    @property
    def rows(self) -> ir.Table:
        """The rows that fit, with the declared columns."""
        fit = self.typed.filter(self.typed["reason"].isnull())
        return fit.select(list(self.table.schema().names))

    @property
    def rejects(self) -> ir.Table:
        """What does not fit, as `REJECTS` has it."""
        found = self.typed.filter(self.typed["reason"].notnull())
        return found.mutate(table=ibis.literal(self.table.name)).select(
            [column.name for column in REJECTS.columns]
        )

    def counts(self) -> ir.Table:
        """Return one row: rows, rejected items and rejected records."""
        typed, rejected = self.typed, self.typed["reason"].notnull()
        fit = typed["reason"].isnull()
        return typed.aggregate(
            rows=fit.ifelse(1, 0).sum().fill_null(0),
            rejected_items=(rejected & (typed["level"] == "item")).ifelse(1, 0).sum().fill_null(0),
            rejected_records=(rejected & (typed["level"] == "record"))
            .ifelse(1, 0)
            .sum()
            .fill_null(0),
        )


def of_run(records: ir.Table, run: str, *, synthetic: bool) -> ir.Table:
    """Return a run's records with the id that each was asked by, and with their run."""
    return records.mutate(
        title_id=ibis.coalesce(records["id"], records["imdb_id"]),
        run=ibis.literal(run),
        synthetic=ibis.literal(synthetic),
    ).drop("id")


def newest_records(records: ir.Table) -> ir.Table:
    """Keep the newest record of each title and language."""
    window = ibis.window(
        group_by=["title_id", "language"],
        # Two fetched in one second differ in their bodies, or in nothing.
        order_by=[ibis.desc("fetched_at"), ibis.desc("response")],
    )
    ranked = records.mutate(rank_=ibis.row_number().over(window))
    return ranked.filter(ranked["rank_"] == 0).drop("rank_")


def transform(engine: Engine, table: Table, records: ir.Table) -> Transformed:
    """Return the typed rows of one table from the records of its folder."""
    records = records.mutate(fetched_at=as_moment(records["fetched_at"]))
    endpoint = table.name.rpartition("/")[2]
    if endpoint in _ARRAYS:
        found = _of_items(engine.json, table, records, _ARRAYS[endpoint])
    else:
        found = _of_records(engine.json, table, records)
    return Transformed(table, found)


def items_in(json: Json, table: Table, records: ir.Table) -> ir.Table:
    """Count the items of all arrays of a table's records, another way than `transform` does."""
    names = _ARRAYS[table.name.rpartition("/")[2]]
    lengths = [json.items(json.get(records["response"], name)).length() for name in names]
    return records.aggregate(items=sum(length.fill_null(0) for length in lengths).sum())


def _of_records(json: Json, table: Table, records: ir.Table) -> ir.Table:
    columns = [column for column in table.columns if column.source not in OUTSIDE_BODY]
    tokens = {
        f"token_{column.name}": json.get(records["response"], column.source) for column in columns
    }
    wide = records.mutate(**tokens).drop("response")
    found = {column: wide[f"token_{column.name}"] for column in columns}
    reason, shown = first_misfit(json, found)
    typed = wide.mutate(
        **{column.name: value(json, token, column.dtype) for column, token in found.items()},
        reason=reason,
        value=shown,
        level=ibis.literal("record"),
    )
    return typed.select([*table.schema().names, "level", "reason", "value"])


def _of_items(json: Json, table: Table, records: ir.Table, arrays: tuple[str, ...]) -> ir.Table:
    columns = [column for column in table.columns if column.source not in (*OUTSIDE_BODY, *arrays)]
    columns = [column for column in columns if column.name not in ("part", "position")]
    parts = []
    misfits = []
    for name in arrays:
        found = records.mutate(
            array=json.get(records["response"], name), part=ibis.literal(name)
        ).drop("response")
        misfits.append(found.filter(found["array"].notnull(), ~found["array"].startswith("[")))
        fit = found.filter(found["array"].startswith("["))
        parts.append(fit.mutate(item=json.items(fit["array"])).drop("array"))
    items = ibis.union(*parts).unnest("item", offset="position")
    wide = items.mutate(
        **{f"token_{column.name}": json.get(items["item"], column.source) for column in columns}
    )
    tokens = {column: wide[f"token_{column.name}"] for column in columns}
    reason, shown = first_misfit(json, tokens)
    is_object = wide["item"].startswith("{")
    typed = wide.mutate(
        **{column.name: value(json, token, column.dtype) for column, token in tokens.items()},
        position=wide["position"].cast("int64"),
        reason=ibis.ifelse(is_object, reason, "an item: not an object"),
        value=ibis.ifelse(is_object, shown, wide["item"].substr(0, SHOWN)),
        level=ibis.literal("item"),
    )
    names = [*table.schema().names, "level", "reason", "value"]
    return ibis.union(
        typed.select(names), *(_record_rejects(table, misfit, names) for misfit in misfits)
    )


def _record_rejects(table: Table, records: ir.Table, names: list[str]) -> ir.Table:
    """Return records whose array is none, with the columns that `typed` has."""
    empty: dict[str, ir.Value] = {
        column.name: ibis.null(column.dtype)
        for column in table.columns
        if column.name not in (*ENVELOPE_NAMES, "part")
    }
    return records.mutate(
        **empty,
        reason=records["part"].concat(": not an array"),
        value=records["array"].substr(0, SHOWN),
        level=ibis.literal("record"),
    ).select(names)
