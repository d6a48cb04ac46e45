"""`/movie/{id}` and `/tv/{id}`: what a title is.

https://developer.themoviedb.org/reference/movie-details
https://developer.themoviedb.org/reference/tv-series-details
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.columns import OTHER_ID
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

_NAMED = "array<struct<id: int64, name: string>>"
_COMPANIES = "array<struct<id: int64, name: string, origin_country: string>>"
_COUNTRIES = "array<struct<iso_3166_1: string, name: string>>"
_LANGUAGES = "array<struct<iso_639_1: string, english_name: string, name: string>>"

_SHARED = (
    Column("overview", "string", "overview", "the plot; empty texts are null"),
    Column("tagline", "string", "tagline", "the slogan"),
    Column("homepage", "string", "homepage", "the official site"),
    Column("status", "string", "status", "Released, Ended, Returning Series, …"),
    Column("adult", "boolean", "adult", "whether TMDB marks it as adult"),
    Column("original_language", "string", "original_language", "ISO 639-1 code"),
    Column("popularity", "float64", "popularity", "TMDB's score of the day", low=0),
    Column(
        "vote_average", "float64", "vote_average", "TMDB's rating; 0 without votes", low=0, high=10
    ),
    Column("vote_count", "int64", "vote_count", "TMDB's votes", low=0),
    Column("poster_path", "string", "poster_path", "path of the poster at TMDB's image host"),
    Column("backdrop_path", "string", "backdrop_path", "path of the backdrop"),
    Column("genres", _NAMED, "genres", "TMDB's genres"),
    Column("origin_country", "array<string>", "origin_country", "ISO 3166-1 codes"),
    Column("production_companies", _COMPANIES, "production_companies", "who produced it"),
    Column("production_countries", _COUNTRIES, "production_countries", "where it was produced"),
    Column("spoken_languages", _LANGUAGES, "spoken_languages", "what is spoken in it"),
)

MOVIE_DETAILS = Endpoint(
    Table(
        "Movies/details",
        "A row a movie and language: the newest details of a date.",
        ("title_id", "language"),
        (
            *ENVELOPE,
            Column("tmdb_imdb_id", "string", "imdb_id", "the IMDb id that TMDB has for it"),
            OTHER_ID,
            Column("title", "string", "title", "the title in the language asked for"),
            Column("original_title", "string", "original_title", "the title in its own language"),
            Column("release_date", "date", "release_date", "the first release"),
            Column("runtime", "int64", "runtime", "minutes; 0 is unknown", low=0),
            Column("budget", "int64", "budget", "US dollars; 0 is unknown", low=0),
            Column("revenue", "int64", "revenue", "US dollars; 0 is unknown", low=0),
            Column(
                "belongs_to_collection",
                "struct<id: int64, name: string>",
                "belongs_to_collection",
                "the franchise",
            ),
            Column("video", "boolean", "video", "whether TMDB marks it as a mere video"),
            *_SHARED,
        ),
    ),
)

SERIES_DETAILS = Endpoint(
    Table(
        "Series/details",
        "A row a series and language: the newest details of a date.",
        ("title_id", "language"),
        (
            *ENVELOPE,
            Column("title", "string", "name", "the name in the language asked for"),
            Column("original_title", "string", "original_name", "the name in its own language"),
            Column("first_air_date", "date", "first_air_date", "the first episode's date"),
            Column("last_air_date", "date", "last_air_date", "the newest episode's date"),
            Column(
                "next_episode_to_air",
                "struct<air_date: date, season_number: int64, episode_number: int64>",
                "next_episode_to_air",
                "the next episode, when one is announced",
            ),
            Column("in_production", "boolean", "in_production", "whether more is being made"),
            Column("type", "string", "type", "Scripted, Documentary, Miniseries, …"),
            Column("number_of_seasons", "int64", "number_of_seasons", "seasons", low=0),
            Column("number_of_episodes", "int64", "number_of_episodes", "episodes", low=0),
            Column("episode_run_time", "array<int64>", "episode_run_time", "minutes of an episode"),
            Column("languages", "array<string>", "languages", "ISO 639-1 codes"),
            Column("created_by", _NAMED, "created_by", "its creators"),
            Column("networks", _COMPANIES, "networks", "who first showed it"),
            *_SHARED,
        ),
    ),
)
