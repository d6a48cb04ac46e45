"""Which columns hold what a condition asks for."""

import pytest

from harvester.inputs.columns import column_names, places, title_column, votes_column
from harvester.lake.conditions import FIELDS, Condition, Field


@pytest.mark.parametrize(
    ("header", "field", "columns"),
    [
        ("id|tituloPincipal|tituloOriginal", "title", (1, 2)),
        ("id|tituloOriginal|tituloPrincipal", "title", (2, 1)),
        ("tconst|primaryTitle|originalTitle", "title", (1, 2)),
        ("imdb_id|Title", "title", (1,)),
        ("imdb_id|Original Title", "title", (1,)),
        ("id|anoLancamento|anoTermino|anoNascimento", "year", (1,)),
        ("tconst|titleType|startYear|endYear", "year", (2,)),
        ("Const|Year|Release Date", "year", (1,)),
        ("id|genero|generoArtista", "genre", (1,)),
        ("id|Gênero", "genre", (1,)),
        ("Const|Genres", "genre", (1,)),
        ("id|genres|genero", "genre", (2,)),
        ("id|generoArtista|nomeArtista", "person", (2,)),
        ("id|title|primary_name", "person", (2,)),
        ("id|name|actor", "person", (2,)),
        ("id|Name", "person", (1,)),
        ("id|personagem", "character", (1,)),
        ("tconst|nconst|characters", "character", (2,)),
        ("id|generoArtista", "genre", ()),
        ("id|title", "person", ()),
    ],
)
def test_columns_by_their_usual_names(header: str, field: Field, columns: tuple[int, ...]) -> None:
    """Portuguese and English names, in any case and spelling; the best where there are several."""
    assert places(header.split("|"), [Condition(field, "x")]) == {field: columns}


def test_only_what_is_asked_is_looked_for() -> None:
    """A condition twice on a field asks for its columns once; no condition asks for none."""
    header = ["id", "title", "year"]
    assert places(header, [Condition("year", "1"), Condition("year", "2")]) == {"year": (2,)}
    assert places(header, []) == {}


@pytest.mark.parametrize("field", FIELDS)
def test_a_message_names_a_column_in_portuguese_and_english(field: Field) -> None:
    """A column of either name that a message shows is found."""
    for name in column_names(field).split(" or "):
        assert places(["id", name], [Condition(field, "x")]) == {field: (1,)}


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("id|notaMedia|numeroVotos|votes", 2),
        ("tconst|averageRating|numVotes", 2),
        ("Const|Your Rating|Num Votes", 2),
        ("imdb_id|votes", 1),
        ("id|notaMedia", None),
        ("", None),
    ],
)
def test_the_column_of_votes(header: str, column: int | None) -> None:
    """By the names of the course's files, of IMDb's datasets and exports, the best first."""
    assert votes_column(header.split("|")) == column


def test_the_column_of_names() -> None:
    """The main title before the original one; a list of ids has none."""
    assert title_column(["id", "tituloOriginal", "tituloPincipal"]) == 2
    assert title_column(["Const", "Original Title"]) == 1
    assert title_column(["id"]) is None
