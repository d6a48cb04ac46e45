"""A collection's titles: exact in name, or an error."""

import json

import pytest
from csvs import shared
from listed_tmdb import Item, ListedTmdb, movie

from harvester.errors import InputError
from harvester.lake.title_ids import unpack


def collection(tmdb_id: int, name: str) -> Item:
    """Return a collection as a search has it."""
    return {"id": tmdb_id, "name": name, "original_name": name}


def with_parts(tmdb: ListedTmdb, tmdb_id: int, name: str, parts: list[Item]) -> None:
    """Let a collection have these parts."""
    tmdb.says(f"collection/{tmdb_id}", {"id": tmdb_id, "name": name, "parts": parts})


@pytest.mark.parametrize(
    "text",
    [
        *("tmdb:collection/The Matrix", "tmdb:collection/matrix collection", "tmdb:collection/9"),
        *("tmdb:collection/Matrix", "tmdb:collection/THE MATRIX!"),
    ],
)
async def test_a_trilogy_is_asked_for_by_name_or_id(text: str) -> None:
    """What most collections' names end in may be left out, and a leading article."""
    tmdb = ListedTmdb()
    tmdb.says(
        "search/collection",
        [collection(9, "The Matrix Collection"), collection(8, "The Matrix Parody Collection")],
    )
    parts = [movie(603, "The Matrix"), movie(604, "The Matrix Reloaded"), movie(605, "3")]
    with_parts(tmdb, 9, "The Matrix Collection", parts)
    found = await tmdb.ask(text)
    assert [unpack(number) for number in found.numbers] == ["movie:603", "movie:604", "movie:605"]
    assert found.facts.answer == 'collection "The Matrix Collection" (9)'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tmdb:collection/Twins", "tmdb:collection/1 for Twins, tmdb:collection/2 for Twins"),
        ("tmdb:collection/Twin", "knows none of this name, but tmdb:collection/1 for Twins"),
        ("tmdb:collection/3", "collection 3 has no parts"),
        ("tmdb:collection/4", "TMDB has no collection 4"),
    ],
)
async def test_what_is_not_exact_is_not_taken(text: str, said: str) -> None:
    """There are no votes to tell collections apart, so none is guessed."""
    tmdb = ListedTmdb()
    tmdb.says("search/collection", [collection(1, "Twins"), collection(2, "Twins")])
    with_parts(tmdb, 3, "Empty", [])
    with pytest.raises(InputError) as caught:
        await tmdb.ask(text)
    assert said in str(caught.value)


async def test_a_recorded_collection_is_read() -> None:
    """Four parts, in TMDB's order."""
    lists = shared("tmdb/lists")
    tmdb = ListedTmdb()
    body = json.loads((lists / "collection_8091_2025.json").read_bytes())
    tmdb.says("collection/8091", body)
    found = await tmdb.ask("tmdb:collection/8091")
    assert [unpack(number) for number in found.numbers] == [
        f"movie:{part['id']}" for part in body["parts"]
    ]
