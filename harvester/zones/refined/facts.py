"""What can be counted of a title, out of its details. An unknown is null, where TMDB writes 0."""

import ibis
import ibis.expr.types as ir

SOURCES = (
    "release_date",
    "popularity",
    "vote_average",
    "vote_count",
    "budget",
    "revenue",
    "runtime",
    "episode_run_time",
    "number_of_seasons",
    "number_of_episodes",
)
"""The columns of details that `facts` reads."""

FACTS = (
    "release_date",
    "popularity",
    "tmdb_rating",
    "tmdb_votes",
    "budget",
    "revenue",
    "runtime_minutes",
    "seasons",
    "episodes",
)
"""The columns that `facts` returns."""


def facts(details: ir.Table) -> dict[str, ir.Value]:
    """Return the columns of `fact_title` that TMDB's details give."""
    times = details["episode_run_time"]
    episode = ibis.ifelse(times.length() > 0, times[0], ibis.null("int64"))
    rated = details["vote_count"] > 0
    return {
        "release_date": details["release_date"],
        "popularity": details["popularity"],
        "tmdb_rating": ibis.ifelse(rated, details["vote_average"], ibis.null("float64")),
        "tmdb_votes": details["vote_count"],
        "budget": details["budget"].nullif(0),
        "revenue": details["revenue"].nullif(0),
        "runtime_minutes": ibis.coalesce(details["runtime"].nullif(0), episode.nullif(0)),
        "seasons": details["number_of_seasons"],
        "episodes": details["number_of_episodes"],
    }
