"""A token of JSON → a value of a column's type, and whether it fits at all.

A type fits as TMDB's own recordings have it: whole numbers may be written `5.0`, an empty text is
null, a date is `YYYY-MM-DD`. What is null or missing fits any type and is null, but an item of an
array, whose token is `null`, does not.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from harvester.zones.engines import Json
from harvester.zones.schema import Column

SHOWN = 200
"""Characters of a misfit that a reject shows."""

# 18 digits fit an int64 whatever they are.
_WHOLE = r"^-?[0-9]{1,18}([.]0)?$"
_NUMBER = r"^-?[0-9]"
_IMDB_ID = r"^tt[0-9]{1,18}$"
_DATE = r"^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}$"
"""There is no year 0, which only some engines know."""

_STAMP = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"
)
_FRACTION = r"[.][0-9]+"

_NAMES = {
    "int64": "a whole number",
    "float64": "a number",
    "boolean": "true or false",
    "string": "text",
    "date": "a date",
    "timestamp": "a moment",
}


def value(json: Json, token: ir.Value, dtype: dt.DataType) -> ir.Value:
    """Return what a token says as a value of a type; null when it does not fit."""
    found: Any
    if isinstance(dtype, dt.Array):
        found = json.items(token).map(lambda item: value(json, item, dtype.value_type))
    elif isinstance(dtype, dt.Struct):
        found = ibis.ifelse(
            token.startswith("{"),
            ibis.struct(
                {
                    name: value(json, json.get(token, name), inner)
                    for name, inner in dtype.fields.items()
                }
            ),
            ibis.null(dtype),
        )
    elif dtype.is_string():
        found = json.text(token).nullif("")
    elif dtype.is_date():
        found = as_date(json.text(token))
    elif dtype.is_timestamp():
        found = as_utc(json.text(token))
    elif dtype.is_boolean():
        found = ibis.cases(
            *((token == word, word == "true") for word in ("true", "false")), else_=None
        )
    elif dtype.is_int64():
        found = as_whole(token)
    else:
        found = as_number(token)
    return found


def misfit(json: Json, token: ir.Value, dtype: dt.DataType) -> ir.BooleanValue:
    """Return whether a token that is there does not fit a type; false or null when it does."""
    found: Any
    if isinstance(dtype, dt.Array):
        items = json.items(token)
        wrong = items.filter(lambda item: misfit(json, item, dtype.value_type))
        found = ~token.startswith("[") | (wrong.length() > 0)
    elif isinstance(dtype, dt.Struct):
        found = ~token.startswith("{")
        for name, inner in dtype.fields.items():
            found |= misfit(json, json.get(token, name), inner).fill_null(False)  # noqa: FBT003
    elif dtype.is_string():
        found = ~token.startswith('"')
    elif dtype.is_date() or dtype.is_timestamp():
        text = json.text(token)
        found = text.isnull() | ((text != "") & value(json, token, dtype).isnull())
    else:
        found = value(json, token, dtype).isnull()
    return token.notnull() & found


def as_whole(text: ir.StringValue) -> ir.Value:
    """Return a text's whole number, or null."""
    digits: Any = ibis.ifelse(text.re_search(_WHOLE), text.replace(".0", ""), ibis.null("string"))
    return digits.try_cast("int64")


def as_imdb_number(text: ir.StringValue) -> ir.Value:
    """Return the number in an IMDb title id, however it is padded, or null for any other text."""
    digits: Any = ibis.ifelse(text.re_search(_IMDB_ID), text.substr(2), ibis.null("string"))
    return digits.try_cast("int64")


def as_number(text: ir.StringValue) -> ir.Value:
    """Return a text's number, or null; `NaN` is none, nor is what no double holds (1e999)."""
    digits: Any = ibis.ifelse(text.re_search(_NUMBER), text, ibis.null("string"))
    number = digits.try_cast("float64")
    return ibis.ifelse(number.isinf(), ibis.null("float64"), number)


def as_date(text: ir.StringValue) -> ir.Value:
    """Return a text's date, or null."""
    written: Any = ibis.ifelse(text.re_search(_DATE), text, ibis.null("string"))
    return written.try_cast("date")


def as_moment(text: ir.StringValue) -> ir.Value:
    """Return the moment of `2026-11-24T07:00:00Z`, in UTC and without a zone of its own."""
    plain: Any = text.replace("T", " ").replace("Z", "")
    return plain.try_cast("timestamp")


def as_utc(text: ir.StringValue) -> ir.Value:
    """Return the second of `2012-06-06T23:00:00.000-04:00`, in UTC, without a zone, or null."""
    stamp: Any = ibis.ifelse(text.re_search(_STAMP), text, ibis.null("string"))
    written = stamp.re_replace(_FRACTION, "")
    local = written.substr(0, 19).replace("T", " ").try_cast("timestamp")
    hours, minutes = written.substr(20, 2).try_cast("int64"), written.right(2).try_cast("int64")
    ahead = ibis.ifelse(written.substr(19, 1) == "-", -1, 1) * (hours * 60 + minutes)
    return local - ahead.fill_null(0).as_interval("m")  # null: it ends in Z


def first_misfit(
    json: Json, tokens: Mapping[Column, ir.Value], read: Mapping[Column, ir.Value]
) -> tuple[ir.Value, ir.Value]:
    """Return the reason why a row does not fit, and what stands there; both null when it does.

    `read` has the values of the columns with a `reading`.
    """
    reasons: list[Any] = []
    shown: list[Any] = []
    for column, token in tokens.items():
        wrong, name = _misfit_of(json, token, column, read.get(column))
        reasons.append(ibis.ifelse(wrong, f"{column.source}: not {name}", ibis.null("string")))
        shown.append(ibis.ifelse(wrong, token.substr(0, SHOWN), ibis.null("string")))
        if column.required:
            missing = token.isnull()
            reasons.append(ibis.ifelse(missing, f"{column.source}: missing", ibis.null("string")))
            shown.append(ibis.ifelse(missing, "", ibis.null("string")))
    return _first(reasons), _first(shown)


def _misfit_of(
    json: Json, token: ir.Value, column: Column, read: ir.Value | None
) -> tuple[ir.Value, str]:
    """Return whether a token does not fit a column, and what would."""
    if column.reading is not None and read is not None:
        told = column.reading.misfit
        wrong = ibis.literal(value=False) if told is None else told(json, token, read)
        return wrong, column.reading.fits
    is_list = column.type.startswith("array")
    name = _NAMES.get(column.type, "a list that fits" if is_list else "an object that fits")
    return misfit(json, token, column.dtype), name


def _first(values: Iterable[Any]) -> ir.Value:
    found: ir.Value = ibis.coalesce(*values)
    return found
