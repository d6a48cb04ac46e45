"""What other sites call titles."""

from harvester.zones.refined.tables.columns import OF_TITLE
from harvester.zones.schema import Column, Table

FACT_EXTERNAL_ID = Table(
    "fact_external_id",
    "A row a title and site: its id there, as TMDB knows it. IMDb's is `dim_title.imdb_id`.",
    ("title_id", "site"),
    (
        *OF_TITLE,
        Column(
            "site",
            "string",
            "external ids",
            "`Wikidata`, `Facebook`, `Instagram`, `X`; of series `TheTVDB`, `TVRage`, `Freebase`",
            required=True,
        ),
        Column("external_id", "string", "external ids", "its id or name there", required=True),
    ),
)
