"""The Trusted zone's tables. A TMDB table's `source` is the key of the body it is read from.

The keys that TMDB sends are in https://developer.themoviedb.org/reference/movie-details and its
neighbours; new ones are left alone, missing ones are null.
"""

from harvester.zones.schema import Column, Table

TMDB = "TMDB"
"""The origin whose records become these tables."""

TMDB_ROOT = "Trusted/TMDB/Parquet/"
LOCAL_ROOT = "Trusted/Local/Parquet/"

_NAMED = "array<struct<id: int64, name: string>>"
_COMPANIES = "array<struct<id: int64, name: string, origin_country: string>>"
_COUNTRIES = "array<struct<iso_3166_1: string, name: string>>"
_LANGUAGES = "array<struct<iso_639_1: string, english_name: string, name: string>>"

_ASKED = "the id asked for: `tt0111161`, or TMDB's own as `movie:278`, `tv:1399`"
_NAMED_ID = "the IMDb id asked for, else the one TMDB names; null without one"
_RUN = (
    Column("run", "string", "plan", "the run it is from"),
    Column("synthetic", "boolean", "plan", "whether that run asked a simulator"),
)

ENVELOPE = (
    Column("title_id", "string", "record", _ASKED, required=True),
    Column("imdb_id", "string", "record", _NAMED_ID),
    Column("tmdb_id", "int64", "record", "TMDB's id; null when TMDB knows no such title"),
    Column("language", "string", "record", "the language asked for; null for TMDB's default"),
    Column("fetched_at", "timestamp", "record", "when TMDB answered, UTC"),
    *_RUN,
)
"""What every record's envelope and run give, whatever its body holds."""

OUTSIDE_BODY = ("record", "plan")
"""The sources of the columns that no body gives."""

_SHARED = (
    Column("overview", "string", "overview", "the plot; empty texts are null"),
    Column("tagline", "string", "tagline", "the slogan"),
    Column("homepage", "string", "homepage", "the official site"),
    Column("status", "string", "status", "Released, Ended, Returning Series, …"),
    Column("adult", "boolean", "adult", "whether TMDB marks it as adult"),
    Column("original_language", "string", "original_language", "ISO 639-1 code"),
    Column("popularity", "float64", "popularity", "TMDB's score of the day", low=0),
    Column(
        "vote_average", "float64", "vote_average", "TMDB's rating; 0 without votes", low=0, high=10
    ),
    Column("vote_count", "int64", "vote_count", "TMDB's votes", low=0),
    Column("poster_path", "string", "poster_path", "path of the poster at TMDB's image host"),
    Column("backdrop_path", "string", "backdrop_path", "path of the backdrop"),
    Column("genres", _NAMED, "genres", "TMDB's genres"),
    Column("origin_country", "array<string>", "origin_country", "ISO 3166-1 codes"),
    Column("production_companies", _COMPANIES, "production_companies", "who produced it"),
    Column("production_countries", _COUNTRIES, "production_countries", "where it was produced"),
    Column("spoken_languages", _LANGUAGES, "spoken_languages", "what is spoken in it"),
)

MOVIE_DETAILS = Table(
    "Movies/details",
    "A row a movie and language: the newest details of a date.",
    ("title_id", "language"),
    (
        *ENVELOPE,
        Column("tmdb_imdb_id", "string", "imdb_id", "the IMDb id that TMDB has for it"),
        Column("title", "string", "title", "the title in the language asked for"),
        Column("original_title", "string", "original_title", "the title in its own language"),
        Column("release_date", "date", "release_date", "the first release"),
        Column("runtime", "int64", "runtime", "minutes; 0 is unknown", low=0),
        Column("budget", "int64", "budget", "US dollars; 0 is unknown", low=0),
        Column("revenue", "int64", "revenue", "US dollars; 0 is unknown", low=0),
        Column(
            "belongs_to_collection",
            "struct<id: int64, name: string>",
            "belongs_to_collection",
            "the franchise",
        ),
        Column("video", "boolean", "video", "whether TMDB marks it as a mere video"),
        *_SHARED,
    ),
)

SERIES_DETAILS = Table(
    "Series/details",
    "A row a series and language: the newest details of a date.",
    ("title_id", "language"),
    (
        *ENVELOPE,
        Column("title", "string", "name", "the name in the language asked for"),
        Column("original_title", "string", "original_name", "the name in its own language"),
        Column("first_air_date", "date", "first_air_date", "the first episode's date"),
        Column("last_air_date", "date", "last_air_date", "the newest episode's date"),
        Column(
            "next_episode_to_air",
            "struct<air_date: date, season_number: int64, episode_number: int64>",
            "next_episode_to_air",
            "the next episode, when one is announced",
        ),
        Column("in_production", "boolean", "in_production", "whether more is being made"),
        Column("type", "string", "type", "Scripted, Documentary, Miniseries, …"),
        Column("number_of_seasons", "int64", "number_of_seasons", "seasons", low=0),
        Column("number_of_episodes", "int64", "number_of_episodes", "episodes", low=0),
        Column("episode_run_time", "array<int64>", "episode_run_time", "minutes of an episode"),
        Column("languages", "array<string>", "languages", "ISO 639-1 codes"),
        Column("created_by", _NAMED, "created_by", "its creators"),
        Column("networks", _COMPANIES, "networks", "who first showed it"),
        *_SHARED,
    ),
)

_PERSON = (
    Column("part", "string", "cast, crew", "`cast` or `crew`"),
    Column("position", "int64", "cast, crew", "the place in the body's array, from 0"),
    Column("person_id", "int64", "id", "TMDB's id of the person", required=True),
    Column("credit_id", "string", "credit_id", "TMDB's id of this credit; old ones have none"),
    Column("name", "string", "name", "the person's name"),
    Column("original_name", "string", "original_name", "the name in its own script"),
    Column("gender", "int64", "gender", "0 unknown, 1 female, 2 male, 3 non-binary", low=0, high=3),
    Column("known_for_department", "string", "known_for_department", "what they mostly do"),
    Column("popularity", "float64", "popularity", "TMDB's score of the day", low=0),
    Column("profile_path", "string", "profile_path", "path of the portrait"),
    Column("adult", "boolean", "adult", "whether TMDB marks the person as adult"),
    Column("character", "string", "character", "whom a cast member plays"),
    Column("order", "int64", "order", "the place in the cast's billing, from 0"),
    Column("department", "string", "department", "a crew member's department"),
    Column("job", "string", "job", "a crew member's job"),
)

MOVIE_CREDITS = Table(
    "Movies/credits",
    "A row a movie, person and job, of the newest credits of a date.",
    ("title_id", "language", "part", "position"),
    (*ENVELOPE, *_PERSON),
)
SERIES_CREDITS = Table(
    "Series/credits",
    "A row a series, person and job, of the newest credits of a date.",
    ("title_id", "language", "part", "position"),
    (*ENVELOPE, *_PERSON),
)

_KEYWORD = (
    Column("position", "int64", "keywords, results", "the place in the body's array, from 0"),
    Column("keyword_id", "int64", "id", "TMDB's id of the keyword", required=True),
    Column("keyword", "string", "name", "the keyword, in English"),
)
MOVIE_KEYWORDS = Table(
    "Movies/keywords",
    "A row a movie and keyword, of the newest keywords of a date.",
    ("title_id", "language", "position"),
    (*ENVELOPE, *_KEYWORD),
)
SERIES_KEYWORDS = Table(
    "Series/keywords",
    "A row a series and keyword, of the newest keywords of a date.",
    ("title_id", "language", "position"),
    (*ENVELOPE, *_KEYWORD),
)

FIND = Table(
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
)

OUTCOMES = Table(
    "Outcomes",
    "A row a title asked for, whatever became of it, from the manifests; retries are merged.",
    ("title_id",),
    (
        Column("title_id", "string", "manifest", _ASKED, required=True),
        Column("imdb_id", "string", "manifest", _NAMED_ID),
        Column("kind", "string", "plan", "`movie` or `series`, as its input says"),
        Column("outcome", "string", "manifest", "`harvested`, `unmatched` or `failed`"),
        Column("media_type", "string", "manifest", "`movie` or `tv`"),
        Column("tmdb_id", "int64", "manifest", "TMDB's id"),
        Column("reason", "string", "manifest", "why it is not harvested"),
        Column("run", "string", "manifest", "the run whose outcome stands"),
        Column("synthetic", "boolean", "plan", "whether that run asked a simulator"),
        Column("finished_at", "timestamp", "manifest", "when its unit was done, UTC"),
    ),
)

REJECTS = Table(
    "Rejects",
    "A row a record, or a part of one, whose type does not fit; nothing is dropped silently.",
    (),
    (
        Column("table", "string", "", "the table it was meant for"),
        Column("title_id", "string", "record", "the id asked for"),
        Column("imdb_id", "string", "record", "the IMDb id of its title, if known"),
        Column("language", "string", "record", "the language asked for"),
        Column("level", "string", "", "`record`, or `item`: one person or keyword of it"),
        Column("reason", "string", "", "the key and what is wrong with it"),
        Column("value", "string", "body", "what stands there, the first 200 characters"),
        *_RUN,
    ),
)

_TITLE = (
    Column("imdb_id", "string", "id", "the IMDb id, padded to seven digits", required=True),
    Column("title", "string", "tituloPincipal", "the title; the header's typo is mended"),
    Column("original_title", "string", "tituloOriginal", "the original title"),
    Column("start_year", "int64", "anoLancamento", "year of release", low=1850, high=2150),
)
_RATED = (
    Column("runtime_minutes", "int64", "tempoMinutos", "minutes", low=0),
    Column("genres", "array<string>", "genero", "IMDb's genres"),
    Column("rating", "float64", "notaMedia", "IMDb's rating", low=0, high=10),
    Column("votes", "int64", "numeroVotos", "IMDb's votes", low=0),
)
LOCAL_MOVIES = Table(
    "Movies", "A row a movie of the newest CSVs.", ("imdb_id",), (*_TITLE, *_RATED)
)
LOCAL_SERIES = Table(
    "Series",
    "A row a series of the newest CSVs.",
    ("imdb_id",),
    (
        *_TITLE,
        Column("end_year", "int64", "anoTermino", "year of the end; null while it runs"),
        *_RATED,
    ),
)
LOCAL_CAST = Table(
    "Cast",
    "A row a title and artist of the newest CSVs; two of one name are two.",
    ("imdb_id", "artist", "character", "professions", "known_for"),
    (
        Column("imdb_id", "string", "id", "the IMDb id", required=True),
        Column("kind", "string", "folder", "`movie` or `series`"),
        Column("artist", "string", "nomeArtista", "the artist's name"),
        Column("artist_kind", "string", "generoArtista", "`actor` or `actress`"),
        Column("character", "string", "personagem", "whom they play, as IMDb's list runs together"),
        Column("birth_year", "int64", "anoNascimento", "year of birth"),
        Column("death_year", "int64", "anoFalecimento", "year of death"),
        Column("professions", "array<string>", "profissao", "what they do"),
        Column("known_for", "array<string>", "titulosMaisConhecidos", "IMDb ids"),
    ),
)
LOCAL_REJECTS = Table(
    "Rejects",
    "A row a CSV row whose type does not fit.",
    (),
    (
        Column("file", "string", "", "the CSV's key"),
        Column("row", "int64", "", "its data row, from 1; its line for a row not to be split"),
        Column("imdb_id", "string", "id", "what stands in the id column"),
        Column("reason", "string", "", "the column and what is wrong with it"),
        Column("value", "string", "", "what stands there, the first 200 characters"),
    ),
)

OF_STRUCTURE = {
    table.name: table
    for table in (
        FIND,
        MOVIE_DETAILS,
        MOVIE_CREDITS,
        MOVIE_KEYWORDS,
        SERIES_DETAILS,
        SERIES_CREDITS,
        SERIES_KEYWORDS,
    )
}
"""The table that a folder of `Raw/TMDB/JSON/` becomes."""

TMDB_TABLES = (*OF_STRUCTURE.values(), OUTCOMES, REJECTS)
LOCAL_TABLES = (LOCAL_MOVIES, LOCAL_SERIES, LOCAL_CAST, LOCAL_REJECTS)
