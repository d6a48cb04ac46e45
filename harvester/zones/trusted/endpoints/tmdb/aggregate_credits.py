"""`/tv/{id}/aggregate_credits`: who plays in a series and who made it, over all its episodes.

https://developer.themoviedb.org/reference/tv-series-aggregate-credits
"""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.credits import PLACE, WHO
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE

_ROLES = "array<struct<credit_id: string, character: string, episode_count: int64>>"
_JOBS = "array<struct<credit_id: string, job: string, episode_count: int64>>"

SERIES_AGGREGATE_CREDITS = Endpoint(
    Table(
        "Series/aggregate_credits",
        "A row a series and person, and a crew member's department, of the newest of a date.",
        ("title_id", "language", "part", "position"),
        (
            *ENVELOPE,
            *PLACE,
            *WHO,
            Column("roles", _ROLES, "roles", "whom a cast member plays, in how many episodes"),
            Column("order", "int64", "order", "the place in the cast's billing, from 0"),
            Column("department", "string", "department", "a crew member's department"),
            Column("jobs", _JOBS, "jobs", "a crew member's jobs, in how many episodes"),
            Column(
                "total_episode_count",
                "int64",
                "total_episode_count",
                "episodes, whatever the role or job",
                low=0,
            ),
        ),
    ),
    arrays=("cast", "crew"),
)
