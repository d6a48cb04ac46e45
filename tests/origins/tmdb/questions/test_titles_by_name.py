"""A title by its name: the one that is meant, or candidates, and never a guess."""

import json

import pytest
from csvs import shared
from listed_tmdb import ListedTmdb, movie, series

from harvester.errors import InputError, UpstreamDown
from harvester.lake.title_ids import unpack
from harvester.upstream.client import Failure

HEATS = [
    movie(949, "Heat", "1995-12-15", 7000),
    movie(11, "Heat", "1986-11-26", 200),
    movie(12, "Heat and Dust", "1983-01-01", 90_000),
]


async def found(tmdb: ListedTmdb, text: str) -> list[str]:
    """Return the ids that a question finds."""
    return [unpack(number) for number in (await tmdb.ask(text)).numbers]


async def test_the_best_known_of_a_name_is_meant() -> None:
    """Ten times the votes decide; another name never does, however well known."""
    tmdb = ListedTmdb()
    tmdb.says("search/movie", HEATS)
    assert await found(tmdb, "tmdb:movie/heat") == ["movie:949"]
    answer = await tmdb.ask("tmdb:movie/heat")
    assert answer.facts.answer == 'movie "Heat (1995)" (949)'
    assert answer.shown == ("tmdb:movie/949 Heat (1995)",)


async def test_two_that_are_known_alike_are_an_error_with_both() -> None:
    """The sentence has the input that names each."""
    tmdb = ListedTmdb()
    tmdb.says("search/tv", [series(40, "Dallas", "1978-04-02", 207), series(37, "Dallas", "", 70)])
    with pytest.raises(InputError) as caught:
        await tmdb.ask("tmdb:tv/Dallas")
    assert str(caught.value) == (
        "tmdb:tv/Dallas may mean several, and none is guessed: ask for one of "
        "tmdb:tv/40 for Dallas (1978), tmdb:tv/37 for Dallas"
    )


async def test_a_year_may_be_one_off_and_the_exact_one_comes_first() -> None:
    """Of 1986 and 1987 the one asked for is taken, though the other is better known."""
    tmdb = ListedTmdb()
    both = [movie(1, "Heat", "1986-01-01", 5), movie(2, "Heat", "1987-01-01", 5000)]
    tmdb.tables["search/movie"] = lambda params: (
        [] if params.get("primary_release_year") == "1988" else both
    )
    assert await found(tmdb, "tmdb:movie/Heat?year=1986") == ["movie:1"]
    assert await found(tmdb, "tmdb:movie/Heat?year=1988") == ["movie:2"]
    with pytest.raises(InputError, match="knows none"):
        await tmdb.ask("tmdb:movie/Heat?year=1990")


async def test_the_year_is_asked_for_by_the_parameter_that_tmdb_knows() -> None:
    """TMDB ignores unknown parameters without a word."""
    tmdb = ListedTmdb()
    tmdb.says("search/movie", [movie(1, "Heat", "1986-01-01", 5)])
    tmdb.says("search/tv", [series(2, "Heat", "1986-01-01", 5)])
    await tmdb.ask("tmdb:movie/Heat?year=1986")
    await tmdb.ask("tmdb:tv/Heat?year=1986", language="pt-BR")
    assert tmdb.asked == [
        ("search/movie", {"query": "Heat", "primary_release_year": "1986", "page": "1"}),
        (
            "search/tv",
            {"query": "Heat", "first_air_date_year": "1986", "language": "pt-BR", "page": "1"},
        ),
    ]


async def test_five_pages_are_read_and_more_are_ambiguous_not_absent() -> None:
    """A title on the fifth page is found; one that may be on the sixth is not denied."""
    tmdb = ListedTmdb()
    others = [movie(1000 + number, f"Heat {number}", votes=1) for number in range(99)]
    tmdb.says("search/movie", [*others, movie(949, "Heat", "1995-12-15", 7)])
    assert await found(tmdb, "tmdb:movie/Heat") == ["movie:949"]
    assert [params["page"] for _, params in tmdb.asked] == ["1", "2", "3", "4", "5"]
    tmdb.says("search/movie", [*others, *others, movie(949, "Heat")])
    with pytest.raises(InputError, match="may mean several"):
        await tmdb.ask("tmdb:movie/Heat")
    tmdb.says("search/movie", [])
    with pytest.raises(InputError, match="knows none of this name: check its spelling"):
        await tmdb.ask("tmdb:movie/Heat")


async def test_the_original_title_counts_too() -> None:
    """A title is asked for by either of its names."""
    tmdb = ListedTmdb()
    tmdb.says("search/movie", [movie(5, "City of God", "2002-08-30", 9, "Cidade de Deus")])
    assert await found(tmdb, "tmdb:movie/cidade de deus") == ["movie:5"]


@pytest.mark.parametrize("body", [b"[]", b'{"results":null}', b'{"results":[1],"total_pages":1}'])
async def test_an_answer_of_another_shape_is_no_answer(body: bytes) -> None:
    """It ends the command as an outage does: nothing is planned."""
    tmdb = ListedTmdb()
    tmdb.says("search/movie", body)
    with pytest.raises(UpstreamDown, match="search/movie"):
        await tmdb.ask("tmdb:movie/Heat")


@pytest.mark.parametrize(
    ("reason", "error"), [("http_500", UpstreamDown), ("http_422", InputError)]
)
async def test_a_refusal_and_an_outage_differ(reason: str, error: type[Exception]) -> None:
    """Waiting helps where TMDB is down, not where it refuses the question."""
    tmdb = ListedTmdb()
    tmdb.says("search/movie", Failure(reason))
    with pytest.raises(error):
        await tmdb.ask("tmdb:movie/Heat")


RECORDED = [
    ("search_movie_big_lebowski", "tmdb:movie/The Big Lebowski", "movie:115"),
    ("search_movie_inception_2025", "tmdb:movie/inception", "movie:27205"),
    ("search_movie_jack_reacher_2016", "tmdb:movie/Jack Reacher: Never Go Back", "movie:343611"),
    ("search_movie_jack_reacher_2016", "tmdb:movie/Jack Reacher", None),
    ("search_movie_man_of_steel", "tmdb:movie/Man of Steel", "movie:49521"),
    ("search_movie_man_of_steel", "tmdb:movie/Man of Steel?year=1999", "movie:319179"),
    ("search_movie_none", "tmdb:movie/qwertz", None),
    ("search_tv_big_bang", "tmdb:tv/Big Bang Theory", "tv:1418"),
    ("search_tv_dallas", "tmdb:tv/Dallas", None),
    ("search_tv_house_of_cards", "tmdb:tv/House of Cards", "tv:1425"),
    ("search_tv_house_of_cards", "tmdb:tv/House of Cards?year=1990", "tv:21720"),
    ("search_tv_none", "tmdb:tv/qwertz", None),
]


@pytest.mark.parametrize(("name", "text", "title"), RECORDED)
async def test_recorded_answers_give_what_a_person_would_mean(
    name: str, text: str, title: str | None
) -> None:
    """The title, or an error; served as they were recorded, each page alike."""
    lists = shared("tmdb/lists")
    tmdb = ListedTmdb()
    body = json.loads((lists / f"{name}.json").read_bytes())
    tmdb.says(f"search/{text.split(':')[1].split('/', maxsplit=1)[0]}", body)
    if title is None:
        with pytest.raises(InputError):
            await tmdb.ask(text)
    else:
        assert await found(tmdb, text) == [title]
