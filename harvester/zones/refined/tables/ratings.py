"""What titles are rated, by whom."""

from harvester.zones.refined.tables.columns import OF_TITLE
from harvester.zones.schema import Column, Table

FACT_RATING = Table(
    "fact_rating",
    "A row a title and source that rates it, all on one scale.",
    ("title_id", "source"),
    (
        *OF_TITLE,
        Column(
            "source",
            "string",
            "",
            "`IMDb`, `TMDB`, `Rotten Tomatoes`, `Metacritic` or `TVmaze`",
            required=True,
        ),
        Column(
            "value",
            "float64",
            "CSV, details, OMDb, TVmaze",
            "0 to 100: of a rating up to 10 ten times as much",
            required=True,
            low=0,
            high=100,
        ),
        Column("votes", "int64", "CSV, details, OMDb", "how many voted; null: not said", low=0),
        Column(
            "given_by",
            "string",
            "",
            "`CSV`, or the origin that it is from: IMDb's is the CSV's, else OMDb's",
            required=True,
        ),
    ),
)
