"""Titles, people and collections of the simulated TMDB are found by name, as at TMDB."""

from urllib.parse import quote

import pytest
from asked_library import all_results, asked, body_of

from harvester.simulator.identity import identify, sample
from harvester.simulator.library import Library
from harvester.simulator.search import words_of

LIBRARY = Library(1)

# As recorded in 2025 (people: 2022).
MOVIE = (
    *("adult", "backdrop_path", "genre_ids", "id", "original_language", "original_title"),
    *("overview", "popularity", "poster_path", "release_date", "title", "video"),
    *("vote_average", "vote_count"),
)
SERIES = (
    *("adult", "backdrop_path", "genre_ids", "id", "origin_country", "original_language"),
    *("original_name", "overview", "popularity", "poster_path", "first_air_date", "name"),
    *("vote_average", "vote_count"),
)
PERSON = (
    *("adult", "gender", "id", "known_for", "known_for_department", "name", "popularity"),
    "profile_path",
)


def ids(path: str) -> list[int]:
    """Return the ids on the first page of a path."""
    return [one["id"] for one in body_of(LIBRARY, path)["results"]]


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("search/movie?query=matrix", MOVIE),
        ("search/tv?query=dallas", SERIES),
        ("search/person?query=iris+quental", PERSON),
    ],
)
def test_bodies_have_the_keys_of_recorded_ones_in_their_order(
    path: str, keys: tuple[str, ...]
) -> None:
    """The page and every item have TMDB's keys, in TMDB's order."""
    body = body_of(LIBRARY, path)
    assert list(body) == ["page", "results", "total_pages", "total_results"]
    assert body["results"]
    for one in body["results"]:
        assert tuple(one) == keys


@pytest.mark.parametrize("what", ["movie", "tv", "person", "collection"])
def test_nothing_found_is_an_empty_page(what: str) -> None:
    """200, no results, and one page of none, as recorded in 2025."""
    for query in ("zasdlkjfasdlkjf", quote("!?"), "Northbound+zasdlkjfasdlkjf"):
        assert body_of(LIBRARY, f"search/{what}?query={query}") == {
            "page": 1,
            "results": [],
            "total_pages": 1,
            "total_results": 0,
        }


@pytest.mark.parametrize("what", ["movie", "tv", "person", "collection"])
def test_a_search_without_a_query_is_the_envelope_without_a_code(what: str) -> None:
    """422 with `errors`, as recorded; an empty query is none."""
    for path in (f"search/{what}", f"search/{what}?query=&page=1"):
        assert asked(LIBRARY, path) == (422, {"errors": ["query must be provided"]})


@pytest.mark.parametrize("seed", [1, 2])
def test_every_title_of_the_sample_is_found_by_title_and_original_title(seed: int) -> None:
    """On one of the pages there is the title that its IMDb id leads to."""
    library = Library(seed)
    found = 0
    for number, (media_type, facts) in sample().items():
        identity = identify(seed, number)
        for media in ("movie", "tv"):
            if not identity.is_a(media):
                continue
            found += 1
            for name in (facts.title, facts.original_title):
                hits = all_results(library, f"search/{media}?query={quote(name)}")
                assert identity.tmdb_id in [hit["id"] for hit in hits], (media_type, name)
    assert found > 100


def test_the_most_popular_comes_first() -> None:
    """Results are ordered by popularity over all pages, and none is there twice."""
    hits = list(all_results(LIBRARY, "search/movie?query=signal"))
    popularity = [hit["popularity"] for hit in hits]
    assert popularity == sorted(popularity, reverse=True)
    assert len({hit["id"] for hit in hits}) == len(hits) > 40
    assert hits[-1]["title"] == "Signal"  # the exact name is on the last page


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("NORTHBOUND", "Northbound"),
        ("l'etoile du cafe", "L'Étoile du Café"),
        ("LEtoile", "L'Étoile du Café"),
        ("salt ashes", "Salt & Ashes"),
        ("cancao do quebra mar", "Song of the Breakwater"),
        ("wall e", "WALL·E"),
        ("となりのトトロ", "My Neighbor Totoro"),
    ],
)
def test_case_accents_and_punctuation_do_not_count(query: str, title: str) -> None:
    """A name is found by its words, by title and by original title."""
    body = body_of(LIBRARY, f"search/movie?query={quote(query)}")
    assert title in [hit["title"] for hit in body["results"]]


def test_all_words_of_the_query_must_be_there() -> None:
    """`The Matrix` finds the sequels, too; a word that is no word of the name finds nothing."""
    films = body_of(LIBRARY, "search/movie?query=The+Matrix")["results"]
    assert {hit["title"] for hit in films} == {
        *("The Matrix", "The Matrix Reloaded", "The Matrix Revolutions"),
        "The Matrix Resurrections",
    }
    assert ids("search/movie?query=matri") == []
    assert words_of("The Matrix: Reloaded") == {"the", "matrix", "reloaded"}


def test_a_year_narrows_films_of_one_name() -> None:
    """`year` and `primary_release_year` are the year of release; what is no year is ignored."""
    both = ids("search/movie?query=northbound")
    assert len(both) == 2
    for name in ("year", "primary_release_year"):
        (old,) = body_of(LIBRARY, f"search/movie?query=northbound&{name}=1974")["results"]
        assert old["release_date"] == "1974-05-02"
        assert ids(f"search/movie?query=northbound&{name}=1975") == []
        assert ids(f"search/movie?query=northbound&{name}=74") == both
    assert ids("search/movie?query=untitled+breakwater")
    assert ids("search/movie?query=untitled+breakwater&year=2020") == []  # it has no date


def test_a_year_of_a_series_is_also_that_of_an_episode() -> None:
    """`year` is the year of any season; `first_air_date_year` that of the first date only."""
    (new,) = ids("search/tv?query=harrowgate&first_air_date_year=2018")
    last = body_of(LIBRARY, f"tv/{new}")["last_air_date"][:4]
    assert int(last) > 2018
    assert ids(f"search/tv?query=harrowgate&year={last}") == [new]
    assert ids(f"search/tv?query=harrowgate&first_air_date_year={last}") == []


def test_unknown_parameters_are_ignored_without_a_word() -> None:
    """A parameter that a list doesn't know changes nothing, and neither does its order."""
    plain = asked(LIBRARY, "search/movie?query=northbound")
    for more in ("&yeer=1974", "&first_air_date_year=1974", "&sort_by=title.asc", "&page=1"):
        assert asked(LIBRARY, f"search/movie?query=northbound{more}") == plain


@pytest.mark.parametrize(
    "path",
    [
        *("search/movie?query=a", "search/tv?query=a", "search/person?query=a"),
        *("search/collection?query=a", "discover/movie?a=b", "discover/tv?a=b"),
    ],
)
def test_pages_are_numbered_from_1_to_500(path: str) -> None:
    """500 is a page, with nothing on it; 501, 0 and what is no number are code 22."""
    assert asked(LIBRARY, f"{path}&page=500")[0] == 200
    for page in ("501", "0", "-1", "x", "1.5", "9" * 5_000):
        status, body = asked(LIBRARY, f"{path}&page={page}")
        assert (status, body["status_code"]) == (400, 22)


def test_a_page_after_the_last_one_is_empty() -> None:
    """It is no error, and has the totals of the others."""
    body = body_of(LIBRARY, "search/movie?query=northbound&page=7")
    assert body == {"page": 7, "results": [], "total_pages": 1, "total_results": 2}


def test_people_of_one_name_differ_in_popularity() -> None:
    """Of one pair one is ten times as popular; of the other neither is."""
    far = body_of(LIBRARY, "search/person?query=bruno+castellane")["results"]
    near = body_of(LIBRARY, "search/person?query=iris+quental")["results"]
    assert [one["name"] for one in far + near] == ["Bruno Castellane"] * 2 + ["Iris Quental"] * 2
    assert far[0]["popularity"] > 10 * far[1]["popularity"]
    assert near[1]["popularity"] < near[0]["popularity"] < 10 * near[1]["popularity"]


def test_what_a_person_is_known_for_are_titles_of_the_credits() -> None:
    """At most three, the most popular first, with the media type and without the popularity."""
    (vera,) = body_of(LIBRARY, "search/person?query=vera+lindholm")["results"]
    played = body_of(LIBRARY, f"person/{vera['id']}/combined_credits")["cast"]
    known = [(one["media_type"], one["id"]) for one in vera["known_for"]]
    ranked = sorted(played, key=lambda one: -one["popularity"])
    assert known == [(one["media_type"], one["id"]) for one in ranked[:3]]
    assert not any("popularity" in one for one in vera["known_for"])
    (unseen,) = body_of(LIBRARY, "search/person?query=nadia+umbral")["results"]
    assert unseen["known_for"] == []


def test_collections_are_found_by_name() -> None:
    """A made collection, two of one name, and one that a movie of the sample is alone in."""
    (matrix,) = body_of(LIBRARY, "search/collection?query=the+matrix+collection")["results"]
    assert (matrix["id"], matrix["name"]) == (2344, "The Matrix Collection")
    assert len(ids("search/collection?query=namesakes")) == 2
    assert ids("search/collection?query=amelie+collection") == []
    (own,) = body_of(LIBRARY, "search/collection?query=pulp+fiction")["results"]
    assert body_of(LIBRARY, "movie/110912")["belongs_to_collection"]["id"] == own["id"]
