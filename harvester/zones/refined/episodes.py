"""The episodes of series."""

import ibis
import ibis.expr.types as ir

from harvester.zones.refined.title_ids import first_of


def episode_facts(episodes: ir.Table) -> ir.Table:
    """Return the rows of `fact_episode`; of two episodes of one id the first stands."""
    rows = first_of(episodes, ["title_id", "episode_id"], [ibis.asc("position")])
    return rows.select(
        *("title_id", "imdb_id", "episode_id", "season", "number", "name", "type"),
        air_date="airdate",
        air_time="airtime",
        aired_at="airstamp",
        runtime_minutes=rows["runtime"].nullif(0),
        tvmaze_rating=rows["rating"]["average"],
    )
