"""`/movie/{id}/alternative_titles` and `/tv/{id}/alternative_titles`: other titles of a title.

A movie's are under `titles`, a series' under `results`.
https://developer.themoviedb.org/reference/movie-alternative-titles
https://developer.themoviedb.org/reference/tv-series-alternative-titles
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

_TITLE = (
    Column("position", "int64", "titles, results", "the place in the body's array, from 0"),
    Column("country_code", "string", "iso_3166_1", "ISO 3166-1 code"),
    Column("title", "string", "title", "what it is called there, too"),
    Column("type", "string", "type", "what kind of title that is: `working title`, `DVD title`"),
)

MOVIE_ALTERNATIVE_TITLES = Endpoint(
    Table(
        "Movies/alternative_titles",
        "A row a movie and other title of it, of the newest of a date.",
        ("title_id", "language", "position"),
        (*ENVELOPE, *_TITLE),
    ),
    arrays=("titles", "results"),
)
SERIES_ALTERNATIVE_TITLES = Endpoint(
    Table(
        "Series/alternative_titles",
        "A row a series and other title of it, of the newest of a date.",
        ("title_id", "language", "position"),
        (*ENVELOPE, *_TITLE),
    ),
    arrays=("titles", "results"),
)
