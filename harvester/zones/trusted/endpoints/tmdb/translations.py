"""`/movie/{id}/translations` and `/tv/{id}/translations`: a title's texts in other languages.

https://developer.themoviedb.org/reference/movie-translations
https://developer.themoviedb.org/reference/tv-series-translations
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

_TRANSLATION = (
    Column("position", "int64", "translations", "the place in the body's array, from 0"),
    Column("language_code", "string", "iso_639_1", "ISO 639-1 code"),
    Column("country_code", "string", "iso_3166_1", "ISO 3166-1 code"),
    Column("language_name", "string", "name", "the language's name in itself"),
    Column("language_english_name", "string", "english_name", "its name in English"),
)
_TEXTS = (
    Column("overview", "string", "data.overview", "the plot; what isn't translated is null"),
    Column("tagline", "string", "data.tagline", "the slogan"),
    Column("homepage", "string", "data.homepage", "the official site"),
)

MOVIE_TRANSLATIONS = Endpoint(
    Table(
        "Movies/translations",
        "A row a movie and translation, of the newest translations of a date.",
        ("title_id", "language", "position"),
        (
            *ENVELOPE,
            *_TRANSLATION,
            Column("title", "string", "data.title", "the title"),
            *_TEXTS,
            Column("runtime", "int64", "data.runtime", "minutes; 0 is unknown", low=0),
        ),
    ),
    arrays=("translations",),
)
SERIES_TRANSLATIONS = Endpoint(
    Table(
        "Series/translations",
        "A row a series and translation, of the newest translations of a date.",
        ("title_id", "language", "position"),
        (*ENVELOPE, *_TRANSLATION, Column("title", "string", "data.name", "the name"), *_TEXTS),
    ),
    arrays=("translations",),
)
