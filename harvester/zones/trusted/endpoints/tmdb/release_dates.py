"""`/movie/{id}/release_dates`: when a movie came out in each country, and for what age.

https://developer.themoviedb.org/reference/movie-release-dates
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

_RELEASES = (
    "array<struct<certification: string, descriptors: array<string>, iso_639_1: string, "
    "note: string, release_date: timestamp, type: int64>>"
)

MOVIE_RELEASE_DATES = Endpoint(
    Table(
        "Movies/release_dates",
        "A row a movie and country, of the newest release dates of a date.",
        ("title_id", "language", "position"),
        (
            *ENVELOPE,
            Column("position", "int64", "results", "the place in the body's array, from 0"),
            Column("country_code", "string", "iso_3166_1", "ISO 3166-1 code"),
            Column(
                "release_dates",
                _RELEASES,
                "release_dates",
                "its releases there; `type` is 1 premiere, 2 theatrical (limited), 3 theatrical, "
                "4 digital, 5 physical, 6 TV",
            ),
        ),
    ),
    arrays=("results",),
)
