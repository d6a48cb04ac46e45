"""`/movie/{id}/videos` and `/tv/{id}/videos`: trailers and clips.

https://developer.themoviedb.org/reference/movie-videos
https://developer.themoviedb.org/reference/tv-series-videos
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

_VIDEO = (
    Column("position", "int64", "results", "the place in the body's array, from 0"),
    Column("video_id", "string", "id", "TMDB's id of the video"),
    Column("name", "string", "name", "what it is called"),
    Column("site", "string", "site", "YouTube, Vimeo"),
    Column("key", "string", "key", "its id at that site"),
    Column("type", "string", "type", "Trailer, Teaser, Clip, …"),
    Column("official", "boolean", "official", "whether it is the makers'"),
    Column("size", "int64", "size", "lines of its picture: 1080", low=0),
    Column("published_at", "timestamp", "published_at", "when it was published, UTC"),
    Column("video_language", "string", "iso_639_1", "what is spoken in it, as ISO 639-1 code"),
    Column("country_code", "string", "iso_3166_1", "ISO 3166-1 code"),
)

MOVIE_VIDEOS = Endpoint(
    Table(
        "Movies/videos",
        "A row a movie and video, of the newest videos of a date.",
        ("title_id", "language", "position"),
        (*ENVELOPE, *_VIDEO),
    ),
    arrays=("results",),
)
SERIES_VIDEOS = Endpoint(
    Table(
        "Series/videos",
        "A row a series and video, of the newest videos of a date.",
        ("title_id", "language", "position"),
        (*ENVELOPE, *_VIDEO),
    ),
    arrays=("results",),
)
