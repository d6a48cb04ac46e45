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
    last = [fit["note"].isnull(), ibis.or_(*said), fit["rating"].notnull()]
    window = ibis.window(
        group_by="imdb_id",
        order_by=[*(holds.ifelse(0, 1) for holds in last), "age", "file", "row"],
    )
    return _first(fit, window, table)


def cast(found: ir.Table) -> ir.Table:
    """Return one row a title and artist, of the newest CSV that has artists of the title."""
    fit = found.filter(found["reason"].isnull(), found["artist"].notnull())
    of_title = ibis.window(group_by=["imdb_id", "kind"])
    aged = fit.mutate(newest_=fit["age"].min().over(of_title))
    newest = aged.filter(aged["age"] == aged["newest_"])
    window = ibis.window(group_by=list(LOCAL_CAST.key), order_by=["file", "row"])
    return _first(newest, window, LOCAL_CAST)


def rejects(found: ir.Table, broken: ir.Table) -> ir.Table:
    """Return the rows that do not fit, those used for their id alone, and those not to be split."""
    names = [column.name for column in LOCAL_REJECTS.columns]
    judged = found.mutate(
        reason=ibis.coalesce(found["reason"], found["note"]),
        value=ibis.coalesce(found["value"], found["text"]),
    )
    misfits = judged.filter(judged["reason"].notnull()).drop("imdb_id").rename(imdb_id="id_text")
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
            parts: Any = text.split(",").map(lambda part: part.strip())
            value: ir.Value = parts.filter(lambda part: part != "")
            return value
        case _:
            return text
