"""`/movie/{id}/keywords` and `/tv/{id}/keywords`; a series' are under `results`.

https://developer.themoviedb.org/reference/movie-keywords
https://developer.themoviedb.org/reference/tv-series-keywords
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

_KEYWORD = (
    Column("position", "int64", "keywords, results", "the place in the body's array, from 0"),
    Column("keyword_id", "int64", "id", "TMDB's id of the keyword", required=True),
    Column("keyword", "string", "name", "the keyword, in English"),
)

MOVIE_KEYWORDS = Endpoint(
    Table(
        "Movies/keywords",
        "A row a movie and keyword, of the newest keywords of a date.",
        ("title_id", "language", "position"),
        (*ENVELOPE, *_KEYWORD),
    ),
    arrays=("keywords", "results"),
)
SERIES_KEYWORDS = Endpoint(
    Table(
        "Series/keywords",
        "A row a series and keyword, of the newest keywords of a date.",
        ("title_id", "language", "position"),
        (*ENVELOPE, *_KEYWORD),
    ),
    arrays=("keywords", "results"),
)
