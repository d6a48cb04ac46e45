"""`/tv/{id}/content_ratings`: for what age a series is in each country.

https://developer.themoviedb.org/reference/tv-series-content-ratings
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

SERIES_CONTENT_RATINGS = Endpoint(
    Table(
        "Series/content_ratings",
        "A row a series and rating of a country, of the newest ratings of a date.",
        ("title_id", "language", "position"),
        (
            *ENVELOPE,
            Column("position", "int64", "results", "the place in the body's array, from 0"),
            Column("country_code", "string", "iso_3166_1", "ISO 3166-1 code"),
            Column("rating", "string", "rating", "as it is written there: `TV-MA`, `16`"),
            Column("descriptors", "array<string>", "descriptors", "what it warns of"),
        ),
    ),
    arrays=("results",),
)
