"""Conditions on rows: every format by the same rules, an oracle and DuckDB agree."""

import csv
import io
import random

import duckdb
import pytest
from csvs import MOVIES
from hypothesis import given
from hypothesis import strategies as st
from reading import read, read_cut

from harvester.errors import InputError
from harvester.inputs.where import value_test
from harvester.lake.conditions import Condition, Field, condition, folded

COLUMNS = ("tituloPincipal", "tituloOriginal", "anoLancamento", "genero", "personagem")
HEADER = ["id", *COLUMNS, "nomeArtista"]
ROWS = [
    ["tt1", "Heat", "Fuego", "1995", "Crime,Drama", "Neil McCauley", "Robert De Niro"],
    ["tt1", "Heat", "Fuego", "1995", "Crime,Drama", "Vincent HannaLt. Hanna", "Al Pacino"],
    ["tt2", "Amélie", "Le fabuleux destin", "2001", "Comedy", "Amélie Poulain", "Audrey Tautou"],
    ["tt3", "Fuego", "\\N", "2003", "Drama", "\\N", "Al Pacino"],
    ["tt3", "Fuego", "\\N", "\\N", "\\N", "N", "Ål Pâcino"],
    ["nm4", "Heat", "Heat", "1995", "Drama", "X", "Al Pacino"],
    ["tt5", "Heat", "Heat", "19950", "Sci-Fi", "LRyûzaki", "Al"],
]
ASKED: list[tuple[str, list[int]]] = [
    ("title=heat", [1, 5]),
    ("title=FUEGO", [1, 3]),
    ("title=amelie", [2]),
    ("title=Hea", []),
    ("year=1995", [1]),
    ("year=1996..2003", [2, 3]),
    ("genre=drama", [1, 3]),
    ("genre=Crime,Drama", []),
    ("genre=Sci", []),
    ("person=al pacino", [1, 3]),
    ("person=ÁL PACINO", [1, 3]),
    ("person=Pacino", []),
    ("character=hanna", [1]),
    ("character=Lt Hanna", []),
    ("character=Vincent", [1]),
    ("character=vincent hannalt", [1]),
    ("character=Poulain", [2]),
    ("character=ryuzaki", []),
    ("character=lryuzaki", [5]),
    ("character=N", [3]),
    ("person=Al Pacino&year=1995", [1]),
    ("person=Al Pacino&character=Neil", []),
    ("person=Al Pacino&person=Al", [1, 3, 5]),
    ("year=2001&year=2003&genre=Drama&genre=Comedy", [2, 3]),
]


def asked(text: str) -> list[Condition]:
    """Return the conditions of a text with `&` between them."""
    return [condition(part) for part in text.split("&")]


def written(rows: list[list[str]], delimiter: str, *, quoted: bool = False) -> str:
    """Return rows as a CSV; the raw format quotes nothing."""
    if delimiter == "|":
        return "".join(f"{'|'.join(row)}\n" for row in rows)
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize(("text", "numbers"), ASKED)
@pytest.mark.parametrize(
    ("delimiter", "quoted"), [("|", False), (",", False), (";", True), ("\t", True)]
)
def test_a_title_is_taken_by_one_row(
    text: str, numbers: list[int], delimiter: str, quoted: bool
) -> None:
    """All fields hold on one row of it, a field given twice means either; all formats alike."""
    facts, found = read(written([HEADER, *ROWS], delimiter, quoted=quoted), where=asked(text))
    assert found == numbers
    assert (facts.rows, facts.rejected, facts.distinct) == (7, 1, len(numbers))


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
@pytest.mark.parametrize("delimiter", ["|", ","])
@pytest.mark.parametrize("step", [1, -1])
def test_english_names_and_another_order(chunk: int, delimiter: str, step: int) -> None:
    """The same with IMDb's names, and where the id is the last column, whatever the chunks."""
    names = ["tconst", "primaryTitle", "originalTitle", "startYear", "genres", "characters"]
    rows = [row[::step] for row in ([*names, "primaryName"], *ROWS)]
    data = written(rows, delimiter)
    for text, numbers in ASKED:
        assert read(data, where=asked(text), chunk=chunk)[1] == numbers


def test_rows_that_do_not_fit_hold_nothing() -> None:
    """A row that was cut, even behind the column, is not looked at; one with more columns is."""
    cut = "id|anoLancamento|nomeArtista|z\ntt1|1|Al\ntt2|1|Al|x\ntt2|1|Al\ntt3|1|Bo|x\ntt3|1|Al\n"
    assert read(cut, where=asked("person=Al"))[1] == [2]
    assert read(f"{cut}tt3|1|Al|x|y\ntt4\n", where=asked("person=Al"))[1] == [2, 3]


def test_a_value_may_have_what_files_have_around_it() -> None:
    """CR at the end of a line, spaces, a year that pandas made a float, the first of two years."""
    data = "id|ano|artista\r\ntt1|1999.0|Al \r\ntt2| 1999\u20132003|  AL\r\ntt3|x1999|al\r\n"
    assert read(data, where=asked("year=1999"))[1] == [1, 2]
    assert read(data, where=asked("person=Al"))[1] == [1, 2, 3]


@pytest.mark.parametrize("field", ["title", "person", "year", "character", "genre"])
@pytest.mark.parametrize("data", ["id|x\ntt1|a\n", "id,x\ntt1,a\n", "tt1\ntt2\n", "id\ntt1\n"])
def test_a_file_needs_the_column(field: Field, data: str) -> None:
    """A CSV, or list, without it is named with what it has, and what to leave out."""
    with pytest.raises(InputError) as caught:
        read(data, where=asked(f"{field}=1999"))
    message = str(caught.value)
    assert message.startswith("lista.csv has no column ")
    assert f"--where {field}=" in message
    assert "(it has: " in message


@given(
    st.text(st.sampled_from("aAbBéÉ ñßﬁ\u0301\u00a0½K-_,")),
    st.lists(st.text(st.sampled_from("aAbBeE nsﬁ½K-_"), min_size=1, max_size=4), max_size=3),
)
def test_values_are_compared_as_they_fold(value: str, wanted: list[str]) -> None:
    """The tests of bytes, with their short cuts, say what comparing folded texts says."""
    wanted = [text for text in wanted if folded(text)]
    for field in ("title", "person"):
        expected = folded(value) in map(folded, wanted)
        assert value_test(field, wanted)(value.encode()) == expected
    elements = [folded(part) for part in value.split(",")]
    expected = any(folded(text) in elements for text in wanted)
    assert value_test("genre", wanted)(value.encode()) == expected


@given(st.binary(max_size=20))
def test_any_bytes_have_an_answer(value: bytes) -> None:
    """What is no UTF-8 is no error."""
    for text in ("title=a", "year=1999", "genre=a", "character=a b", "person=\ufffd"):
        one = condition(text)
        value_test(one.field, [one.value])(value)


_TEXT = st.text(st.characters(exclude_characters="|\n\r", exclude_categories=["Cs"]), max_size=5)


@given(
    st.lists(st.tuples(st.integers(1, 5), _TEXT, st.integers(1, 3)), min_size=1, max_size=9),
    _TEXT.filter(lambda text: folded(text) and folded(text) != "\\n"),
    st.lists(st.integers(0, 200), max_size=6),
)
def test_chunks_are_invisible(
    rows: list[tuple[int, str, int]], wanted: str, cuts: list[int]
) -> None:
    """However a file is cut, the titles are those of a split for every row."""
    lines = [
        "id|nomeArtista|x",
        *(f"tt{n:07d}|{name}|x" for n, name, of in rows for _ in range(of)),
    ]
    data = "\n".join(lines).encode()
    expected = [n for n, name, _ in rows if folded(name) == folded(wanted)]
    result = read_cut(data, cuts, [Condition("person", wanted)])
    assert not isinstance(result, str)
    assert result[1] == list(dict.fromkeys(expected))


# What follows asks DuckDB the same.

_NAMES = ("Ana", "ANA", "Ána", "José", "jose", "Zoë Bell", "zoe bell", "Al", "Ål Pâcino", "O'Neil")
_TITLES = ("Heat", "HEAT", "Été", "ete", "Il était", '"Quoted', "Dr. No", "2001", "\\N")
_ROLES = ("The Witch", "HeksenThe Witch", "witch", "Dr. No", "dr no", "N", "\\N", "Noé", "L.A. Noe")
_GENRES = ("Drama", "Sci-Fi", "Comedy,Drama", "Action,Adventure,Sci-Fi", "\\N")
_PREDICATES, _SEED = 200, 15


def _random_rows(chance: random.Random) -> list[list[str]]:
    """Return rows of the course's columns; titles have several in a row, some come again."""
    rows = []
    for number in [*range(1, 400), *range(390, 410)]:
        title, original = chance.choice(_TITLES), chance.choice(_TITLES)
        year = chance.choice((*map(str, range(1990, 2010)), "\\N"))
        for _ in range(chance.randint(1, 5)):
            cast = [chance.choice(_ROLES), chance.choice(_NAMES)]
            head = [f"tt{number:07d}", title, original, year, "90", chance.choice(_GENRES)]
            rows.append([*head, "7.1", "9", "actor", *cast, "\\N", "\\N", "actor", "tt1"])
    return rows


def _random_where(chance: random.Random) -> list[Condition]:
    """Return conditions on one to three fields; most have an answer, some have none."""
    start = chance.randint(1988, 2012)
    values = {
        "title": (*_TITLES[:-1], "Hea"),
        "year": (str(start), f"{start}..{start + chance.randint(0, 9)}"),
        "genre": ("drama", "SCI-FI", "Adventure", "Sci", "Western"),
        "person": (*_NAMES, "Pacino"),
        "character": ("witch", "The Witch", "Heksen", "dr no", "NOE", "no", "n", "a noe"),
    }
    fields = chance.sample(sorted(values), chance.randint(1, 3))
    texts = [f"{f}={v}" for f in fields for v in chance.choices(values[f], k=chance.randint(1, 2))]
    return [condition(text) for text in texts]


def _sql(one: Condition) -> str:
    """Return a condition as DuckDB says it; its folding knows the accents that are used here."""
    value = one.value.replace("'", "''")
    same = f"= strip_accents(lower('{value}'))"
    match one.field:
        case "title":
            return " OR ".join(f"strip_accents(lower({column})) {same}" for column in COLUMNS[:2])
        case "year":
            first, _, last = one.value.partition("..")
            return f"TRY_CAST(anoLancamento AS INTEGER) BETWEEN {first} AND {last or first}"
        case "genre":
            return f"list_contains(string_split(lower(genero), ','), lower('{value}'))"
        case "person":
            return f"strip_accents(lower(nomeArtista)) {same}"
        case "character":
            some = "[^a-z0-9_]+".join(one.value.lower().split())
            pattern = f"(^|[^a-z0-9_]){some}([^a-z0-9_]|$)"
            return f"regexp_matches(strip_accents(lower(personagem)), '{pattern}')"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, duckdb.DuckDBPyConnection]:
    """Return a raw CSV's text, and a connection with its rows in a table."""
    rows = _random_rows(random.Random(_SEED))
    data = "".join(f"{'|'.join(row)}\n" for row in (MOVIES.split("|"), *rows))
    path = tmp_path_factory.mktemp("where") / "movies.csv"
    path.write_text(data, encoding="utf-8")
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE movies AS SELECT * FROM read_csv(?, delim = '|', quote = '', escape = '', "
        "header = true, all_varchar = true, nullstr = '\\N')",
        [str(path)],
    )
    return data, connection


@pytest.mark.parametrize("delimiter", ["|", pytest.param(",", marks=pytest.mark.slow)])
def test_duckdb_gives_the_same_titles(
    made: tuple[str, duckdb.DuckDBPyConnection], delimiter: str
) -> None:
    """Of 200 random predicates each has DuckDB's answer, from the raw file and a re-export."""
    data, connection = made
    if delimiter == ",":
        data = written([line.split("|") for line in data.splitlines()], delimiter)
    chance = random.Random(_SEED)
    sizes = []
    for _ in range(_PREDICATES):
        where = _random_where(chance)
        fields = {one.field for one in where}
        either = (" OR ".join(_sql(one) for one in where if one.field == field) for field in fields)
        holds = " AND ".join(f"({each})" for each in either)
        rows = connection.execute(
            f"SELECT DISTINCT CAST(id[3:] AS INTEGER) FROM movies WHERE {holds}"  # noqa: S608
        ).fetchall()
        _, numbers = read(data, where=where)
        assert sorted(numbers) == sorted(number for (number,) in rows), list(map(str, where))
        sizes.append(len(numbers))
    assert min(sizes) == 0
    assert sum(size > 0 for size in sizes) > _PREDICATES // 2
