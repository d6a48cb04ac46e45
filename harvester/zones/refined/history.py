"""What a title was, from when to when: a row a value (SCD2), out of all dates in Trusted.

The columns are those that say the same in every language. Values of records that are gone from
Trusted are gone from here as well, since all of it is made again by each build.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine
from harvester.zones.quality import Check, none_of
from harvester.zones.refined.facts import FACTS, SOURCES, facts
from harvester.zones.refined.latest import ORDER, Trusted, details_of
from harvester.zones.refined.tables import TITLE_HISTORY
from harvester.zones.refined.title_ids import first_of, resolved

_AS_THEY_ARE = ("original_title", "status", "in_production", "last_air_date")
COLUMNS = (*FACTS, *_AS_THEY_ARE)
"""Those of `fact_title` and `dim_title` that are followed."""
_MOST = 1e12
"""A popularity beyond it has no decimal of `_DECIMAL`, and would be an error."""
_DECIMAL = "decimal(18, 6)"


def title_history(trusted: Trusted, ids: ir.Table) -> ir.Table:
    """Return the rows of `title_history`.

    A column without a value in any record has no row. Of several records of one second the first
    in `ORDER` counts.
    """
    both = [_texts(details) for details in details_of(trusted, (*SOURCES, *_AS_THEY_ARE))]
    records = resolved(ibis.union(*both), ids)
    records = first_of(records, ["title_id", "fetched_at"], ORDER)
    # What changed is found before the values are parted, so that one sort does for all columns.
    order = ibis.window(group_by="title_id", order_by="fetched_at")
    # Apart from the unnesting: Spark gives no rows for a window beside it.
    records = records.mutate(before=records["texts"].lag().over(order))
    parted: Any = records.select(
        "title_id",
        "imdb_id",
        "texts",
        "before",
        valid_from="fetched_at",
        place=ibis.array(list(range(len(COLUMNS)))).unnest(),
    )
    value, before = parted["texts"][parted["place"]], parted["before"][parted["place"]]
    is_first = parted["before"].isnull()
    changed = parted.filter(is_first | ~value.identical_to(before)).select(
        "title_id",
        "imdb_id",
        "valid_from",
        is_first=is_first,
        column_name=ibis.array(list(COLUMNS))[parted["place"]],
        value=value,
    )
    following = ibis.window(group_by=["title_id", "column_name"], order_by="valid_from")
    rows = changed.mutate(valid_to=changed["valid_from"].lead().over(following))
    return rows.filter(rows["value"].notnull() | rows["valid_to"].notnull() | ~rows["is_first"])


def history_checks(engine: Engine, rows: ir.Table) -> list[Check]:
    """Return the checks that values follow each other in time, and that one of each is current."""
    whole = rows.group_by(["title_id", "column_name"]).aggregate(
        current=_count(rows["valid_to"].isnull()),
        backward=_count(rows["valid_to"] <= rows["valid_from"]),
    )
    counted = engine.rows(
        whole.aggregate(
            current=_count(whole["current"] != 1), backward=whole["backward"].sum().fill_null(0)
        )
    )[0]
    name = TITLE_HISTORY.name
    return [
        none_of(name, "columns without one current value", int(str(counted["current"]))),
        none_of(name, "valid_to not after valid_from", int(str(counted["backward"]))),
    ]


def _texts(details: ir.Table) -> ir.Table:
    """Return details with `texts`, the values of all columns, and what their order needs."""
    values = facts(details) | {name: details[name] for name in _AS_THEY_ARE}
    return details.select(
        *("dt", "media_type", "said", "title_id", "imdb_id", "fetched_at"),
        texts=ibis.array([_text(values[name]) for name in COLUMNS]),
    )


def _text(value: ir.Value) -> ir.Value:
    """Return a value as a text that every engine writes alike: `28.2547`, `90`, `true`."""
    if not value.type().is_floating():
        return value.cast("string")
    number: Any = value
    fits = ibis.ifelse(number.abs() < _MOST, number, ibis.null("float64"))
    return fits.cast(_DECIMAL).cast("string").re_replace(r"[.]?0+$", "")


def _count(condition: ir.Value) -> ir.Value:
    hit: Any = condition.fill_null(False)  # noqa: FBT003
    return hit.ifelse(1, 0).sum().fill_null(0)
