"""`/find/{imdb_id}`: which titles of TMDB an IMDb id is.

https://developer.themoviedb.org/reference/find-by-id
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

FIND = Endpoint(
    Table(
        "Find",
        "A row a title asked for and language: what `/find` answered, unmatched titles too.",
        ("title_id", "language"),
        (
            *ENVELOPE,
            Column("media_type", "string", "record", "`movie` or `tv`; null when unmatched"),
            *(
                Column(
                    name,
                    "array<struct<id: int64>>",
                    name,
                    f"TMDB's ids among its {description}, in order",
                )
                for name, description in (
                    ("movie_results", "movies"),
                    ("tv_results", "series"),
                    ("tv_episode_results", "episodes"),
                    ("tv_season_results", "seasons"),
                    ("person_results", "people"),
                )
            ),
        ),
    ),
)
