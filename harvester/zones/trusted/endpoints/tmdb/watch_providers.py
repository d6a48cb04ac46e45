"""`/movie/{id}/watch/providers` and `/tv/{id}/watch/providers`: where a title can be seen.

The data is JustWatch's, which who shows it must say.
https://developer.themoviedb.org/reference/movie-watch-providers
https://developer.themoviedb.org/reference/tv-series-watch-providers
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

_PROVIDERS = (
    "array<struct<provider_id: int64, provider_name: string, logo_path: string, "
    "display_priority: int64>>"
)

WAYS = {
    "flatrate": "who has it in a subscription",
    "free": "who shows it for nothing",
    "ads": "who shows it with advertisements",
    "rent": "who lends it",
    "buy": "who sells it",
}
"""The ways in which TMDB sorts providers: columns of these names."""

_COUNTRY = (
    Column("country_code", "string", "key", "ISO 3166-1 code"),
    Column("link", "string", "value.link", "TMDB's page, which leads to the providers"),
    *(Column(way, _PROVIDERS, f"value.{way}", what) for way, what in WAYS.items()),
)

MOVIE_WATCH_PROVIDERS = Endpoint(
    Table(
        "Movies/watch_providers",
        "A row a movie and country, of the newest providers of a date; the data is JustWatch's.",
        ("title_id", "language", "country_code"),
        (*ENVELOPE, *_COUNTRY),
    ),
    arrays=("results",),
    keyed=True,
)
SERIES_WATCH_PROVIDERS = Endpoint(
    Table(
        "Series/watch_providers",
        "A row a series and country, of the newest providers of a date; the data is JustWatch's.",
        ("title_id", "language", "country_code"),
        (*ENVELOPE, *_COUNTRY),
    ),
    arrays=("results",),
    keyed=True,
)
