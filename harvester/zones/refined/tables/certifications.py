"""For what age titles are, by country."""

from harvester.zones.refined.tables.columns import OF_TITLE
from harvester.zones.schema import Column, Table

FACT_CERTIFICATION = Table(
    "fact_certification",
    "A row a title, country and certification; some titles have several in a country.",
    ("title_id", "country_code", "certification"),
    (
        *OF_TITLE,
        Column(
            "country_code",
            "string",
            "release dates, content ratings",
            "the country",
            required=True,
            references="dim_country",
        ),
        Column(
            "certification",
            "string",
            "release dates, content ratings",
            "as it is written there: `PG-13`, `TV-MA`, `16`",
            required=True,
        ),
        Column(
            "released_on",
            "date",
            "release dates",
            "of a movie: its first release with that certification there",
        ),
    ),
)
