"""What Trusted holds of each title, reduced to the newest of all dates."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine
from harvester.zones.refined.title_ids import first_of, standing, title_ids, with_
from harvester.zones.trusted.tables import LOCAL_SERIES, MOVIE_DETAILS, SERIES_DETAILS

_MEDIA = {"Movies": "movie", "Series": "tv"}
_RENAMED = {"first_air_date": "release_date"}
"""A series' first episode is its release."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """The tables of Trusted by name; TMDB's carry their date as `dt`, a text."""

    tmdb: dict[str, ir.Table]
    movies: ir.Table
    series: ir.Table


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest of each title, by its `title_id`; each table has `imdb_id`, too.

    `local` has a row a title of a CSV, `details` a row a title with details, `titles` all that is
    known of every title, a row each; `credits` and `keywords` have many.
    """

    local: ir.Table
    details: ir.Table
    credits: ir.Table
    keywords: ir.Table
    titles: ir.Table


def newest_titles(engine: Engine, trusted: Trusted) -> Latest:
    """Reduce Trusted; what several tables of Refined need is computed once."""
    ids = engine.keep("title_ids", title_ids(trusted.tmdb["Outcomes"].rename(asked="title_id")))
    local = engine.keep("local_titles", _local(trusted))
    details = engine.keep("details", first_of(_details(trusted, ids), "title_id", _ORDER))
    titles = engine.keep("titles", _titles(local, details, _outcomes(trusted, ids)))
    return Latest(
        local=local,
        details=details,
        credits=engine.keep("credits", _newest_sets(trusted, ids, "credits")),
        keywords=engine.keep("keywords", _newest_sets(trusted, ids, "keywords")),
        titles=titles,
    )


_ORDER = [
    ibis.desc("dt"),
    ibis.desc("fetched_at"),
    ibis.asc("media_type"),
    ibis.asc("said"),
    ibis.asc("asked"),
]


def _resolved(rows: ir.Table, ids: ir.Table) -> ir.Table:
    """Give rows of Trusted the ids of Refined; what was recorded is `asked`."""
    asked = rows.drop("imdb_id").rename(asked="title_id")
    joined = with_(asked, ids.drop("same_as"), "asked")
    return joined.mutate(title_id=ibis.coalesce(joined["title_id"], joined["asked"]))


def _local(trusted: Trusted) -> ir.Table:
    """Return the titles of the CSVs; one in both kinds is a movie, as in a plan."""
    names = [column.name for column in LOCAL_SERIES.columns]
    movies = trusted.movies.mutate(end_year=ibis.null("int64")).select(names)
    series = trusted.series.select(names).anti_join(movies, "imdb_id")
    both = movies.mutate(csv_kind=ibis.literal("movie")).union(
        series.mutate(csv_kind=ibis.literal("series"))
    )
    return both.mutate(title_id=both["imdb_id"])


def _details(trusted: Trusted, ids: ir.Table) -> ir.Table:
    """Return movies' and series' details under one set of columns."""
    columns = {
        _RENAMED.get(column.name, column.name): column
        for table in (MOVIE_DETAILS, SERIES_DETAILS)
        for column in table.columns
    }
    both = []
    for table in (MOVIE_DETAILS, SERIES_DETAILS):
        own = {_RENAMED.get(column.name, column.name): column.name for column in table.columns}
        rows = trusted.tmdb[table.name]
        both.append(
            rows.select(
                "dt",
                media_type=ibis.literal(_MEDIA[table.name.partition("/")[0]]),
                said=rows["language"].fill_null(""),
                **{
                    name: rows[own[name]] if name in own else ibis.null(column.dtype)
                    for name, column in columns.items()
                },
            )
        )
    return _resolved(ibis.union(*both), ids)


def _newest_sets(trusted: Trusted, ids: ir.Table, endpoint: str) -> ir.Table:
    """Return all rows of the newest record of each title: its people, its keywords."""
    rows = ibis.union(
        *(
            trusted.tmdb[f"{folder}/{endpoint}"].mutate(media_type=ibis.literal(media))
            for folder, media in _MEDIA.items()
        )
    )
    rows = _resolved(rows.mutate(said=rows["language"].fill_null("")), ids)
    key = ["title_id", "asked", "dt", "fetched_at", "media_type", "said"]
    newest = first_of(rows.select(key).distinct(), "title_id", _ORDER)
    return rows.semi_join(newest, key)


def _outcomes(trusted: Trusted, ids: ir.Table) -> ir.Table:
    """Return what became of each title, however it was asked for."""
    rows = trusted.tmdb["Outcomes"].select(
        "dt",
        "finished_at",
        "outcome",
        "reason",
        asked="title_id",
        asked_kind="kind",
        outcome_media_type="media_type",
        outcome_tmdb_id="tmdb_id",
    )
    return standing(with_(rows, ids, "asked"), "title_id").drop("asked", "dt", "finished_at")


def _titles(local: ir.Table, details: ir.Table, outcomes: ir.Table) -> ir.Table:
    csv = local.select(
        "title_id",
        "csv_kind",
        "start_year",
        "end_year",
        "runtime_minutes",
        "rating",
        "votes",
        csv_title="title",
        csv_original_title="original_title",
        in_csv_=ibis.literal(True),  # noqa: FBT003
    )
    ids = local.select("title_id", "imdb_id").union(
        outcomes.select("title_id", "imdb_id"), distinct=True
    )
    wide = ids
    for more in (csv, outcomes.drop("imdb_id"), details.drop("imdb_id")):
        wide = with_(wide, more, "title_id")
    return wide.mutate(
        in_csv=wide["in_csv_"].fill_null(False),  # noqa: FBT003
        media_type=ibis.coalesce(wide["media_type"], wide["outcome_media_type"]),
        tmdb_id=ibis.coalesce(wide["tmdb_id"], wide["outcome_tmdb_id"]),
    )
