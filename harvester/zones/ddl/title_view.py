"""The view `title`: a row a title, with what can be counted of it, and its lists as arrays.

Its SQL is read alike by DuckDB, PostgreSQL and Trino (Athena).
"""

from typing import NamedTuple

from harvester.zones.ddl.billed import FIRST_BILLED
from harvester.zones.refined import tables as star
from harvester.zones.schema import Column, Table


class _Listed(NamedTuple):
    """A column that holds a list, and where it is from; `b` is a table with `title_id`."""

    name: str
    description: str
    item: str
    order: str
    source: str


_LISTED = (
    _Listed("genres", "IMDb's and TMDB's", "b.genre", "b.genre", "bridge_title_genre b"),
    _Listed(
        "countries",
        "where it is from: the country's English name, else its code",
        "coalesce(x.country, b.country_code)",
        "coalesce(x.country, b.country_code)",
        "bridge_title_country b JOIN dim_country x ON x.country_code = b.country_code "
        "WHERE b.is_origin",
    ),
    _Listed(
        "spoken_languages",
        "spoken in it: the language's English name, else its code",
        "coalesce(x.language, b.language_code)",
        "coalesce(x.language, b.language_code)",
        "bridge_title_language b JOIN dim_language x ON x.language_code = b.language_code",
    ),
    _Listed(
        "companies",
        "production companies",
        "x.company",
        "x.company, b.company_id",
        "bridge_title_company b JOIN dim_company x ON x.company_id = b.company_id "
        "WHERE x.company IS NOT NULL",
    ),
    _Listed(
        "keywords",
        "keywords, in English",
        "x.keyword",
        "x.keyword, b.keyword_id",
        "bridge_title_keyword b JOIN dim_keyword x ON x.keyword_id = b.keyword_id "
        "WHERE x.keyword IS NOT NULL",
    ),
    _Listed(
        "directors",
        "directors of a movie, by name; of a series mostly none is known",
        "x.name",
        "x.name, b.person_id",
        "(SELECT DISTINCT title_id, person_id FROM fact_cast WHERE job = 'Director') b "
        "JOIN dim_person x ON x.person_id = b.person_id WHERE x.name IS NOT NULL",
    ),
    _Listed(
        "actors",
        "the first ten billed, in that order",
        "x.name",
        "b.place",
        f"({FIRST_BILLED}) b "
        "JOIN dim_person x ON x.person_id = b.person_id WHERE x.name IS NOT NULL",
    ),
)
_POSTER = Column(
    "poster_url", "string", "", "address of the poster at TMDB's image host, 500 pixels wide"
)
_POSTERS = "https://image.tmdb.org/t/p/w500"
"""As https://developer.themoviedb.org/docs/image-basics has it; a path follows."""
_COUNTED = tuple(
    column
    for column in star.FACT_TITLE.columns
    if column.name not in {of.name for of in star.DIM_TITLE.columns}
)

TITLE = Table(
    "title",
    "A view of the star: a row a title with what it is, what can be counted of it, and its lists. "
    "A list without items is null.",
    ("title_id",),
    (
        *star.DIM_TITLE.columns,
        _POSTER,
        *_COUNTED,
        *(Column(one.name, "array<string>", "", one.description) for one in _LISTED),
    ),
)

READ_BY_TITLE = (
    star.DIM_TITLE,
    star.FACT_TITLE,
    star.FACT_CAST,
    star.DIM_PERSON,
    star.BRIDGE_GENRE,
    star.BRIDGE_COUNTRY,
    star.DIM_COUNTRY,
    star.BRIDGE_LANGUAGE,
    star.DIM_LANGUAGE,
    star.BRIDGE_COMPANY,
    star.DIM_COMPANY,
    star.BRIDGE_KEYWORD,
    star.DIM_KEYWORD,
)
"""The tables that the view reads."""


def title_query() -> str:
    """Return the SELECT of the view, over tables named as Refined's are. Pure."""
    names = [f"t.{column.name}" for column in star.DIM_TITLE.columns]
    names.append(f"'{_POSTERS}' || t.poster_path AS {_POSTER.name}")
    names += [f"f.{column.name}" for column in _COUNTED]
    names += [f"{one.name}_of.{one.name}" for one in _LISTED]
    joined = [
        f"LEFT JOIN (\n"  # noqa: S608 - all of it is ours
        f"    SELECT b.title_id, array_agg({one.item} ORDER BY {one.order}) AS {one.name}\n"
        f"    FROM {one.source}\n"
        f"    GROUP BY b.title_id\n"
        f") {one.name}_of ON {one.name}_of.title_id = t.title_id"
        for one in _LISTED
    ]
    return "\n".join(
        [
            "SELECT",
            ",\n".join(f"    {name}" for name in names),
            "FROM dim_title t",
            "LEFT JOIN fact_title f ON f.title_id = t.title_id",
            *joined,
        ]
    )
