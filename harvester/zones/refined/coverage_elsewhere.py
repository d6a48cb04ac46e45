"""How much other origins than TMDB cover, and what they add. It only informs."""

from typing import Any

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine
from harvester.zones.quality import Check
from harvester.zones.refined.elsewhere import Tables
from harvester.zones.trusted.endpoints.omdb import OMDB
from harvester.zones.trusted.endpoints.tvmaze import TVMAZE


def coverage_elsewhere(engine: Engine, built: dict[str, ir.Table], others: Tables) -> list[Check]:
    """Return how many titles each origin was asked for, matched, and added something to."""
    return [
        Check("dim_title", f"{what} {origin}", found)
        for origin, tables in others.items()
        for what, found in _counts(engine, tables["Outcomes"], _gained(origin, built)).items()
    ]


def _counts(engine: Engine, outcomes: ir.Table, gained: ir.Table) -> dict[str, int]:
    matched = outcomes.filter(outcomes["outcome"] == "harvested")
    counts = {
        "asked at": outcomes.select("title_id"),
        "matched at": matched.select("title_id"),
        "something gained from": gained,
    }
    parts = [
        rows.aggregate(found=rows["title_id"].nunique()).mutate(what=ibis.literal(what))
        for what, rows in counts.items()
    ]
    found: list[dict[str, Any]] = engine.rows(ibis.union(*parts))
    by_name = {row["what"]: int(row["found"]) for row in found}
    return {what: by_name[what] for what in counts}


def _gained(origin: str, built: dict[str, ir.Table]) -> ir.Table:
    """Return the ids of titles, some twice, that have something of an origin."""
    rated = built["fact_rating"]
    parts = [rated.filter(rated["given_by"] == origin)]
    if origin == OMDB.origin:
        facts = built["fact_title"]
        parts.append(facts.filter(facts["award_wins"].notnull() | facts["box_office"].notnull()))
    if origin == TVMAZE.origin:
        titles = built["dim_title"]
        parts.append(titles.filter(titles["network"].notnull() | titles["air_days"].notnull()))
        parts.append(built["fact_episode"])
    return ibis.union(*(part.select("title_id") for part in parts))
