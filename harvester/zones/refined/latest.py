"""What Trusted holds of each title, reduced to the newest of all dates."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine
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
    """The newest of each title.

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
    local = engine.keep("local_titles", _local(trusted))
    details = engine.keep("details", _newest(_details(trusted), _ORDER))
    titles = engine.keep("titles", _titles(local, details, _outcomes(trusted)))
    return Latest(
        local=local,
        details=details,
        credits=engine.keep("credits", _newest_sets(trusted, "credits")),
        keywords=engine.keep("keywords", _newest_sets(trusted, "keywords")),
        titles=titles,
    )


_ORDER = (ibis.desc("dt"), ibis.desc("fetched_at"), ibis.asc("media_type"), ibis.asc("said"))


def _local(trusted: Trusted) -> ir.Table:
    """Return the titles of the CSVs; one in both kinds is a movie, as in a plan."""
    names = [column.name for column in LOCAL_SERIES.columns]
    movies = trusted.movies.mutate(end_year=ibis.null("int64")).select(names)
    series = trusted.series.select(names).anti_join(movies, "imdb_id")
    return movies.mutate(csv_kind=ibis.literal("movie")).union(
        series.mutate(csv_kind=ibis.literal("series"))
    )


def _details(trusted: Trusted) -> ir.Table:
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
    return ibis.union(*both)


def _newest(rows: ir.Table, order: tuple[ir.Value, ...]) -> ir.Table:
    window = ibis.window(group_by="imdb_id", order_by=list(order))
    ranked = rows.mutate(rank_=ibis.row_number().over(window))
    return ranked.filter(ranked["rank_"] == 0).drop("rank_")


def _newest_sets(trusted: Trusted, endpoint: str) -> ir.Table:
    """Return all rows of the newest record of each title: its people, its keywords."""
    rows = ibis.union(
        *(
            trusted.tmdb[f"{folder}/{endpoint}"].mutate(media_type=ibis.literal(media))
            for folder, media in _MEDIA.items()
        )
    )
    rows = rows.mutate(said=rows["language"].fill_null(""))
    key = ["imdb_id", "dt", "fetched_at", "media_type", "said"]
    return rows.semi_join(_newest(rows.select(key).distinct(), _ORDER), key)


def _outcomes(trusted: Trusted) -> ir.Table:
    """Return what became of each title: harvested when it ever was, else the newest outcome."""
    rows = trusted.tmdb["Outcomes"]
    rows = rows.mutate(worse=ibis.ifelse(rows["outcome"] == "harvested", 0, 1))
    newest = _newest(rows, (ibis.asc("worse"), ibis.desc("dt"), ibis.desc("finished_at")))
    return newest.select(
        "imdb_id",
        "outcome",
        "reason",
        outcome_media_type="media_type",
        outcome_tmdb_id="tmdb_id",
        asked_kind="kind",
    )


def _titles(local: ir.Table, details: ir.Table, outcomes: ir.Table) -> ir.Table:
    csv = local.select(
        "imdb_id",
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
    ids = local.select("imdb_id").union(outcomes.select("imdb_id"), distinct=True)
    wide = _with(_with(_with(ids, csv), outcomes), details)
    return wide.mutate(
        in_csv=wide["in_csv_"].fill_null(False),  # noqa: FBT003
        media_type=ibis.coalesce(wide["media_type"], wide["outcome_media_type"]),
        tmdb_id=ibis.coalesce(wide["tmdb_id"], wide["outcome_tmdb_id"]),
    )


def _with(left: ir.Table, right: ir.Table) -> ir.Table:
    """Join a table to ids; both have a row a title."""
    joined = left.left_join(right, "imdb_id")
    return joined.drop("imdb_id_right") if "imdb_id_right" in joined.columns else joined
