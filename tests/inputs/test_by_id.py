"""One title named by TMDB's own id: what it yields, and what is refused."""

import hashlib

import pytest

from harvester.errors import InputError
from harvester.inputs.by_id import IdInput, id_input
from harvester.inputs.input import read_titles
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
    (read,) = await read_titles([id_input(name)], ())
    assert read.numbers == [pack(title_id)]
    assert read.facts == InputFacts(
        name=name,
        kind=kind,
        bytes=len(name),
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        rows=1,
        distinct=1,
        rejected=0,
    )


async def test_a_title_named_twice_is_asked_for_once() -> None:
    """The first input has it; a movie and a series of one number are two titles."""
    inputs = [IdInput("movie", 278), IdInput("tv", 278), IdInput("movie", 278)]
    read = await read_titles(inputs, ())
    assert [one.numbers for one in read] == [[pack("movie:278")], [pack("tv:278")], []]
    assert [one.facts.distinct for one in read] == [1, 1, 1]


@pytest.mark.parametrize(
    "name",
    [
        "tmdb:",
        "tmdb:movie",
        "tmdb:movie/",
        "tmdb:movie/0",
        "tmdb:movie/0278",
        "tmdb:movie/-278",
        "tmdb:movie/278/credits",
        "tmdb:movie/278 ",
        "tmdb:movie/10000000000",
        "tmdb:movie/\u0662\u0667\u0668",
        "tmdb:movie:278",
        "tmdb:series/1399",
        "tmdb:Movie/278",
        "tmdb:person/1",
    ],
)
def test_what_names_no_title_is_refused(name: str) -> None:
    """One sentence that begins with the input and shows how a title is named."""
    with pytest.raises(InputError) as caught:
        id_input(name)
    assert str(caught.value) == (
        f"{name} is not an input: name a title of TMDB as tmdb:movie/278 or tmdb:tv/1399"
    )


async def test_an_id_has_no_genre_to_choose_by() -> None:
    """With --genre nobody could say whether it is meant: one sentence says what to leave out."""
    with pytest.raises(InputError, match=r"^tmdb:tv/1399 has no genre to choose by: leave --genre"):
        await read_titles([IdInput("tv", 1399)], ("drama",))
