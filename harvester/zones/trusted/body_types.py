"""What the bodies of an endpoint are read as where every value of them is of its column's type.

Moments are read as the texts that they are written as; `typed` makes columns of them.
"""

import re
from functools import reduce

import ibis.expr.datatypes as dt

from harvester.zones.schema import Column
from harvester.zones.trusted.endpoints.columns import OUTSIDE_BODY, PLACE
from harvester.zones.trusted.endpoints.endpoint import BODY, Endpoint

_KEY = re.compile(r"\w+")
_KEYS = re.compile(r"\w+([.]\w+)*")


class _NoTypeError(Exception):
    """Two columns read the same key in two ways."""


def body_columns(endpoint: Endpoint) -> list[Column]:
    """Return the columns that are read from the body, or from an item of it."""
    outside = PLACE if endpoint.arrays else ()
    return [
        column
        for column in endpoint.table.columns
        if column.source not in OUTSIDE_BODY and column.name not in outside
    ]


def row_type(endpoint: Endpoint) -> dt.DataType | None:
    """Return the type of what becomes a row; None where no type says how its columns are read."""
    columns = body_columns(endpoint)
    if endpoint.keyed:  # the keys are data there
        return None
    if any(column.reading or not _KEYS.fullmatch(column.source) for column in columns):
        return None
    try:
        return reduce(_merged, (_below(column.source, column.dtype) for column in columns))
    except _NoTypeError:
        return None


def body_type(endpoint: Endpoint) -> dt.DataType | None:
    """Return the type of a whole body; None where there is none."""
    row = row_type(endpoint)
    if row is None or not endpoint.arrays:
        return row
    if endpoint.arrays == (BODY,):
        return dt.Array(row)
    if not all(map(_KEY.fullmatch, endpoint.arrays)):
        return None
    return dt.Struct(dict.fromkeys(endpoint.arrays, dt.Array(row)))


def _below(source: str, dtype: dt.DataType) -> dt.DataType:
    """Return the type of an object that holds a value under `a.b`."""
    for key in reversed(source.split(".")):
        dtype = dt.Struct({key: dtype})
    return dtype


def _merged(one: dt.DataType, other: dt.DataType) -> dt.DataType:
    """Return a type with the keys of both; an engine takes `id` and `ID` for one."""
    if isinstance(one, dt.Struct) and isinstance(other, dt.Struct):
        fields = dict(one.fields)
        for key, dtype in other.fields.items():
            fields[key] = _merged(fields[key], dtype) if key in fields else dtype
        if len({key.casefold() for key in fields}) == len(fields):
            return dt.Struct(fields)
    elif one == other:
        return one
    raise _NoTypeError
