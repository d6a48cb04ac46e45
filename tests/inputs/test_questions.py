"""Inputs that begin with `tmdb:`: what a title by its id yields, what is left open."""

import hashlib

import pytest
from reading import genres

from harvester.errors import InputError
from harvester.inputs.input import read_titles
from harvester.inputs.questions import question_input
from harvester.lake.conditions import Condition, Field
from harvester.lake.title_ids import pack
from harvester.model import InputFacts, Kind


@pytest.mark.parametrize(
    ("name", "kind", "title_id"),
    [
        ("tmdb:movie/278", "movie", "movie:278"),
        ("tmdb:tv/1399", "series", "tv:1399"),
        ("tmdb:movie/9999999999", "movie", "movie:9999999999"),
    ],
)
async def test_it_is_one_title_of_the_kind_it_names(name: str, kind: Kind, title_id: str) -> None:
    """The facts are those of a list of one row, and their hash is of what the user wrote."""
    (read,) = await read_titles([question_input(name)], ())
    assert read.numbers == [pack(title_id)]
    assert read.facts == InputFacts(
        name=name,
        kind=kind,
        bytes=len(name),
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        rows=1,
        distinct=1,
        rejected=0,
        shared=0,
        filtered=0,
    )


async def test_a_title_named_twice_is_asked_for_once() -> None:
    """The first input has it; a movie and a series of one number are two titles."""
    inputs = [question_input(name) for name in ("tmdb:movie/278", "tmdb:tv/278", "tmdb:Movie/278")]
    read = await read_titles(inputs, ())
    assert [one.numbers for one in read] == [[pack("movie:278")], [pack("tv:278")], []]
    assert [one.facts.distinct for one in read] == [1, 1, 1]
    assert [one.facts.shared for one in read] == [0, 0, 1]


@pytest.mark.parametrize("name", ["tmdb:", "tmdb:movie", "tmdb:movie:278", "tmdb:series/1399"])
def test_what_asks_nothing_is_refused(name: str) -> None:
    """One sentence that begins with the input and shows the forms that questions have."""
    with pytest.raises(InputError) as caught:
        question_input(name)
    assert str(caught.value) == (
        f"{name} is not a question to TMDB: ask tmdb:movie/…, tmdb:tv/…, tmdb:collection/…, "
        "tmdb:person/…, tmdb:genre/…, tmdb:export/…"
    )


async def test_a_question_is_left_open_until_the_origin_is_asked() -> None:
    """Its facts have what a run's id is made of; the titles are still unknown."""
    (read,) = await read_titles([question_input("tmdb:movie/The  Matrix?year=1999")], ())
    assert (read.numbers, read.question) == ([], "tmdb:movie/The%20Matrix?year=1999")
    assert read.facts.name == "tmdb:movie/The Matrix?year=1999"


@pytest.mark.parametrize("field", ["title", "year", "person", "character"])
async def test_an_id_has_no_row_to_choose_by(field: Field) -> None:
    """Nor can any condition be judged without asking TMDB: the same with --where."""
    sentence = f"^tmdb:movie/278 has no {field} to choose by: leave --where out, or the input$"
    with pytest.raises(InputError, match=sentence):
        await read_titles([question_input("tmdb:movie/278")], [Condition(field, "1999")])


async def test_an_id_has_no_genre_to_choose_by() -> None:
    """With --genre nobody could say whether it is meant: one sentence says what to leave out."""
    with pytest.raises(InputError, match=r"^tmdb:tv/1399 has no genre to choose by: leave --genre"):
        await read_titles([question_input("tmdb:tv/1399")], genres("drama"))
