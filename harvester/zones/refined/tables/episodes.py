"""The episodes of series."""

from harvester.zones.refined.tables.columns import OF_TITLE
from harvester.zones.schema import Column, Table

FACT_EPISODE = Table(
    "fact_episode",
    "A row a series and episode, of TVmaze's newest list; specials, too.",
    ("title_id", "episode_id"),
    (
        *OF_TITLE,
        Column("episode_id", "int64", "TVmaze", "TVmaze's id", required=True),
        Column("season", "int64", "TVmaze", "the season, or the year where that counts"),
        Column("number", "int64", "TVmaze", "its place in the season; null for a special"),
        Column("name", "string", "TVmaze", "its name"),
        Column("type", "string", "TVmaze", "regular, significant_special, …"),
        Column(
            "air_date",
            "date",
            "TVmaze",
            "the day it airs, at the network's place",
            references="dim_date",
        ),
        Column("air_time", "string", "TVmaze", "by the network's clock: `21:00`"),
        Column("aired_at", "timestamp", "TVmaze", "when it airs, UTC"),
        Column("runtime_minutes", "int64", "TVmaze", "minutes", low=1),
        Column("tvmaze_rating", "float64", "TVmaze", "TVmaze's rating", low=0, high=10),
    ),
)
