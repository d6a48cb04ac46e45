"""`/movie/{id}/credits` and `/tv/{id}/credits`: who plays in a title, and who made it.

https://developer.themoviedb.org/reference/movie-credits
https://developer.themoviedb.org/reference/tv-series-credits
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

PLACE = (
    Column("part", "string", "cast, crew", "`cast` or `crew`"),
    Column("position", "int64", "cast, crew", "the place in the body's array, from 0"),
    Column("person_id", "int64", "id", "TMDB's id of the person", required=True),
)
WHO = (
    Column("name", "string", "name", "the person's name"),
    Column("original_name", "string", "original_name", "the name in its own script"),
    Column("gender", "int64", "gender", "0 unknown, 1 female, 2 male, 3 non-binary", low=0, high=3),
    Column("known_for_department", "string", "known_for_department", "what they mostly do"),
    Column("popularity", "float64", "popularity", "TMDB's score of the day", low=0),
    Column("profile_path", "string", "profile_path", "path of the portrait"),
    Column("adult", "boolean", "adult", "whether TMDB marks the person as adult"),
)
_CREDIT = (
    *PLACE,
    Column("credit_id", "string", "credit_id", "TMDB's id of this credit; old ones have none"),
    *WHO,
    Column("character", "string", "character", "whom a cast member plays"),
    Column("order", "int64", "order", "the place in the cast's billing, from 0"),
    Column("department", "string", "department", "a crew member's department"),
    Column("job", "string", "job", "a crew member's job"),
)

MOVIE_CREDITS = Endpoint(
    Table(
        "Movies/credits",
        "A row a movie, person and job, of the newest credits of a date.",
        ("title_id", "language", "part", "position"),
        (*ENVELOPE, *_CREDIT),
    ),
    arrays=("cast", "crew"),
)
SERIES_CREDITS = Endpoint(
    Table(
        "Series/credits",
        "A row a series, person and job, of the newest credits of a date.",
        ("title_id", "language", "part", "position"),
        (*ENVELOPE, *_CREDIT),
    ),
    arrays=("cast", "crew"),
)
