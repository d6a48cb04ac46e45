"""Discover: slices by date stand still, pages by popularity shift, and the wall is at page 500."""

from itertools import pairwise
from math import ceil
from typing import Any

import pytest
from asked_library import all_results, asked, body_of
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.simulator.library import Library
from harvester.simulator.shelf import FIRST, UNDATED_IS_ONE_IN

POPULATION = 2_000
LIBRARY = Library(1, population=POPULATION)
MUSIC, REALITY = 10402, 10764
STEADY = "discover/movie?with_genres=10402&sort_by=primary_release_date.asc"

# As recorded in 2022.
MOVIE = (
    *("adult", "backdrop_path", "genre_ids", "id", "original_language", "original_title"),
    *("overview", "popularity", "poster_path", "release_date", "title", "video"),
    *("vote_average", "vote_count"),
)
SERIES = (
    *("backdrop_path", "first_air_date", "genre_ids", "id", "name", "origin_country"),
    *("original_language", "original_name", "overview", "popularity", "poster_path"),
    *("vote_average", "vote_count"),
)


def total(path: str) -> int:
    """Return how many titles a path finds."""
    return int(body_of(LIBRARY, path)["total_results"])


@pytest.mark.parametrize(("media_type", "keys"), [("movie", MOVIE), ("tv", SERIES)])
def test_bodies_have_the_keys_of_recorded_ones_in_their_order(
    media_type: str, keys: tuple[str, ...]
) -> None:
    """The page and every item have TMDB's keys, in TMDB's order, by popularity unless asked."""
    body = body_of(LIBRARY, f"discover/{media_type}")
    assert list(body) == ["page", "results", "total_pages", "total_results"]
    assert len(body["results"]) == 20
    assert {tuple(one) for one in body["results"]} == {keys}
    popularity = [one["popularity"] for one in body["results"]]
    assert popularity == sorted(popularity, reverse=True)


@pytest.mark.parametrize(
    ("media_type", "genre", "date"),
    [("movie", MUSIC, "primary_release_date"), ("tv", REALITY, "first_air_date")],
)
def test_a_steady_order_gives_every_title_once(media_type: str, genre: int, date: str) -> None:
    """By date all pages together have each title of the genre once, in order."""
    path = f"discover/{media_type}?with_genres={genre}&sort_by={date}.asc"
    found = list(all_results(LIBRARY, path))
    field = "release_date" if media_type == "movie" else "first_air_date"
    dates = [one[field] for one in found]
    assert dates == sorted(dates)
    assert len({one["id"] for one in found}) == len(found) == total(path) == POPULATION
    assert all(genre in one["genre_ids"] for one in found)
    downwards = list(all_results(LIBRARY, path.replace(".asc", ".desc")))
    assert {one["id"] for one in downwards} == {one["id"] for one in found}
    assert [one[field] for one in downwards] == dates[::-1]


def test_pages_shift_by_popularity() -> None:
    """Four titles of each page stand on the next one again, and the last ones are never seen."""
    path = f"discover/movie?with_genres={MUSIC}"
    pages = [
        [one["id"] for one in body_of(LIBRARY, f"{path}&page={page}")["results"]]
        for page in range(1, 101)
    ]
    assert all(len(page) == 20 for page in pages)
    assert all(len(set(page) & set(following)) == 4 for page, following in pairwise(pages))
    seen = {number for page in pages for number in page}
    assert len(seen) == 20 + 99 * 16 < POPULATION
    assert body_of(LIBRARY, path)["total_pages"] == 100


DAYS = st.dates().map(str) | st.builds("{}-{:02}-01".format, st.integers(1925, 2030), st.just(1))


@settings(max_examples=60, deadline=None)
@given(first=DAYS, last=DAYS)
def test_slices_by_date_are_disjoint_and_lack_only_the_undated(first: str, last: str) -> None:
    """Before, within and after two days: together all titles that have a date."""
    first, last = sorted((first, last))
    name = "primary_release_date"
    within = total(f"{STEADY}&{name}.gte={first}&{name}.lte={last}")
    up_to_last = total(f"{STEADY}&{name}.lte={last}")
    from_first = total(f"{STEADY}&{name}.gte={first}")
    dated = POPULATION - POPULATION // UNDATED_IS_ONE_IN
    assert up_to_last + from_first - within == dated
    assert total(STEADY) == POPULATION


@settings(max_examples=25, deadline=None)
@given(
    population=st.integers(0, 130),
    sort=st.sampled_from(("primary_release_date.asc", "title.desc", "vote_count.asc")),
)
def test_pages_cut_any_number_of_titles(population: int, sort: str) -> None:
    """Every page but the last has 20 titles, and all together each title once."""
    library = Library(3, population=population)
    path = f"discover/movie?with_genres={MUSIC}&sort_by={sort}"
    first = body_of(library, path)
    assert first["total_results"] == population
    assert first["total_pages"] == max(1, ceil(population / 20))
    found = [one["id"] for one in all_results(library, path)]
    assert sorted(found) == [FIRST["movie"] + ordinal for ordinal in range(population)]


def test_a_genre_of_60000_titles_has_3000_pages_of_which_500_can_be_asked_for() -> None:
    """`total_pages` is not capped in the body; page 501 is an error all the same."""
    library = Library(1, population=60_000)
    for page in (1, 500):
        body = body_of(library, f"{STEADY}&page={page}")
        assert (body["total_results"], body["total_pages"]) == (60_000, 3_000)
        assert len(body["results"]) == 20
    assert asked(library, f"{STEADY}&page=501")[1]["status_code"] == 22
    years = [
        body_of(
            library,
            f"{STEADY}&primary_release_date.gte={year}-01-01&primary_release_date.lte={year}-12-31",
        )["total_results"]
        for year in range(1930, 2026)
    ]
    assert sum(years) == 60_000 - 1_200
    assert max(years) < 10_000  # a year can be read in pages
    assert 5 * years[0] < years[-1]  # but years are far from alike


def test_genres_are_joined_by_and_and_or() -> None:
    """A comma asks for both, a bar for either; an unknown genre has no title."""
    drama, music = total("discover/movie?with_genres=18"), total("discover/movie?with_genres=10402")
    both = total("discover/movie?with_genres=18,10402")
    either = total("discover/movie?with_genres=18%7C10402")
    assert 0 < both < drama < either == drama + music - both
    assert total("discover/movie?with_genres=4711") == 0
    assert total("discover/movie?with_genres=drama") == total("discover/movie")


def test_votes_narrow_a_genre() -> None:
    """`vote_count.gte` leaves titles with at least so many votes."""
    found = list(all_results(LIBRARY, f"{STEADY}&vote_count.gte=80"))
    assert 0 < len(found) < POPULATION / 4
    assert min(one["vote_count"] for one in found) == 80


def test_videos_and_adult_titles_are_there_only_when_asked_for() -> None:
    """As at TMDB, each has its parameter."""
    plain = total(STEADY)
    assert total(f"{STEADY}&include_video=true") == plain + POPULATION // 40
    assert total(f"{STEADY}&include_adult=true") == plain + POPULATION // 100
    found = body_of(LIBRARY, "search/movie?query=nights&include_adult=true")["results"]
    assert any(one["adult"] for one in found)
    hidden = all_results(LIBRARY, "search/movie?query=nights")
    assert not any(one["adult"] for one in hidden)


@pytest.mark.parametrize(
    "more",
    [
        *("&from=2001-01-01&to=2001-12-31", "&primary_release_date.gte=2001"),
        *(
            "&vote_count.gte=many",
            "&vote_count.gte=-1",
            "&with_cast=501",
            "&first_air_date.gte=2001-01-01",
        ),
    ],
)
def test_what_discover_does_not_know_is_ignored(more: str) -> None:
    """A wrong name or a value that is none gives the same titles, without a word."""
    assert asked(LIBRARY, STEADY + more) == asked(LIBRARY, STEADY)


def test_an_unknown_order_is_the_usual_one() -> None:
    """`sort_by` that is none is by popularity."""
    plain = asked(LIBRARY, "discover/tv")
    for order in ("", "popularity", "popularity.up", "title", "length.asc", "popularity.desc"):
        assert asked(LIBRARY, f"discover/tv?sort_by={order}") == plain


def same(item: dict[str, Any], details: dict[str, Any]) -> None:
    """Hold the fields of an item of a list to those of the details."""
    for key in set(item) & set(details):
        assert item[key] == details[key], key
    assert item["genre_ids"] == [genre["id"] for genre in details["genres"]]


@pytest.mark.parametrize("media_type", ["movie", "tv"])
def test_a_title_is_the_same_by_discover_find_and_details(media_type: str) -> None:
    """Ids, names, dates, popularity and votes, at several seeds, of the shelf and all others."""
    for seed in (1, 5):
        library = Library(seed, population=60)
        path = f"discover/{media_type}?sort_by=vote_count.desc&include_adult=true"
        for item in all_results(library, f"{path}&include_video=true"):
            details = body_of(library, f"{media_type}/{item['id']}")
            same(item, details)
            external = body_of(library, f"{media_type}/{item['id']}/external_ids")
            found = body_of(library, f"find/{external['imdb_id']}?external_source=imdb_id")
            (hit,) = found[f"{media_type}_results"]
            same({key: hit[key] for key in item if key != "adult"}, details)
            if media_type == "movie":
                by_imdb_id = body_of(library, f"movie/{external['imdb_id']}")
                assert by_imdb_id == details
                assert details["imdb_id"] in {None, external["imdb_id"]}
