"""`/movie/{id}/external_ids` and `/tv/{id}/external_ids`: what other sites call a title.

https://developer.themoviedb.org/reference/movie-external-ids
https://developer.themoviedb.org/reference/tv-series-external-ids
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

_SHARED = (
    Column("tmdb_imdb_id", "string", "imdb_id", "the IMDb id that TMDB has for it"),
    Column("wikidata_id", "string", "wikidata_id", "Wikidata's, as `Q190050`"),
    Column("facebook_id", "string", "facebook_id", "the name of its page at Facebook"),
    Column("instagram_id", "string", "instagram_id", "the name of its account at Instagram"),
    Column("twitter_id", "string", "twitter_id", "the name of its account at X"),
)

MOVIE_EXTERNAL_IDS = Endpoint(
    Table(
        "Movies/external_ids",
        "A row a movie: the newest external ids of a date.",
        ("title_id", "language"),
        (*ENVELOPE, *_SHARED),
    ),
)
SERIES_EXTERNAL_IDS = Endpoint(
    Table(
        "Series/external_ids",
        "A row a series: the newest external ids of a date.",
        ("title_id", "language"),
        (
            *ENVELOPE,
            *_SHARED,
            Column("tvdb_id", "int64", "tvdb_id", "TheTVDB's"),
            Column("tvrage_id", "int64", "tvrage_id", "TVRage's, which closed in 2015"),
            Column("freebase_mid", "string", "freebase_mid", "Freebase's, which closed in 2016"),
            Column("freebase_id", "string", "freebase_id", "Freebase's, by its name"),
        ),
    ),
)
