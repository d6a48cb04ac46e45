"""What Trusted holds of each title, reduced to the newest of all dates."""

from collections.abc import Container
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine
from harvester.zones.refined.elsewhere import (
    Elsewhere,
    Tables,
    every_outcome,
    newest_elsewhere,
    outcomes_elsewhere,
)
from harvester.zones.refined.gone import gone_titles
from harvester.zones.refined.title_ids import (
    first_of,
    resolved,
    standing,
    title_ids,
    with_,
    with_ids,
)
from harvester.zones.trusted.endpoints.columns import OTHER_ID
from harvester.zones.trusted.endpoints.endpoint import EMPTY_LISTS
from harvester.zones.trusted.endpoints.tmdb.details import MOVIE_DETAILS, SERIES_DETAILS
from harvester.zones.trusted.local_tables import LOCAL_SERIES
from harvester.zones.trusted.records import names_another

ENDPOINTS = ("details", "credits", "keywords")
"""Those of TMDB that are read here and in `credits`, also where the lake has no records of them."""

_DETAILS = (MOVIE_DETAILS.table, SERIES_DETAILS.table)
_MEDIA = {"Movies": "movie", "Series": "tv"}
_ALWAYS = ("title_id", "imdb_id", "fetched_at")
_OF_KEYWORDS = ("keyword_id", "keyword")
"""The columns of keywords that Refined is made from."""
_RENAMED = {"first_air_date": "release_date"}
"""A series' first episode is its release."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """The tables of Trusted by name; those of records carry their date as `dt`, a text.

    Of TMDB's further endpoints (`further`) there are those that the lake has records of; `others`
    has the tables of the other origins that were harvested.
    """

    tmdb: dict[str, ir.Table]
    others: Tables
    movies: ir.Table
    series: ir.Table


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest of each title, by its `title_id`; each table has `imdb_id`, too.

    `ids` has a row an id asked for, `local` a row a title of a CSV, `details` a row a title with
    details, `titles` all that is known of every title, a row each; `keywords` has many. `elsewhere`
    is what other origins than TMDB have.
    """

    ids: ir.Table
    local: ir.Table
    details: ir.Table
    keywords: ir.Table
    titles: ir.Table
    elsewhere: Elsewhere


def newest_titles(engine: Engine, trusted: Trusted) -> Latest:
    """Reduce Trusted; what several tables of Refined need is computed once."""
    asked = engine.keep("outcomes", trusted.tmdb["Outcomes"].rename(asked="title_id"))
    others = outcomes_elsewhere(trusted.others)
    every = asked if others is None else every_outcome(asked, others)
    ids = engine.keep("title_ids", title_ids(every))
    elsewhere = newest_elsewhere(engine, trusted.others, others, ids)
    outcomes = engine.keep("resolved_outcomes", _outcomes(asked, ids))
    gone = engine.keep("gone", gone_titles(outcomes))
    stands = standing(outcomes, "title_id").drop("asked", "dt", "run", "finished_at", "fetched_at")
    local = engine.keep("local_titles", _local(trusted))
    names = {name for table in _DETAILS for name in table.schema()} | {"release_date"}
    both = details_of(trusted, names)
    newest = first_of(resolved(ibis.union(*both), ids), "title_id", ORDER)
    details = engine.keep("details", _named_anew(newest))
    titles = engine.keep("titles", _titles(local, details, stands, gone, elsewhere))
    return Latest(
        ids=ids,
        local=local,
        details=details,
        keywords=engine.keep("keywords", newest_sets(trusted, ids, "keywords", _OF_KEYWORDS)),
        titles=titles,
        elsewhere=elsewhere,
    )


ORDER = [
    ibis.desc("fetched_at"),
    ibis.desc("dt"),
    ibis.asc("media_type"),
    ibis.asc("said"),
    ibis.asc("asked"),
]
"""Of several records of a title the first in this order is the newest.

A run keeps its date when it goes on days later, so its answers may be newer than a later date's.
"""
_RECORD = ["asked", "dt", "fetched_at", "media_type", "said"]
"""What a record is known by."""


def _named_anew(details: ir.Table) -> ir.Table:
    """Compare the IMDb id that details name with the title's: the record may be of `movie:278`."""
    said = details[OTHER_ID.name]
    anew = ibis.ifelse(said.isnull(), said, names_another(details))
    return details.mutate(**{OTHER_ID.name: anew})


def _local(trusted: Trusted) -> ir.Table:
    """Return the titles of the CSVs; one in both kinds is a movie, as in a plan."""
    names = [column.name for column in LOCAL_SERIES.columns]
    movies = trusted.movies.mutate(end_year=ibis.null("int64")).select(names)
    series = trusted.series.select(names).anti_join(movies, "imdb_id")
    both = movies.mutate(csv_kind=ibis.literal("movie")).union(
        series.mutate(csv_kind=ibis.literal("series"))
    )
    return both.mutate(title_id=both["imdb_id"])


def details_of(trusted: Trusted, names: Container[str]) -> list[ir.Table]:
    """Return movies' and series' details of all dates, each under one set of columns.

    They are those of `names`, as far as there are any, and what `resolved` and `ORDER` need.
    """
    columns = {
        _RENAMED.get(column.name, column.name): column
        for table in _DETAILS
        for column in table.columns
    }
    wanted = {name: of for name, of in columns.items() if name in _ALWAYS or name in names}
    both = []
    for table in _DETAILS:
        own = {_RENAMED.get(column.name, column.name): column.name for column in table.columns}
        rows = trusted.tmdb[table.name]
        both.append(
            rows.select(
                "dt",
                media_type=ibis.literal(_MEDIA[table.name.partition("/")[0]]),
                said=rows["language"].fill_null(""),
                **{
                    name: rows[own[name]] if name in own else ibis.null(column.dtype)
                    for name, column in wanted.items()
                },
            )
        )
    return both


def of_media(trusted: Trusted, endpoint: str) -> list[ir.Table]:
    """Return the tables of an endpoint that there are, with what `ORDER` needs."""
    found = {media: trusted.tmdb.get(f"{folder}/{endpoint}") for folder, media in _MEDIA.items()}
    return [
        rows.mutate(media_type=ibis.literal(media), said=rows["language"].fill_null(""))
        for media, rows in found.items()
        if rows is not None
    ]


def newest_sets(
    trusted: Trusted, ids: ir.Table, endpoint: str, names: tuple[str, ...]
) -> ir.Table | None:
    """Return these columns of all rows of the newest record of each title.

    Of a title whose newest record has none there are no rows. None where there is no table of the
    endpoint.
    """
    if not of_media(trusted, endpoint):
        return None
    return sets_of(trusted, endpoint, newest_lists(trusted, ids, endpoint), names)


def newest_lists(trusted: Trusted, ids: ir.Table, endpoint: str) -> ir.Table:
    """Return which record of an endpoint is the newest of each title, be it an empty one."""
    empty = trusted.tmdb[EMPTY_LISTS.name]
    media = {f"{folder}/{endpoint}": media for folder, media in _MEDIA.items()}
    empty = empty.filter(empty["table"].isin(list(media)))
    empty = empty.mutate(
        media_type=empty["table"].cases(*media.items()), said=empty["language"].fill_null("")
    )
    lists = rows_of(trusted, endpoint).select(_RECORD).distinct()
    lists = lists.union(empty.rename(asked="title_id").select(_RECORD))
    return first_of(with_ids(lists, ids), "title_id", ORDER)


def sets_of(trusted: Trusted, endpoint: str, newest: ir.Table, names: tuple[str, ...]) -> ir.Table:
    """Return these columns of all rows of some records, which `newest_lists` found."""
    rows = rows_of(trusted, endpoint).inner_join(newest, _RECORD)
    return rows.select("title_id", "imdb_id", "fetched_at", *names)


def rows_of(trusted: Trusted, endpoint: str) -> ir.Table:
    """Return the rows of an endpoint's tables, of which there is one; `asked` as it was asked."""
    tables = of_media(trusted, endpoint)
    rows = ibis.union(*tables) if len(tables) > 1 else tables[0]
    return rows.drop("imdb_id").rename(asked="title_id")


def _outcomes(outcomes: ir.Table, ids: ir.Table) -> ir.Table:
    """Return all outcomes, with the ids of Refined; what was asked for is `asked`."""
    return with_(
        outcomes.select(
            "asked",
            "dt",
            "run",
            "finished_at",
            "fetched_at",
            "outcome",
            "reason",
            asked_kind="kind",
            outcome_media_type="media_type",
            outcome_tmdb_id="tmdb_id",
        ),
        ids,
        "asked",
    )


def _titles(
    local: ir.Table, details: ir.Table, outcomes: ir.Table, gone: ir.Table, elsewhere: Elsewhere
) -> ir.Table:
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
    if elsewhere.asked is not None:
        ids = ids.union(elsewhere.asked.select("title_id", "imdb_id"), distinct=True)
    wide = ids
    for more in (csv, outcomes.drop("imdb_id"), gone, details.drop("imdb_id")):
        wide = with_(wide, more, "title_id")
    return elsewhere.added_to(wide).mutate(
        in_csv=wide["in_csv_"].fill_null(False),  # noqa: FBT003
        media_type=ibis.coalesce(wide["media_type"], wide["outcome_media_type"]),
        tmdb_id=ibis.coalesce(wide["tmdb_id"], wide["outcome_tmdb_id"]),
    )
