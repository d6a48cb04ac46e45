"""No row holds what was asked: the sentence says which condition, and the nearest value."""

import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from command_line import harvester

from harvester.inputs.locate import CsvInput, file_input
from harvester.inputs.nothing_found import nothing_found
from harvester.inputs.questions import question_input
from harvester.lake.conditions import condition

HEADER = "id|title|originalTitle|year|genres|character|name"
ROWS = [
    "tt1|Heat|Fuego|1995|Crime,Drama|Neil McCauley|Robert De Niro",
    "tt1|Heat|Fuego|1995|Crime,Drama|Vincent HannaLt. Hanna|Al Pacino",
    "tt2|Amélie|\\N|2001|Comedy||Audrey Tautou",
    "nm3|Up|Up|2009|Family|Russell|Jordan Nagai",
    "tt4|cut|cut|1896|Western",
]


async def said(*texts: str, rows: list[str] = ROWS) -> str:
    """Return the sentence for these conditions on these rows."""
    Path("m.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    where = [condition(text) for text in texts]
    return str(
        await nothing_found(
            [question_input("tmdb:movie/1"), file_input(Path("m.csv"), None)], where
        )
    )


@pytest.mark.parametrize(
    ("asked", "column", "nearest"),
    [
        ("person=Al Pacinno", "name", "Al Pacino"),
        ("person=audrey tatou", "name", "Audrey Tautou"),
        ("title=Hea", "title", "Heat"),
        ("title=fuegos", "originalTitle", "Fuego"),
        ("title=ameli", "title", "Amélie"),
        ("year=1890..1990", "year", "1995"),
        ("year=2010", "year", "2001"),
        ("genre=Dramma", "genres", "Drama"),
        ("genre=western", "genres", "Crime"),
        ("character=Macauley", "character", "Neil McCauley"),
        ("character=Vincent Hana", "character", "Vincent HannaLt. Hanna"),
    ],
)
async def test_the_nearest_value_that_stands_in_the_column(
    asked: str, column: str, nearest: str
) -> None:
    """Rows that were rejected have none; of a list of genres one is near, not the list."""
    field, _, value = asked.partition("=")
    assert await said(asked) == (
        f"no row of the inputs has the {field} {value} (the nearest in column {column} is "
        f"{nearest}): ask for what is there"
    )


async def test_only_what_no_row_has_is_named() -> None:
    """Of two conditions the one that some row holds needs no other value."""
    found = await said("person=Al Pacino", "year=1894", "genre=Film-Noir")
    assert "Al Pacino" not in found
    assert "the year 1894 (the nearest in column year is 1995), and none the genre Film" in found


async def test_each_is_there_but_not_on_one_row() -> None:
    """Then no value is wrong, and the sentence says so."""
    assert await said("person=Al Pacino", "year=2001", "year=2009") == (
        "no row of the inputs has the person Al Pacino and the year 2001 or 2009, though each is "
        "in some row: leave one out"
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["person=Al Pacinno"], "the person Al Pacinno"),
        (["person=Al Pacino", "year=2009"], "the person Al Pacino and the year 2009"),
    ],
)
async def test_who_may_not_read_the_file_learns_nothing_of_it(asked: list[str], told: str) -> None:
    """Unquoted, the sentence has what was asked, and neither values nor columns of the file."""
    await said("title=x")
    where = [condition(text) for text in asked]
    error = await nothing_found([file_input(Path("m.csv"), None)], where)
    assert error.unquoted == f"no row of the inputs has {told}: ask for what is there"


async def test_a_column_without_values() -> None:
    """Without a value there is none to name, but its column is."""
    rows = ["tt1|Heat|\\N||\\N||"]
    assert await said("character=Neil", rows=rows) == (
        "no row of the inputs has the character Neil (see the column character): "
        "ask for what is there"
    )
    assert "(see the column year)" in await said("year=1999", rows=rows)


async def test_standard_input_is_not_read_twice() -> None:
    """It is gone, and a terminal would wait for more."""

    def never() -> AsyncIterator[bytes]:
        raise AssertionError

    found = await nothing_found([CsvInput("-", None, never, once=True)], [condition("title=Up")])
    assert "the title Up (see the column tituloPincipal or title)" in str(found)


async def test_a_long_value_is_not_compared() -> None:
    """It would take the square of its length: minutes for a megabyte."""
    assert "is Hea)" in await said("title=Heat", rows=[f"tt1|{'Heat' * 250_000}|Hea|1|x|x|x"])


@pytest.mark.slow
async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 20,000 values a few are kept; the nearest is found wherever it stands."""
    monkeypatch.setattr("harvester.inputs.nothing_found._REMEMBERED", 100)
    rows = [f"tt{n}|{n:0190}|x|1|x|x|x" for n in range(1, 20_000)]
    rows.insert(3, "tt9|Hea|x|1|x|x|x")
    tracemalloc.start()
    found = await said("title=Heat", rows=rows)
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    where = [condition("title=Heat")]
    assert str(await nothing_found([file_input(Path("m.csv"), None)], where)) == found
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "is Hea)" in found
    assert peak - before < 2_000_000  # all values are 4.8 MB


async def test_inputs_without_a_title_of_which_nothing_was_asked() -> None:
    """Such as a daily file of adult titles alone: no condition is to blame."""
    name = "movie_ids_11_25_2026.json"
    Path(name).write_text('{"adult":true,"id":1,"popularity":1}\n', encoding="utf-8")
    ended = await harvester("run", name, "--local", "--dry-run")
    assert ended.code == 2
    assert ended.err == "harvester: the inputs hold no title that a run asks for: name others\n"
