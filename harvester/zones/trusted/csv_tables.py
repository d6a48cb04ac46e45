"""CSV rows, all text → Trusted/Local: one row a title, and one a title and artist."""

from typing import Any

import ibis
import ibis.expr.types as ir

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.fitting import SHOWN, as_number, as_whole
from harvester.zones.trusted.tables import LOCAL_CAST, LOCAL_MOVIES, LOCAL_REJECTS, LOCAL_SERIES

NULL = "\\N"
_ID = r"^(tt[0-9]{1,10}|[0-9]{1,10}([.]0)?)$"
_WIDTH = 7

_TYPED = {
    column.source: column
    for table in (LOCAL_SERIES, LOCAL_CAST)
    for column in table.columns
    if column.source not in ("id", "folder")
}


def typed(rows: ir.Table) -> ir.Table:
    """Return the rows with every column typed; `reason` is null where all of them fit."""
    number = rows["id"].strip().lower().re_extract("([0-9]+)", 1).try_cast("int64")
    is_id = rows["id"].strip().lower().re_search(_ID) & (number > 0)
    digits = number.cast("string")
    padded = ibis.ifelse(digits.length() < _WIDTH, digits.lpad(_WIDTH, "0"), digits)
    texts = {source: _text(rows[source]) for source in _TYPED}
    values = {source: _value(texts[source], column) for source, column in _TYPED.items()}
    reasons = [ibis.ifelse(is_id.fill_null(False), ibis.null("string"), "id: not an IMDb title id")]  # noqa: FBT003
    shown = [ibis.ifelse(is_id.fill_null(False), ibis.null("string"), rows["id"].substr(0, SHOWN))]  # noqa: FBT003
    for source, column in _TYPED.items():
        wrong: Any = texts[source].notnull() & values[source].isnull()
        reason = f"{source}: not a {'whole number' if column.type == 'int64' else 'number'}"
        reasons.append(ibis.ifelse(wrong, reason, ibis.null("string")))
        shown.append(ibis.ifelse(wrong, texts[source].substr(0, SHOWN), ibis.null("string")))
    return rows.select(
        "file",
        "kind",
        "row",
        id_text=rows["id"],
        imdb_id=ibis.literal("tt").concat(padded),
        **{column.name: values[source] for source, column in _TYPED.items()},
        reason=ibis.coalesce(*reasons),
        value=ibis.coalesce(*shown),
    )


def titles(found: ir.Table, kind: str) -> ir.Table:
    """Return one row a title of a kind: its first row."""
    table = LOCAL_MOVIES if kind == "movie" else LOCAL_SERIES
    fit = found.filter(found["reason"].isnull(), found["kind"] == kind)
    window = ibis.window(group_by="imdb_id", order_by=["file", "row"])
    return _first(fit, window, table)


def cast(found: ir.Table) -> ir.Table:
    """Return one row a title and artist: the first of those that agree in the key."""
    fit = found.filter(found["reason"].isnull(), found["artist"].notnull())
    window = ibis.window(group_by=list(LOCAL_CAST.key), order_by=["file", "row"])
    return _first(fit, window, LOCAL_CAST)


def rejects(found: ir.Table, broken: ir.Table) -> ir.Table:
    """Return the rows that do not fit, and those that could not be split."""
    names = [column.name for column in LOCAL_REJECTS.columns]
    misfits = found.filter(found["reason"].notnull()).drop("imdb_id").rename(imdb_id="id_text")
    return ibis.union(misfits.select(names), broken.select(names))


def _first(rows: ir.Table, window: Any, table: Table) -> ir.Table:
    ranked = rows.mutate(rank_=ibis.row_number().over(window))
    return ranked.filter(ranked["rank_"] == 0).select([column.name for column in table.columns])


def _text(text: ir.StringValue) -> ir.StringValue:
    value: Any = text.strip().nullif("").nullif(NULL)
    return value


def _value(text: ir.StringValue, column: Column) -> ir.Value:
    match column.type:
        case "int64":
            return as_whole(text)
        case "float64":
            return as_number(text)
        case "array<string>":
            value: ir.Value = text.split(",").map(lambda part: part.strip())
            return value
        case _:
            return text
