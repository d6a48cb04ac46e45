"""CSV rows, all text → Trusted/Local: one row a title, and one a title and artist."""

from typing import Any

import ibis
import ibis.expr.types as ir

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.fitting import SHOWN, as_number, as_whole
from harvester.zones.trusted.local_tables import (
    LOCAL_CAST,
    LOCAL_MOVIES,
    LOCAL_REJECTS,
    LOCAL_SERIES,
)

NULL = "\\N"
_PLACES = 1 << 40
"""More than CSVs have rows."""

_TYPED = {
    column.source: column
    for table in (LOCAL_SERIES, LOCAL_CAST)
    for column in table.columns
    if column.source not in ("id", "folder")
}


def typed(rows: ir.Table) -> ir.Table:
    """Return the rows with every column typed; `reason` is null where all of them fit."""
    texts = {source: _text(rows[source]) for source in _TYPED}
    values = {source: _value(texts[source], column) for source, column in _TYPED.items()}
    no_id = rows["imdb_id"].isnull()
    reasons = [ibis.ifelse(no_id, "id: not an IMDb title id", ibis.null("string"))]
    shown = [ibis.ifelse(no_id, rows["id"].substr(0, SHOWN), ibis.null("string"))]
    for source, column in _TYPED.items():
        wrong: Any = texts[source].notnull() & values[source].isnull()
        reason = f"{source}: not a {'whole number' if column.type == 'int64' else 'number'}"
        reasons.append(ibis.ifelse(wrong, reason, ibis.null("string")))
        shown.append(ibis.ifelse(wrong, texts[source].substr(0, SHOWN), ibis.null("string")))
    return rows.select(
        "file",
        "kind",
        "age",
        "row",
        "place",
        id_text=rows["id"],
        imdb_id=rows["imdb_id"],
        note=rows["note"],
        text=rows["text"],
        **{column.name: values[source] for source, column in _TYPED.items()},
        reason=ibis.coalesce(*reasons),
        value=ibis.coalesce(*shown),
    )


def titles(found: ir.Table, kind: str) -> ir.Table:
    """Return one row a title of a kind: the first of the newest CSV that has it.

    A row with a note comes last, before it one that says nothing of the title (a list of ids), and
    before that one without a rating: naming a title again takes nothing from it.
    """
    table = LOCAL_MOVIES if kind == "movie" else LOCAL_SERIES
    fit = found.filter(found["reason"].isnull(), found["kind"] == kind)
    said = [fit[column.name].notnull() for column in table.columns if column.source != "id"]
    last = (fit["note"].isnull(), ibis.or_(*said), fit["rating"].notnull())
    order = fit["place"]
    for weight, holds in zip((4, 2, 1), last, strict=True):
        order += holds.ifelse(0, weight * _PLACES)
    return _first(fit, order, table)


def cast(found: ir.Table) -> ir.Table:
    """Return one row a title and artist, of the newest CSV that has artists of the title."""
    fit = found.filter(found["reason"].isnull(), found["artist"].notnull())
    of_title = ["imdb_id", "kind"]
    newest = fit.group_by(of_title).aggregate(age=fit["age"].min())
    newer = fit.semi_join(newest, [*of_title, "age"])
    return _first(newer, newer["place"], LOCAL_CAST)


def rejects(found: ir.Table, broken: ir.Table) -> ir.Table:
    """Return the rows that do not fit, those used for their id alone, and those not to be split."""
    names = [column.name for column in LOCAL_REJECTS.columns]
    judged = found.mutate(
        reason=ibis.coalesce(found["reason"], found["note"]),
        value=ibis.coalesce(found["value"], found["text"]),
    )
    misfits = judged.filter(judged["reason"].notnull()).drop("imdb_id").rename(imdb_id="id_text")
    return ibis.union(misfits.select(names), broken.select(names))


def _first(rows: ir.Table, order: Any, table: Table) -> ir.Table:
    """Return the first row of each key by an order in which no two are equal.

    A window would have an engine hold all columns of all rows, of which millions may be of one key.
    """
    ordered = rows.mutate(order_=order)
    firsts = ordered.group_by(list(table.key)).aggregate(order_=ordered["order_"].min())
    return ordered.semi_join(firsts, "order_").select([column.name for column in table.columns])


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
            parts: Any = text.split(",").map(lambda part: part.strip())
            value: ir.Value = parts.filter(lambda part: part != "")
            return value
        case _:
            return text
