"""Records → the Trusted zone's tables and their rejects, as Ibis expressions.

A record becomes one row, or a row for each item of its arrays, as its endpoint is declared. What
does not fit goes to the rejects: a record, or the one item.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine, Json
from harvester.zones.schema import Table
from harvester.zones.trusted.body_types import body_columns
from harvester.zones.trusted.endpoints.columns import OTHER_ID
from harvester.zones.trusted.endpoints.endpoint import BODY, EMPTY_LISTS, Endpoint
from harvester.zones.trusted.fitting import (
    SHOWN,
    as_imdb_number,
    as_moment,
    first_misfit,
    value,
)


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

    def rejects(self, table: Table) -> ir.Table:
        """Return what does not fit, with the columns of its origin's table of rejects."""
        found = self.typed.filter(self.typed["reason"].notnull())
        return found.mutate(table=ibis.literal(self.table.name)).select(list(table.schema().names))

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
    """Keep the newest record of each title, and language where the origin has such."""
    window = ibis.window(
        group_by=[name for name in ("title_id", "language") if name in records.columns],
        # Two fetched in one second differ in their bodies, or in nothing.
        order_by=[ibis.desc("fetched_at"), ibis.desc("response")],
    )
    ranked = records.mutate(rank_=ibis.row_number().over(window))
    return ranked.filter(ranked["rank_"] == 0).drop("rank_")


def transform(engine: Engine, endpoint: Endpoint, records: ir.Table) -> Transformed:
    """Return the typed rows of an endpoint's table from the records of its folder."""
    records = records.mutate(fetched_at=as_moment(records["fetched_at"]))
    of = _of_items if endpoint.arrays else _of_records
    return Transformed(endpoint.table, of(engine, endpoint, records))


def items_in(json: Json, endpoint: Endpoint, records: ir.Table) -> ir.Table:
    """Count the items of all arrays of an endpoint's records, another way than `transform` does."""
    items = json.entries if endpoint.keyed else json.items
    lengths = [items(_array(json, records, name)).length() for name in endpoint.arrays]
    return records.aggregate(items=sum(length.fill_null(0) for length in lengths).sum())


def empty_in(json: Json, endpoint: Endpoint, records: ir.Table) -> ir.Table:
    """Return the envelopes of records that have a list, and no item in any of their lists."""
    items_of, begin = (json.entries, "{") if endpoint.keyed else (json.items, "[")
    arrays = [_array(json, records, name) for name in endpoint.arrays]
    is_list = ibis.or_(*(array.startswith(begin).fill_null(False) for array in arrays))  # noqa: FBT003
    items = [items_of(array).length().fill_null(0) for array in arrays]
    other = ibis.or_(*((array.notnull() & ~array.startswith(begin)) for array in arrays))
    found = records.filter(is_list, sum(items) == 0, ~other.fill_null(False))  # noqa: FBT003
    if "language" not in found.columns:
        found = found.mutate(language=ibis.null("string"))
    return found.mutate(
        table=ibis.literal(endpoint.table.name), fetched_at=as_moment(found["fetched_at"])
    ).select(list(EMPTY_LISTS.schema().names))


def _of_records(engine: Engine, endpoint: Endpoint, records: ir.Table) -> ir.Table:
    table, json = endpoint.table, engine.json
    columns = body_columns(endpoint)
    tokens = {
        f"token_{column.name}": json.get(records["response"], column.source) for column in columns
    }
    wide = records.mutate(**tokens).drop("response")
    readings = {column: column.reading for column in columns if column.reading is not None}
    if readings:
        # In steps that are kept: one query of all is so long that planning it takes seconds.
        wide = engine.keep("tokens", wide)
        values = {
            f"read_{column.name}": reading.value(json, wide[f"token_{column.name}"])
            for column, reading in readings.items()
        }
        wide = engine.keep("read", wide.mutate(**values))
    found = {column: wide[f"token_{column.name}"] for column in columns}
    read = {column: wide[f"read_{column.name}"] for column in readings}
    reason, shown = first_misfit(json, found, read)
    typed = wide.mutate(
        **{
            column.name: read[column] if column in read else value(json, token, column.dtype)
            for column, token in found.items()
        },
        reason=reason,
        value=shown,
        level=ibis.literal("record"),
    )
    if OTHER_ID in table.columns:
        typed = typed.mutate(**{OTHER_ID.name: names_another(typed)})
    return typed.select([*table.schema().names, "level", "reason", "value"])


def _of_items(engine: Engine, endpoint: Endpoint, records: ir.Table) -> ir.Table:
    table, json = endpoint.table, engine.json
    columns = body_columns(endpoint)
    parts = []
    misfits = []
    items_of = json.entries if endpoint.keyed else json.items
    begin, what = ("{", "an object") if endpoint.keyed else ("[", "an array")
    for name in endpoint.arrays:
        found = records.mutate(array=_array(json, records, name), part=ibis.literal(name)).drop(
            "response"
        )
        misfits.append(found.filter(found["array"].notnull(), ~found["array"].startswith(begin)))
        fit = found.filter(found["array"].startswith(begin))
        parts.append(fit.mutate(item=items_of(fit["array"])).drop("array"))
    items = ibis.union(*parts).unnest("item", offset="position")
    wide = items.mutate(
        **{f"token_{column.name}": json.get(items["item"], column.source) for column in columns}
    )
    tokens = {column: wide[f"token_{column.name}"] for column in columns}
    reason, shown = first_misfit(json, tokens, {})
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
        typed.select(names), *(_record_rejects(table, misfit, names, what) for misfit in misfits)
    )


def names_another(rows: ir.Table) -> ir.Value:
    """Return whether a body names another IMDb id than was asked for."""
    asked, named = as_imdb_number(rows["title_id"]), as_imdb_number(rows["tmdb_imdb_id"])
    other: ir.Value = (asked != named).fill_null(False)  # noqa: FBT003
    return other


def _array(json: Json, records: ir.Table, name: str) -> ir.Value:
    """Return the token that is to be an array; a body that is null is none, and no empty one."""
    body = records["response"]
    return body.fill_null("null") if name == BODY else json.get(body, name)


def _record_rejects(table: Table, records: ir.Table, names: list[str], what: str) -> ir.Table:
    """Return records whose array is not `what` it should be, with the columns of `typed`."""
    empty: dict[str, ir.Value] = {
        column.name: ibis.null(column.dtype)
        for column in table.columns
        if column.name not in records.columns
    }
    return records.mutate(
        **empty,
        reason=records["part"].concat(f": not {what}"),
        value=records["array"].substr(0, SHOWN),
        level=ibis.literal("record"),
    ).select(names)
