"""Collections of the simulated TMDB: their parts are movies that say so themselves."""

import pytest
from asked_library import asked, body_of

from harvester.simulator.collection import listed_collections
from harvester.simulator.library import Library
from harvester.simulator.showcase import COLLECTIONS, TITLES

# As recorded in 2025.
PART = (
    *("adult", "backdrop_path", "id", "title", "original_title", "overview", "poster_path"),
    *("media_type", "original_language", "genre_ids", "popularity", "release_date", "video"),
    *("vote_average", "vote_count"),
)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_parts_are_the_movies_of_their_ids(seed: int) -> None:
    """Keys in TMDB's order, and every value of a part is that of the movie's details."""
    library = Library(seed)
    for collection_id in listed_collections(seed):
        body = body_of(library, f"collection/{collection_id}")
        assert list(body) == [
            *("id", "name", "overview", "poster_path", "backdrop_path", "parts"),
        ]
        for part in body["parts"]:
            assert tuple(part) == PART
            assert part["media_type"] == "movie"
            movie = body_of(library, f"movie/{part['id']}")
            for key in set(part) & set(movie):
                assert part[key] == movie[key], key
            assert part["genre_ids"] == [genre["id"] for genre in movie["genres"]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_movies_collection_has_it(seed: int) -> None:
    """What a movie says of its collection is what the collection says of itself."""
    library = Library(seed)
    seen = 0
    for number in (*range(3_000_000, 3_000_300), 110912, 278, *TITLES):
        status, movie = asked(library, f"movie/{number}")
        own = movie.get("belongs_to_collection") if status == 200 else None
        if own is None:
            continue
        body = body_of(library, f"collection/{own['id']}")
        assert own == {key: body[key] for key in own}
        title = movie["title"]
        assert title in [part["title"] for part in body["parts"]]
        seen += 1
    assert seen > 10


@pytest.mark.parametrize(
    ("collection_id", "titles"),
    [
        (
            2344,
            [
                *("The Matrix", "The Matrix Reloaded", "The Matrix Revolutions"),
                "The Matrix Resurrections",
            ],
        ),
        (700_001, ["The Night Ferry", "The Night Ferry Returns", "The Night Ferry: Last Crossing"]),
        (700_002, []),
    ],
)
def test_well_known_collections_are_there(collection_id: int, titles: list[str]) -> None:
    """A real one of four films, an invented trilogy, and one without parts."""
    parts = body_of(Library(4), f"collection/{collection_id}")["parts"]
    assert [part["title"] for part in parts] == titles
    dates = [part["release_date"] for part in parts]
    assert dates == sorted(dates)


def test_a_collection_that_is_not_there_is_a_404() -> None:
    """A movie that is in none has none of its id; neither has a word, or a second IMDb id."""
    library = Library(1)
    assert body_of(library, "movie/133093")["belongs_to_collection"] is None
    for path, code in (("133093", 34), ("502", 34), ("600110912", 34), ("x", 6)):
        status, body = asked(library, f"collection/{path}")
        assert (status, body["status_code"]) == (404, code)


def test_no_two_listed_collections_have_one_name_but_the_namesakes() -> None:
    """A collection can be asked for by its name, at any seed."""
    for seed in range(1, 6):
        names = list(listed_collections(seed).values())
        double = {name for name in names if names.count(name) > 1}
        assert double == {"Namesakes Collection"}
        assert set(COLLECTIONS) <= set(listed_collections(seed))
