"""A person's titles: the cast's, a character's, a job's."""

import json

import pytest
from csvs import shared
from listed_tmdb import Item, ListedTmdb, movie, person, series

from harvester.errors import InputError
from harvester.lake.title_ids import unpack


def credit(title: Item, media_type: str, **more: str) -> Item:
    """Return a title as a person's credits have it."""
    return {**title, "media_type": media_type, **more}


def with_credits(tmdb: ListedTmdb, tmdb_id: int) -> None:
    """Let a person have three roles, one of them twice, and two jobs."""
    cast = [
        credit(movie(603, "The Matrix", "1999-03-30"), "movie", character="Thomas Anderson / Neo"),
        credit(movie(603, "The Matrix", "1999-03-30"), "movie", character="Self"),
        credit(series(50, "Swedish Dicks"), "tv", character="Tex"),
    ]
    crew = [credit(movie(7, "Man of Tai Chi"), "movie", job="Director", department="Directing")]
    tmdb.says(
        f"person/{tmdb_id}/combined_credits",
        {"cast": cast, "crew": crew, "id": tmdb_id},
    )


@pytest.mark.parametrize(
    ("text", "titles", "what"),
    [
        ("tmdb:person/keanu reeves", ["movie:603", "tv:50"], 'person "Keanu Reeves" (6384)'),
        ("tmdb:person/6384", ["movie:603", "tv:50"], "person 6384"),
        (
            "tmdb:person/Keanu Reeves?character=neo",
            ["movie:603"],
            'person "Keanu Reeves" (6384) as "neo"',
        ),
        (
            "tmdb:person/Keanu Reeves?job=director",
            ["movie:7"],
            'person "Keanu Reeves" (6384), director',
        ),
    ],
)
async def test_cast_is_meant_unless_a_job_is_named(text: str, titles: list[str], what: str) -> None:
    """A title with two roles is one title; a namesake nobody knows is not meant."""
    tmdb = ListedTmdb()
    tmdb.says("search/person", [person(6384, "Keanu Reeves", 40.0), person(1, "Keanu Reeves", 0.6)])
    with_credits(tmdb, 6384)
    found = await tmdb.ask(text)
    assert [unpack(number) for number in found.numbers] == titles
    assert found.facts.answer == what


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tmdb:person/John Smith", "tmdb:person/2 for John Smith (Acting), tmdb:person/1 for"),
        ("tmdb:person/John", "knows none of this name, but tmdb:person/2 for John Smith"),
        ("tmdb:person/6384?character=Nemo", "no titles as Nemo"),
        ("tmdb:person/6384?job=Directer", "did you mean 'Director'?"),
        ("tmdb:person/99", "TMDB has no person 99"),
    ],
)
async def test_what_finds_nobody_or_nothing_is_one_sentence(text: str, said: str) -> None:
    """Candidates by their ids, or the nearest job or character."""
    tmdb = ListedTmdb()
    tmdb.says("search/person", [person(1, "John Smith", 2.0), person(2, "John Smith", 3.0)])
    with_credits(tmdb, 6384)
    with pytest.raises(InputError, match=r"^tmdb:person/") as caught:
        await tmdb.ask(text)
    assert said in str(caught.value)


async def test_the_recorded_namesakes_are_told_apart() -> None:
    """Of two John Goodmans one is 23 times as popular."""
    lists = shared("tmdb/lists")
    tmdb = ListedTmdb()
    tmdb.says("search/person", json.loads((lists / "search_person_goodman.json").read_bytes()))
    with_credits(tmdb, 1230)
    assert (await tmdb.ask("tmdb:person/John Goodman")).facts.answer == (
        'person "John Goodman" (1230)'
    )


async def test_recorded_credits_are_read() -> None:
    """116 roles in movies and series, and the titles of one job."""
    lists = shared("tmdb/lists")
    tmdb = ListedTmdb()
    body = json.loads((lists / "person_1_combined_credits_2022.json").read_bytes())
    tmdb.says("person/1/combined_credits", body)
    titles = {(one["media_type"], one["id"]) for one in body["cast"]}
    assert len((await tmdb.ask("tmdb:person/1")).numbers) == len(titles)
    directed = {(one["media_type"], one["id"]) for one in body["crew"] if one["job"] == "Director"}
    assert len((await tmdb.ask("tmdb:person/1?job=Director")).numbers) == len(directed)
