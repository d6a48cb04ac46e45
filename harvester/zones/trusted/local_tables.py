"""The Trusted zone's tables of the CSVs; those of records are in `endpoints`.

A column's `source` is the name that the CSV's column has in the course's files.
"""

from harvester.zones.schema import Column, Table

ROOT = "Trusted/Local/Parquet/"

_TITLE = (
    Column("imdb_id", "string", "id", "the IMDb id, padded to seven digits", required=True),
    Column("title", "string", "tituloPincipal", "the title; the header's typo is fixed"),
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
    "Movies", "A row a movie of the CSVs that are read.", ("imdb_id",), (*_TITLE, *_RATED)
)
LOCAL_SERIES = Table(
    "Series",
    "A row a series of the CSVs that are read.",
    ("imdb_id",),
    (
        *_TITLE,
        Column("end_year", "int64", "anoTermino", "year of the end; null while it runs"),
        *_RATED,
    ),
)
LOCAL_CAST = Table(
    "Cast",
    "A row a title and artist, of the newest CSV that has any; two of one name are two.",
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

TABLES = (LOCAL_MOVIES, LOCAL_SERIES, LOCAL_CAST, LOCAL_REJECTS)
