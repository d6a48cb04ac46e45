"""What OMDb and TVmaze hold of each title, reduced to the newest of all dates.

A lake without runs of an origin has no tables of it: its columns are null then, and no query is
made for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine
from harvester.zones.refined.title_ids import (
    OUTCOME_MOMENTS,
    first_of,
    resolved,
    standing,
    with_,
)
from harvester.zones.trusted.endpoints.endpoint import EMPTY_LISTS
from harvester.zones.trusted.endpoints.omdb import OMDB
from harvester.zones.trusted.endpoints.omdb.title import TITLE
from harvester.zones.trusted.endpoints.tvmaze import TVMAZE
from harvester.zones.trusted.endpoints.tvmaze.episodes import EPISODES
from harvester.zones.trusted.endpoints.tvmaze.show import SHOW

Tables = Mapping[str, Mapping[str, ir.Table]]
"""The tables of Trusted by their origin and name, with their date as `dt`; what is not harvested
is not in it."""

COLUMNS = {
    "award_wins": "int64",
    "award_nominations": "int64",
    "oscars_won": "int64",
    "box_office": "int64",
    "network": "string",
    "network_country": "string",
    "time_zone": "string",
    "air_days": "string",
    "air_time": "string",
}
"""The columns of Refined that other origins give a title, and their types."""

_ORDER = [ibis.desc("fetched_at"), ibis.desc("dt"), ibis.asc("asked")]
"""Of several records of a title the first in this order is the newest."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A row a title each, by `title_id`; None where the lake has no run that would give it.

    `asked` has every title asked for, with `imdb_id` and `elsewhere_kind`. `episodes` has many rows
    a title.
    """

    asked: ir.Table | None
    omdb: ir.Table | None
    tvmaze: ir.Table | None
    episodes: ir.Table | None

    def added_to(self, titles: ir.Table) -> ir.Table:
        """Return titles with the columns of the origins that the lake has."""
        asked = None if self.asked is None else self.asked.drop("imdb_id")
        for found in (asked, self.omdb, self.tvmaze):
            if found is not None:
                titles = with_(titles, found, "title_id")
        return titles


def value_of(titles: ir.Table, name: str) -> ir.Value:
    """Return a column of `COLUMNS`, or a null where the lake has no run that would give it."""
    return titles[name] if name in titles.columns else ibis.null(COLUMNS[name])


def values_of(titles: ir.Table, *names: str) -> list[ir.Value]:
    """Return those of some columns that the lake has."""
    return [titles[name] for name in names if name in titles.columns]


def outcomes_elsewhere(others: Tables) -> ir.Table | None:
    """Return the outcomes of all origins but TMDB, as `title_ids` reads them."""
    parts = [
        tables["Outcomes"].select(
            *("dt", *OUTCOME_MOMENTS, "outcome", "media_type", "imdb_id", "kind"),
            asked="title_id",
            tmdb_id=ibis.null("int64"),
        )
        for tables in others.values()
    ]
    return ibis.union(*parts) if parts else None


def every_outcome(tmdb: ir.Table, elsewhere: ir.Table) -> ir.Table:
    """Return TMDB's outcomes, and those of ids that were asked for elsewhere alone."""
    names = ["asked", "dt", *OUTCOME_MOMENTS, "outcome", "media_type", "imdb_id", "tmdb_id"]
    return tmdb.select(names).union(elsewhere.anti_join(tmdb, "asked").select(names))


def newest_elsewhere(
    engine: Engine, others: Tables, outcomes: ir.Table | None, ids: ir.Table
) -> Elsewhere:
    """Reduce what other origins have; `outcomes` are theirs, `ids` those of `title_ids`."""
    omdb, tvmaze = others.get(OMDB.origin), others.get(TVMAZE.origin)
    shows = None if tvmaze is None else _shows(_newest(tvmaze[SHOW.table.name], ids))
    return Elsewhere(
        asked=None if outcomes is None else engine.keep("asked_elsewhere", _asked(outcomes, ids)),
        omdb=None if omdb is None else _titles(_newest(omdb[TITLE.table.name], ids)),
        tvmaze=None if shows is None else engine.keep("shows", shows),
        episodes=None if tvmaze is None else _episodes(tvmaze, ids),
    )


def _asked(outcomes: ir.Table, ids: ir.Table) -> ir.Table:
    stands = standing(with_(outcomes.drop("imdb_id"), ids, "asked"), "title_id")
    media = stands["media_type"]
    kind = ibis.cases((media == "movie", "movie"), (media == "tv", "series"), else_=stands["kind"])
    return stands.select("title_id", "imdb_id", elsewhere_kind=kind)


def _newest(rows: ir.Table, ids: ir.Table) -> ir.Table:
    return first_of(resolved(rows, ids), "title_id", _ORDER)


def _titles(newest: ir.Table) -> ir.Table:
    return newest.select(
        "title_id",
        omdb_title="title",
        omdb_year="year",
        omdb_end_year="end_year",
        omdb_rating="imdb_rating",
        omdb_votes="imdb_votes",
        rotten_tomatoes=_rated(newest, "Rotten Tomatoes"),
        metacritic=ibis.coalesce(newest["metascore"].cast("float64"), _rated(newest, "Metacritic")),
        award_wins="award_wins",
        award_nominations="award_nominations",
        oscars_won="oscars_won",
        box_office=newest["box_office"].nullif(0),
    )


def _rated(titles: ir.Table, source: str) -> ir.Value:
    """Return the value of the first rating of a source."""
    ratings: Any = titles["ratings"]
    found = ratings.filter(lambda one: one["source"] == source)
    return ibis.ifelse(found.length() > 0, found[0]["value"], ibis.null("float64"))


def _shows(newest: ir.Table) -> ir.Table:
    channel = ibis.coalesce(newest["network"], newest["web_channel"])
    country, schedule = channel["country"], newest["schedule"]
    days: Any = schedule["days"]
    return newest.select(
        "title_id",
        tvmaze_title="name",
        tvmaze_year=newest["premiered"].year().cast("int64"),
        tvmaze_rating=newest["rating"]["average"],
        network=channel["name"],
        network_country=country["code"],
        network_country_name=country["name"],
        time_zone=country["timezone"],
        air_days=days.join(", ").nullif(""),
        air_time=schedule["time"],
    )


def _episodes(tables: Mapping[str, ir.Table], ids: ir.Table) -> ir.Table:
    """Return the episodes of the newest list of each title, which may be empty."""
    name = EPISODES.table.name
    rows, empty = resolved(tables[name], ids), tables[EMPTY_LISTS.name]
    empty = resolved(empty.filter(empty["table"] == name), ids)
    key = ["title_id", "asked", "dt", "fetched_at"]
    lists = rows.select(key).distinct().union(empty.select(key))
    return rows.semi_join(first_of(lists, "title_id", _ORDER), key)
