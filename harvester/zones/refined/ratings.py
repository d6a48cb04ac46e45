"""What each title is rated, a row a source: all on a scale of 0 to 100, whoever rates."""

from typing import Any

import ibis
import ibis.expr.types as ir

_DIGITS = 6
"""A rating of 8.3 is 83, not 83.00000000000001."""


def ratings(titles: ir.Table, tmdb_rating: ir.Value) -> ir.Table:
    """Return the rows of `fact_rating` that titles give; `tmdb_rating` is null without votes."""
    found = [
        _one("IMDb", _tenfold(titles["rating"]), titles["votes"], "CSV"),
        _one("TMDB", _tenfold(tmdb_rating), titles["vote_count"], "TMDB"),
    ]
    if "omdb_rating" in titles.columns:
        not_in_csv = titles["rating"].isnull()
        imdb = ibis.ifelse(not_in_csv, titles["omdb_rating"], ibis.null("float64"))
        found += [
            _one("IMDb", _tenfold(imdb), titles["omdb_votes"], "OMDb"),
            _one("Rotten Tomatoes", titles["rotten_tomatoes"], ibis.null("int64"), "OMDb"),
            _one("Metacritic", titles["metacritic"], ibis.null("int64"), "OMDb"),
        ]
    if "tvmaze_rating" in titles.columns:
        rating = _tenfold(titles["tvmaze_rating"])
        found.append(_one("TVmaze", rating, ibis.null("int64"), "TVmaze"))
    rows: Any = titles.select("title_id", "imdb_id", one=ibis.array(found).unnest())
    rows = rows.filter(rows["one"]["value"].notnull())
    names = ("source", "value", "votes", "given_by")
    return rows.select("title_id", "imdb_id", **{name: rows["one"][name] for name in names})


def _one(source: str, value: ir.Value, votes: ir.Value, given_by: str) -> ir.Value:
    words = {"source": ibis.literal(source), "given_by": ibis.literal(given_by)}
    return ibis.struct({**words, "value": value, "votes": votes})


def _tenfold(rating: Any) -> Any:
    return (rating * 10).round(_DIGITS)
