"""Records whose bodies an engine reads by their types → the rows of a table, as Ibis expressions.

The rows are those that `records` makes of them, token by token; a test holds the two together.
"""

from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.schema as sch
import ibis.expr.types as ir

from harvester.zones.trusted.body_types import body_columns, body_type
from harvester.zones.trusted.endpoints.columns import OTHER_ID
from harvester.zones.trusted.endpoints.endpoint import BODY, Endpoint
from harvester.zones.trusted.fitting import as_moment, as_utc
from harvester.zones.trusted.records import names_another


def typed_record(endpoint: Endpoint, record: sch.Schema) -> sch.Schema:
    """Return what records are read as whose files passed `strict`."""
    body = body_type(endpoint)
    if body is None:
        raise ValueError(f"no type says how {endpoint.table.name} is read")
    return sch.Schema({**record, "response": _written(body)})


def typed_rows(endpoint: Endpoint, records: ir.Table) -> ir.Table:
    """Return the rows of an endpoint's table, with its declared columns."""
    table = endpoint.table
    records = records.mutate(fetched_at=as_moment(records["fetched_at"]))
    wide = _items(endpoint, records) if endpoint.arrays else records
    row = wide["item" if endpoint.arrays else "response"]
    rows = wide.mutate(
        **{
            column.name: _value(_at(row, column.source), column.dtype)
            for column in body_columns(endpoint)
        }
    )
    if OTHER_ID in table.columns:
        rows = rows.mutate(**{OTHER_ID.name: names_another(rows)})
    return rows.select(list(table.schema().names))


def _items(endpoint: Endpoint, records: ir.Table) -> ir.Table:
    """Return a row an item of the arrays, each record read once."""
    body: Any = records["response"]
    if endpoint.arrays == (BODY,):
        listed = records.mutate(part=ibis.literal(BODY), items=body).drop("response")
    else:
        lists: list[Any] = [body[name] for name in endpoint.arrays]
        # Both unnested in one step, beside each other.
        listed = records.mutate(
            part=ibis.array(list(endpoint.arrays)).unnest(), items=ibis.array(lists).unnest()
        ).drop("response")
    items: Any = listed["items"]
    wide = listed.mutate(item=items.unnest(), position=ibis.range(items.length()).unnest())
    return wide.mutate(position=wide["position"].cast("int64")).drop("items")


def _at(row: ir.Value, source: str) -> ir.Value:
    found: Any = row
    for key in source.split("."):
        found = found[key]
    return found


def _written(dtype: dt.DataType) -> dt.DataType:
    """Return the type by which an engine reads a value: moments are texts."""
    if isinstance(dtype, dt.Array):
        return dt.Array(_written(dtype.value_type))
    if isinstance(dtype, dt.Struct):
        return dt.Struct({key: _written(inner) for key, inner in dtype.fields.items()})
    return dt.string if dtype.is_date() or dtype.is_timestamp() else dtype


def _value(read: ir.Value, dtype: dt.DataType) -> ir.Value:
    """Return a value of a column's type from what was read, as `fitting.value` does of a token."""
    found: Any = read
    if dtype.is_string():
        found = found.nullif("")
    elif dtype.is_date():
        found = found.nullif("").try_cast("date")
    elif dtype.is_timestamp():
        found = as_utc(found)
    elif isinstance(dtype, dt.Array) and _changes(found.type(), dtype):
        found = found.map(lambda item: _value(item, dtype.value_type))
    elif isinstance(dtype, dt.Struct) and _changes(found.type(), dtype):
        whole: Any = ibis.struct({key: _value(read[key], of) for key, of in dtype.fields.items()})
        found = ibis.ifelse(found.isnull(), ibis.null(dtype), whole)
    return found


def _changes(read: dt.DataType, dtype: dt.DataType) -> bool:
    """Return whether any value of a type is another once it is read."""
    if isinstance(dtype, dt.Array) and isinstance(read, dt.Array):
        return _changes(read.value_type, dtype.value_type)
    if isinstance(dtype, dt.Struct) and isinstance(read, dt.Struct):
        inside = dtype.fields.items()
        return tuple(read.names) != tuple(dtype.names) or any(
            _changes(read.fields[key], of) for key, of in inside
        )
    return bool(dtype.is_string() or dtype != read)
