"""The Refined zone's tables: a star schema keyed on `title_id`, with natural keys only."""

from harvester.zones.schema import Column, Table

ROOT = "Refined/Parquet/"

_OF_TITLE = (
    Column("title_id", "string", "", "the title", required=True, references="dim_title"),
    Column("imdb_id", "string", "", "its IMDb id; null without one"),
)

FACT_TITLE = Table(
    "fact_title",
    "A row a title: what can be counted of it.",
    ("title_id",),
    (
        *_OF_TITLE,
        Column(
            "release_date",
            "date",
            "details",
            "first release, or first episode",
            references="dim_date",
        ),
        Column("imdb_rating", "float64", "CSV", "IMDb's rating", low=0, high=10),
        Column("imdb_votes", "int64", "CSV", "IMDb's votes", low=0),
        Column("tmdb_rating", "float64", "details", "null without votes", low=0, high=10),
        Column("tmdb_votes", "int64", "details", "TMDB's votes", low=0),
        Column("popularity", "float64", "details", "TMDB's score of the day", low=0),
        Column("budget", "int64", "details", "US dollars; null is unknown, never 0", low=1),
        Column("revenue", "int64", "details", "US dollars; null is unknown, never 0", low=1),
        Column(
            "runtime_minutes",
            "int64",
            "details, CSV",
            "TMDB's, else the CSV's; of a series, an episode's",
            low=1,
        ),
        Column("seasons", "int64", "details", "of a series", low=0),
        Column("episodes", "int64", "details", "of a series", low=0),
    ),
)
FACT_CAST = Table(
    "fact_cast",
    "A row a title, person and role: cast and crew of TMDB.",
    ("title_id", "person_id", "role", "job", "character"),
    (
        *_OF_TITLE,
        Column(
            "person_id", "int64", "credits", "TMDB's id", required=True, references="dim_person"
        ),
        Column("role", "string", "credits", "`cast` or `crew`"),
        Column("department", "string", "credits", "`Acting` for the cast"),
        Column("job", "string", "credits", "`Actor` for the cast, whatever the gender"),
        Column("character", "string", "credits", "whom a cast member plays"),
        Column("billing", "int64", "credits", "place in the cast, from 0; null for crew"),
        Column("credit_id", "string", "credits", "TMDB's id of this credit; old ones have none"),
    ),
)
DIM_TITLE = Table(
    "dim_title",
    "A row a title asked for, in whatever way, or in a CSV: what it is.",
    ("title_id",),
    (
        Column(
            "title_id",
            "string",
            "",
            "the IMDb id asked for, else the newest that TMDB named, else TMDB's as `movie:278`",
            required=True,
        ),
        Column("imdb_id", "string", "", "the IMDb id; null without one"),
        Column(
            "same_as",
            "string",
            "manifest",
            "another title asked for by IMDb id that is the same one at TMDB; the least of them",
            references="dim_title",
        ),
        Column("kind", "string", "", "`movie` or `series`: TMDB's word, else the CSV's"),
        Column("in_csv", "boolean", "CSV", "whether a CSV of the lake has it"),
        Column(
            "outcome", "string", "manifest", "`harvested`, `unmatched`, `failed`; null: not asked"
        ),
        Column("reason", "string", "manifest", "why it is not harvested"),
        Column("tmdb_id", "int64", "manifest", "TMDB's id"),
        Column("title", "string", "details, CSV", "TMDB's title, else the CSV's"),
        Column("original_title", "string", "details, CSV", "in its own language"),
        Column("year", "int64", "details, CSV", "of release or of the first episode"),
        Column("end_year", "int64", "CSV", "of a series' end"),
        Column(
            "release_date",
            "date",
            "details",
            "first release, or first episode",
            references="dim_date",
        ),
        Column("last_air_date", "date", "details", "of a series' newest episode"),
        Column("next_air_date", "date", "details", "of a series' next episode"),
        Column("status", "string", "details", "Released, Ended, Returning Series, …"),
        Column("in_production", "boolean", "details", "of a series: whether more is made"),
        Column("series_type", "string", "details", "Scripted, Documentary, …"),
        Column(
            "original_language",
            "string",
            "details",
            "ISO 639-1 code",
            references="dim_language",
        ),
        Column("collection_id", "int64", "details", "a movie's franchise"),
        Column("collection", "string", "details", "its name"),
        Column("overview", "string", "details", "the plot"),
        Column("tagline", "string", "details", "the slogan"),
        Column("homepage", "string", "details", "the official site"),
        Column("poster_path", "string", "details", "path of the poster"),
        Column("fetched_at", "timestamp", "details", "when TMDB answered, UTC"),
    ),
)
DIM_PERSON = Table(
    "dim_person",
    "A row a person in any credits, as the newest of them has it.",
    ("person_id",),
    (
        Column("person_id", "int64", "credits", "TMDB's id", required=True),
        Column("name", "string", "credits", "the name"),
        Column("gender", "string", "credits", "`female`, `male`, `non-binary`; null: unknown"),
        Column("known_for_department", "string", "credits", "what they mostly do"),
        Column("popularity", "float64", "credits", "TMDB's score of the day", low=0),
        Column("profile_path", "string", "credits", "path of the portrait"),
    ),
)
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
        *_OF_TITLE,
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
        *_OF_TITLE,
        Column("keyword_id", "int64", "", "", required=True, references="dim_keyword"),
    ),
)
DIM_COUNTRY = Table(
    "dim_country",
    "A row a country of origin or production, or of a company.",
    ("country_code",),
    (
        Column("country_code", "string", "details", "ISO 3166-1 code", required=True),
        Column("country", "string", "details", "its English name, where a title's details tell it"),
    ),
)
BRIDGE_COUNTRY = Table(
    "bridge_title_country",
    "A row a title and country.",
    ("title_id", "country_code"),
    (
        *_OF_TITLE,
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
        *_OF_TITLE,
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
        *_OF_TITLE,
        Column("language_code", "string", "", "", required=True, references="dim_language"),
    ),
)
DIM_DATE = Table(
    "dim_date",
    "A row a date of release.",
    ("date",),
    (
        Column("date", "date", "details", "the date", required=True),
        Column("year", "int64", "", "its year"),
        Column("decade", "int64", "", "1990 for 1990 to 1999"),
        Column("quarter", "int64", "", "", low=1, high=4),
        Column("month", "int64", "", "", low=1, high=12),
        Column("day", "int64", "", "", low=1, high=31),
        Column("weekday", "int64", "", "Monday is 1", low=1, high=7),
    ),
)

TABLES = (
    DIM_DATE,
    DIM_LANGUAGE,
    DIM_COUNTRY,
    DIM_COMPANY,
    DIM_KEYWORD,
    DIM_GENRE,
    DIM_PERSON,
    DIM_TITLE,
    FACT_TITLE,
    FACT_CAST,
    BRIDGE_GENRE,
    BRIDGE_KEYWORD,
    BRIDGE_COUNTRY,
    BRIDGE_COMPANY,
    BRIDGE_LANGUAGE,
)
"""All of them, each after those it references."""
