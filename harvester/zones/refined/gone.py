"""Which titles TMDB no longer has. One answer that it lacks a title is no proof: it takes two.

The rule is that of `harvester.run.lake_state`, over the outcomes that stand in Trusted.
"""

import ibis
import ibis.expr.types as ir

from harvester.run.lake_state.state import MISSING

_DAY = ibis.interval(hours=24)
_ORDER = ("fetched_at", "dt", "run")
"""Of two outcomes of one second the one that was planned later counts."""


def gone_titles(outcomes: ir.Table) -> ir.Table:
    """Return a row for each title that is gone: `title_id` and `gone_at`.

    It was harvested, and since TMDB last had it, it said that it lacks the title, and at `gone_at`
    it said so again, a day later at least. Other failures say nothing. `outcomes` is Trusted's
    table of all dates, its `title_id` resolved.
    """
    lacks = outcomes["reason"].isin(sorted(MISSING)).fill_null(False)  # noqa: FBT003
    ever = outcomes.filter(lacks).select("title_id").distinct()
    order = ibis.window(group_by="title_id", order_by=_ORDER)
    rows = outcomes.mutate(lacks=lacks).semi_join(ever, "title_id")
    rows = rows.mutate(place=ibis.row_number().over(order))
    had = rows.filter(~rows["lacks"] & (rows["outcome"] != "failed"))
    last = had.group_by("title_id").aggregate(
        last=had["place"].max(), harvested=(had["outcome"] == "harvested").any()
    )
    lacking = rows.filter(rows["lacks"]).inner_join(last.filter(last["harvested"]), "title_id")
    lacking = lacking.filter(lacking["place"] > lacking["last"])
    since = lacking["fetched_at"].min().over(ibis.window(group_by="title_id"))
    lacking = lacking.mutate(again=lacking["fetched_at"] >= since + _DAY)
    return (
        lacking.filter(lacking["again"])
        .group_by("title_id")
        .aggregate(gone_at=ibis._["fetched_at"].min())
    )
