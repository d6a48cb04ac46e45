"""What titles have in common: genres, keywords, countries, companies, languages, dates."""

from harvester.zones.refined.tables.columns import OF_TITLE
from harvester.zones.schema import Column, Table

DIM_GENRE = Table(
    "dim_genre",
    "A row a genre, by its name: IMDb's have no ids.",
    ("genre",),
    (
        Column("genre", "string", "details, CSV", "its name", required=True),
        Column("tmdb_genre_id", "int64", "details", "TMDB's id; null when only IMDb has it"),
    ),
)

BRIDGE_GENRE = Table(
    "bridge_title_genre",
    "A row a title and genre.",
    ("title_id", "genre"),
    (
        *OF_TITLE,
        Column("genre", "string", "", "the genre", required=True, references="dim_genre"),
        Column("in_imdb", "boolean", "CSV", "whether IMDb says so"),
        Column("in_tmdb", "boolean", "details", "whether TMDB says so"),
    ),
)

DIM_KEYWORD = Table(
    "dim_keyword",
    "A row a keyword.",
    ("keyword_id",),
    (
        Column("keyword_id", "int64", "keywords", "TMDB's id", required=True),
        Column("keyword", "string", "keywords", "in English"),
    ),
)

BRIDGE_KEYWORD = Table(
    "bridge_title_keyword",
    "A row a title and keyword.",
    ("title_id", "keyword_id"),
    (
        *OF_TITLE,
        Column("keyword_id", "int64", "", "", required=True, references="dim_keyword"),
    ),
)

DIM_COUNTRY = Table(
    "dim_country",
    "A row a country: of a title, company or network, or where a title is offered or certified.",
    ("country_code",),
    (
        Column(
            "country_code",
            "string",
            "details, TVmaze, watch providers, release dates, content ratings",
            "ISO 3166-1 code",
            required=True,
        ),
        Column("country", "string", "details, TVmaze", "its English name, where one is told"),
    ),
)

BRIDGE_COUNTRY = Table(
    "bridge_title_country",
    "A row a title and country.",
    ("title_id", "country_code"),
    (
        *OF_TITLE,
        Column("country_code", "string", "", "", required=True, references="dim_country"),
        Column("is_origin", "boolean", "details", "whether it comes from there"),
        Column("is_production", "boolean", "details", "whether it was produced there"),
    ),
)

DIM_COMPANY = Table(
    "dim_company",
    "A row a production company.",
    ("company_id",),
    (
        Column("company_id", "int64", "details", "TMDB's id", required=True),
        Column("company", "string", "details", "its name"),
        Column("country_code", "string", "details", "where it is from", references="dim_country"),
    ),
)

BRIDGE_COMPANY = Table(
    "bridge_title_company",
    "A row a title and production company.",
    ("title_id", "company_id"),
    (
        *OF_TITLE,
        Column("company_id", "int64", "", "", required=True, references="dim_company"),
    ),
)

DIM_LANGUAGE = Table(
    "dim_language",
    "A row a language, original or spoken.",
    ("language_code",),
    (
        Column("language_code", "string", "details", "ISO 639-1 code", required=True),
        Column("language", "string", "details", "its English name"),
    ),
)

BRIDGE_LANGUAGE = Table(
    "bridge_title_language",
    "A row a title and language spoken in it.",
    ("title_id", "language_code"),
    (
        *OF_TITLE,
        Column("language_code", "string", "", "", required=True, references="dim_language"),
    ),
)

DIM_DATE = Table(
    "dim_date",
    "A row a date of release, or of an episode.",
    ("date",),
    (
        Column("date", "date", "details, TVmaze", "the date", required=True),
        Column("year", "int64", "", "its year"),
        Column("decade", "int64", "", "1990 for 1990 to 1999"),
        Column("quarter", "int64", "", "", low=1, high=4),
        Column("month", "int64", "", "", low=1, high=12),
        Column("day", "int64", "", "", low=1, high=31),
        Column("weekday", "int64", "", "Monday is 1", low=1, high=7),
    ),
)
