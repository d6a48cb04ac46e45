"""The order of a collection: which of its titles came first."""

from typing import Any

import ibis
import ibis.expr.types as ir


def collection_order(titles: ir.Table) -> ir.Value:
    """Return a title's place in its collection by release date, from 1, among those of the lake.

    It is null without a date. Of one date the lower id of TMDB comes first, and two titles that are
    one at TMDB have one place.
    """
    collection: Any = titles["belongs_to_collection"]["id"]
    placed = collection.notnull() & titles["release_date"].notnull()
    order = ibis.window(
        group_by=[collection, placed], order_by=[titles["release_date"], titles["tmdb_id"]]
    )
    place: Any = ibis.dense_rank().over(order) + 1
    return ibis.ifelse(placed, place, ibis.null("int64"))
