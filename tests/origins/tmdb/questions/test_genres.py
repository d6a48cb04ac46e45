"""A genre's titles: sliced by date where TMDB's 500 pages do not reach."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import pytest
from listed_tmdb import Item, ListedTmdb, movie, page

from harvester.errors import InputError
from harvester.upstream.client import Failure

GENRES = {
    "movie": [(28, "Action"), (18, "Drama"), (878, "Science Fiction")],
    "tv": [(10759, "Action & Adventure"), (18, "Drama")],
}
TRANSLATED = {"movie": [(28, "A\u00e7\u00e3o"), (18, "Drama")], "tv": [(18, "Drama")]}


def tmdb_with(titles: list[Item]) -> ListedTmdb:
    """Return a TMDB of two lists of genres, and these movies in any genre, sorted as asked."""

    def genres(kind: str) -> Item | list[Item]:
        return {"genres": [{"id": number, "name": name} for number, name in GENRES[kind]]}

    def translated(kind: str, params: Mapping[str, str]) -> Item | list[Item]:
        if "language" not in params:
            return genres(kind)
        return {"genres": [{"id": number, "name": name} for number, name in TRANSLATED[kind]]}

    @cache
    def among(since: str, until: str, votes: int) -> list[Item]:
        dated = [one for one in titles if since <= one["release_date"] <= until]
        return [one for one in dated if one["vote_count"] >= votes]

    def discover(params: Mapping[str, str]) -> Item | list[Item] | Failure:
        if int(params["page"]) > 500:
            return Failure("http_400")
        since = params.get("primary_release_date.gte", "")
        until = params.get("primary_release_date.lte", "9")
        found = among(since, until, int(params.get("vote_count.gte", "0")))
        return page(found, int(params["page"]))

    tmdb = ListedTmdb()
    tmdb.tables["genre/movie/list"] = lambda params: translated("movie", params)
    tmdb.tables["genre/tv/list"] = lambda params: translated("tv", params)
    tmdb.tables["discover/movie"] = discover
    tmdb.tables["discover/tv"] = discover
    return tmdb


def made(count: int, *, undated: int = 0, seed: int = 1) -> list[Item]:
    """Return movies by date, most of them of late years, and some without one."""
    draw = random.Random(seed)
    days = sorted(int(46_000 * draw.random() ** 0.2) for _ in range(count))
    dated = [
        movie(number, f"M{number}", (date(1900, 1, 1) + timedelta(days=day)).isoformat(), number)
        for number, day in enumerate(days, 1)
    ]
    return [*(movie(count + number, "U") for number in range(1, undated + 1)), *dated]


async def test_a_genre_of_sixty_thousand_is_read_whole() -> None:
    """No page past 500, none twice, none lost but the undated, few requests beside the pages."""
    count = 60_000
    tmdb = tmdb_with(made(count, undated=37))
    found = await tmdb.ask("tmdb:genre/Action?kind=movie")
    assert len(found.numbers) == len(set(found.numbers)) == count
    assert (found.facts.rejected, found.facts.rows) == (37, count + 37)
    discovered = [params for path, params in tmdb.asked if path == "discover/movie"]
    assert max(int(params["page"]) for params in discovered) <= 500
    again = Counter(tuple(sorted(params.items())) for params in discovered)
    assert max(again.values()) == 1
    slices = len({params.get("primary_release_date.gte") for params in discovered})
    assert len(discovered) <= -(-count // 20) + 2 * slices
    assert len(tmdb.kept) == len(tmdb.asked)


async def test_years_and_votes_narrow_it() -> None:
    """The undated are of no year, and so not missed."""
    tmdb = tmdb_with(made(500, undated=5))
    found = await tmdb.ask("tmdb:genre/28?kind=movie&year=2000..2009&votes=100")
    (first, *_) = [params for path, params in tmdb.asked if path == "discover/movie"]
    assert first["primary_release_date.gte"] == "2000-01-01"
    assert first["primary_release_date.lte"] == "2009-12-31"
    assert (first["vote_count.gte"], first["with_genres"]) == ("100", "28")
    assert found.facts.rejected == 0


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("tmdb:genre/science fiction", 'genre "Science Fiction" (878) of movies'),
        ("tmdb:genre/Action and Adventure", 'genre "Action & Adventure" (10759) of series'),
        ("tmdb:genre/acao", 'genre "A\u00e7\u00e3o" (28) of movies'),
        ("tmdb:genre/Drama?kind=tv", 'genre "Drama" (18) of series'),
    ],
)
async def test_a_genre_is_named_in_english_or_in_our_language(text: str, answer: str) -> None:
    """Its kind is needed only where both kinds have it."""
    tmdb = tmdb_with([movie(1, "A", "2000-01-01", 5)])
    tmdb.tables["discover/tv"] = lambda _: page(
        [{"id": 1, "name": "A", "first_air_date": "2000-01-01"}], 1
    )
    assert (await tmdb.ask(text, language="pt-BR")).facts.answer == answer


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tmdb:genre/Drama", "kind=movie or for kind=tv"),
        ("tmdb:genre/Acton", "did you mean 'Action'?"),
        ("tmdb:genre/Noir", "it has Action, Drama, Science Fiction, Action & Adventure"),
        ("tmdb:genre/Action?year=1850", "no title of TMDB"),
    ],
)
async def test_what_is_no_genre_lists_them(text: str, said: str) -> None:
    """One sentence, and nothing is discovered."""
    tmdb = tmdb_with(made(5))
    with pytest.raises(InputError, match=r"^tmdb:genre/") as caught:
        await tmdb.ask(text)
    assert said in str(caught.value)


async def test_a_slice_whose_pages_shifted_is_read_again() -> None:
    """A title that slipped from one page to another is found the second time."""
    titles = made(60)
    tmdb = tmdb_with(titles)
    steady = tmdb.tables["discover/movie"]
    calls = 0

    def shifting(params: Mapping[str, str]) -> Item | list[Item] | Failure | bytes:
        nonlocal calls
        calls += 1
        body = steady(params)
        if calls == 4 and isinstance(body, dict):  # the last of three pages repeats a title
            body["results"] = [titles[0], *body["results"][1:]]
        return body

    tmdb.tables["discover/movie"] = shifting
    found = await tmdb.ask("tmdb:genre/Action?year=1900..2100")
    assert len(found.numbers) == 60
    assert found.facts.rejected == 0
