"""Where titles can be seen."""

from harvester.zones.refined.tables.columns import OF_TITLE
from harvester.zones.schema import Column, Table

DIM_PROVIDER = Table(
    "dim_provider",
    "A row a provider of films and series: a service, a shop.",
    ("provider_id",),
    (
        Column("provider_id", "int64", "watch providers", "TMDB's id", required=True),
        Column("provider", "string", "watch providers", "its name"),
        Column("logo_path", "string", "watch providers", "path of its logo"),
    ),
)

BRIDGE_PROVIDER = Table(
    "bridge_title_provider",
    "A row a title, country, way and provider: where it can be seen. The data is JustWatch's.",
    ("title_id", "country_code", "way", "provider_id"),
    (
        *OF_TITLE,
        Column(
            "country_code",
            "string",
            "watch providers",
            "the country",
            required=True,
            references="dim_country",
        ),
        Column(
            "way",
            "string",
            "watch providers",
            "`flatrate` (a subscription), `free`, `ads`, `rent` or `buy`",
            required=True,
        ),
        Column("provider_id", "int64", "", "", required=True, references="dim_provider"),
        Column("display_priority", "int64", "watch providers", "TMDB's order, from the lowest"),
        Column("link", "string", "watch providers", "TMDB's page, which leads to the provider"),
    ),
)
