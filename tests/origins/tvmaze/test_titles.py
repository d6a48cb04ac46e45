"""One title of TVmaze becomes what a person would make of TVmaze's answers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from scripted_tvmaze import (
    Answer,
    ScriptedTvmaze,
    breaches,
    harvest_series,
    outcomes_of,
    raw_bodies,
    records_of,
    scripted_tvmaze,
    unlimited,
)

from harvester.model import Asked, Title
from harvester.origins.origin import Access
from harvester.origins.tvmaze.connection import TvmazeConnection
from harvester.origins.tvmaze.origin import TvmazeOrigin
from harvester.origins.tvmaze.titles import TitleFetcher
from harvester.upstream.tally import Tally

FOUND = "tt0000082"
EPISODES = (
    b'[{"id":1,"name":"Pilot"},\n {"id":2,"name":"\xc3\xa9 \\u00e9", "rating":{"average":7.0}}]'
)
CAST = b'[{"person":{"id":5,"name":"A"},"character":{"id":6,"name":"B"}}]'


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    unlimited(monkeypatch)


@pytest.fixture
async def tvmaze() -> AsyncIterator[ScriptedTvmaze]:
    """Serve a TVmaze that has one show."""
    async with scripted_tvmaze() as server:
        server.show(82, FOUND)
        server.answers["shows/82/episodes?specials=1"] = Answer(EPISODES)
        server.answers["shows/82/cast"] = Answer(CAST)
        yield server


async def test_all_endpoints_of_a_show(tvmaze: ScriptedTvmaze) -> None:
    """Each body is a record, byte for byte; the lookup is none, and is asked once."""
    report = await harvest_series(tvmaze.base_url, [FOUND], endpoints=("show", "episodes", "cast"))
    assert outcomes_of(report.run)[FOUND]["origin_id"] == 82
    assert outcomes_of(report.run)[FOUND]["media_type"] == "tv"
    records = records_of()
    assert list(records) == [(FOUND, "cast"), (FOUND, "episodes"), (FOUND, "show")]
    for record in records.values():
        assert list(record) == [
            *("id", "imdb_id", "origin", "origin_id", "endpoint", "fetched_at", "response")
        ]
        assert (record["id"], record["imdb_id"]) == (FOUND, FOUND)
        assert (record["origin"], record["origin_id"]) == ("TVmaze", 82)
    bodies = raw_bodies()
    for body in (tvmaze.answers["shows/82"], Answer(EPISODES), Answer(CAST)):
        assert isinstance(body, Answer)
        assert b'"response":' + body.body + b"}" in bodies
    assert tvmaze.asked == {
        "shows/1": 1,
        f"lookup/shows?imdb={FOUND}": 1,
        "shows/82": 1,
        "shows/82/episodes?specials=1": 1,
        "shows/82/cast": 1,
    }
    assert await breaches(report.run) == []


async def test_without_the_show_its_id_is_looked_up_all_the_same(tvmaze: ScriptedTvmaze) -> None:
    """Only what is asked for is requested: a lookup tells the id without its show."""
    report = await harvest_series(tvmaze.base_url, [FOUND], endpoints=("episodes",))
    assert list(records_of()) == [(FOUND, "episodes")]
    assert tvmaze.asked["shows/82"] == 0
    assert await breaches(report.run) == []


async def test_a_movie_takes_no_request(tvmaze: ScriptedTvmaze) -> None:
    """TVmaze has series alone: whatever a movie's id is, it is not asked for."""
    report = await harvest_series(tvmaze.base_url, [FOUND], kind="movie")
    outcome = outcomes_of(report.run)[FOUND]
    assert (outcome["outcome"], outcome["reason"]) == ("unmatched", "not_a_series")
    assert tvmaze.asked == {"shows/1": 1}
    assert await breaches(report.run) == []


async def test_a_miss_is_unmatched(tvmaze: ScriptedTvmaze) -> None:
    """A lookup without a match is a 404, of whatever words TVmaze's is made."""
    said = b'{"name":"Not Found","message":"","code":0,"status":404}'
    words = {"tt0000001": b"", "tt0000002": said, "tt0000003": b"null", "tt0000004": b"[]"}
    for imdb_id, body in words.items():
        tvmaze.answers[f"lookup/shows?imdb={imdb_id}"] = Answer(body, 404)
    report = await harvest_series(tvmaze.base_url, [*words])
    reasons = {one["reason"] for one in outcomes_of(report.run).values()}
    assert reasons == {"not_found"}
    assert {tvmaze.asked[f"lookup/shows?imdb={one}"] for one in words} == {1}
    assert records_of() == {}


async def test_a_gateways_404_is_no_miss(tvmaze: ScriptedTvmaze) -> None:
    """A page that is not TVmaze's says nothing about the title: it is asked again."""
    page = Answer(b"<html>nothing here</html>", 404, {"Content-Type": "text/html"})
    lookup = f"lookup/shows?imdb={FOUND}"
    hit = tvmaze.answers[lookup]
    assert isinstance(hit, Answer)
    tvmaze.answers[lookup] = [page, page, hit]
    report = await harvest_series(tvmaze.base_url, [FOUND])
    assert outcomes_of(report.run)[FOUND]["outcome"] == "harvested"


ELSEWHERE = [
    "https://elsewhere.example/shows/82",
    "//elsewhere.example/tvmaze/shows/82",
    "http://127.0.0.1:1/tvmaze/shows/82",
    "/shows/82",  # of this host, but not below the base URL
    "/tvmaze/shows/82/cast",
    "/tvmaze/shows/abc",
    "/tvmaze/people/82",
    "",
]


async def test_a_redirect_elsewhere_is_not_followed(tvmaze: ScriptedTvmaze) -> None:
    """The title fails with what came, and nobody else is asked for anything."""
    ids = {f"tt{number:07d}": location for number, location in enumerate(ELSEWHERE, 1)}
    for imdb_id, location in ids.items():
        tvmaze.leads(imdb_id, location)
    report = await harvest_series(tvmaze.base_url, [*ids])
    reasons = {ids[one]: outcome["reason"] for one, outcome in outcomes_of(report.run).items()}
    assert reasons == dict.fromkeys(ELSEWHERE, "lookup: http_301")
    assert set(tvmaze.asked) == {"shows/1", *(f"lookup/shows?imdb={one}" for one in ids)}


@pytest.mark.parametrize("location", ["/tvmaze/shows/82", "../shows/82", "/tvmaze/shows/82?a=b"])
async def test_a_redirect_to_a_show_may_be_relative(tvmaze: ScriptedTvmaze, location: str) -> None:
    """What counts is where it leads; of the address only the id is used."""
    tvmaze.leads(FOUND, location)
    report = await harvest_series(tvmaze.base_url, [FOUND])
    assert outcomes_of(report.run)[FOUND]["origin_id"] == 82
    assert tvmaze.asked["shows/82"] == 1


@pytest.mark.parametrize("missing", ["shows/82", "shows/82/episodes?specials=1", "shows/82/cast"])
async def test_a_show_that_is_gone_has_no_records(tvmaze: ScriptedTvmaze, missing: str) -> None:
    """It was found and is not there: no record of it is kept, as a part would be taken for all."""
    tvmaze.answers[missing] = Answer(b'{"name":"Not Found","status":404}', 404)
    report = await harvest_series(tvmaze.base_url, [FOUND], endpoints=("show", "episodes", "cast"))
    assert outcomes_of(report.run)[FOUND]["reason"] == "gone"
    assert records_of() == {}
    assert await breaches(report.run) == []


NO_BODIES = [
    ("shows/{}", b'{"id":83,"name":"Another"}', "show: another_id"),
    ("shows/{}", b'{"name":"None"}', "show: another_id"),
    ("shows/{}", b'[{"id":82}]', "show: not_an_object"),
    ("shows/{}", b'{"id":82', "show: not_json"),
    ("shows/{}", b'{"id":82}{"id":82}', "show: not_json"),
    ("shows/{}", b'{"id":82,"x":"\xff"}', "show: not_json"),
    ("shows/{}/cast", b'{"id":82}', "cast: not_an_array"),
    ("shows/{}/cast", b"[1]", "cast: not_an_array"),
    ("shows/{}/episodes?specials=1", b"<html></html>", "episodes: not_json"),
    ("shows/{}/episodes?specials=1", b"", "episodes: not_json"),
]


async def test_a_body_that_is_none_fails_the_title(tvmaze: ScriptedTvmaze) -> None:
    """Never repaired, never kept: the reason says what came."""
    wanted = {}
    for show_id, (path, body, reason) in enumerate(NO_BODIES, 101):
        imdb_id = f"tt{show_id:07d}"
        tvmaze.show(show_id, imdb_id)
        tvmaze.answers[f"shows/{show_id}/episodes?specials=1"] = Answer(EPISODES)
        tvmaze.answers[f"shows/{show_id}/cast"] = Answer(CAST)
        tvmaze.answers[path.format(show_id)] = Answer(body)
        wanted[imdb_id] = reason
    report = await harvest_series(
        tvmaze.base_url, [*wanted], endpoints=("show", "episodes", "cast")
    )
    found = {one: outcome["reason"] for one, outcome in outcomes_of(report.run).items()}
    assert found == wanted
    assert records_of() == {}


async def test_half_a_surrogate_pair_is_believed_when_it_comes_twice(
    tvmaze: ScriptedTvmaze,
) -> None:
    """It may be damage, or what TVmaze has: a summary cut within an emoji. Its bytes are kept."""
    body = b'{"id":82,"summary":"\\ud83d"}'
    tvmaze.show(82, FOUND, body)
    await harvest_series(tvmaze.base_url, [FOUND])
    assert tvmaze.asked["shows/82"] == 2
    assert b'"response":' + body + b"}" in raw_bodies()


async def test_an_empty_cast_is_an_answer(tvmaze: ScriptedTvmaze) -> None:
    """Shows without episodes or cast exist: an empty array is a record."""
    tvmaze.answers["shows/82/cast"] = Answer(b"[]")
    report = await harvest_series(tvmaze.base_url, [FOUND], endpoints=("cast",))
    assert records_of()[FOUND, "cast"]["response"] == []
    assert await breaches(report.run) == []


async def test_titles_asked_by_another_id_are_joined_on_their_imdb_id(
    tvmaze: ScriptedTvmaze,
) -> None:
    """Which IMDb id they have, others know; one without is told apart from one not found."""
    asked = Asked(("show",), None, (), None, "array", "h", origin="TVmaze")
    imdb_ids = {"tv:1399": FOUND}
    async with TvmazeOrigin(most_in_10_s=10_000).connect(
        Access(tvmaze.base_url, rate=1_000), Tally()
    ) as connection:
        assert isinstance(connection, TvmazeConnection)
        fetcher = TitleFetcher(connection.client, asked, imdb_ids, None)
        joined = await fetcher.fetch(Title("tv:1399", "series"), Tally())
        nameless = await fetcher.fetch(Title("tv:1400", "series"), Tally())
        movie = await fetcher.fetch(Title("movie:278", "movie"), Tally())
    assert (joined.outcome.outcome, joined.outcome.imdb_id) == ("harvested", FOUND)
    assert joined.records[0].envelope.startswith(
        b'{"id":"tv:1399","imdb_id":"tt0000082","origin":"TVmaze","origin_id":82,'
    )
    assert nameless.outcome.reason == "no_imdb_id"
    assert movie.outcome.reason == "not_a_series"


async def test_a_429_is_waited_for(tvmaze: ScriptedTvmaze) -> None:
    """Retry-After is honoured; it costs no attempt, and the title is harvested."""
    good = tvmaze.answers["shows/82"]
    assert isinstance(good, Answer)
    limited = Answer(b"", 429, {"Retry-After": "1"})
    tvmaze.answers["shows/82"] = [limited, good]
    report = await harvest_series(tvmaze.base_url, [FOUND])
    assert report.requests.throttled == 1
    assert report.this_process.seconds >= 1
    assert outcomes_of(report.run)[FOUND]["outcome"] == "harvested"


async def test_lines(tvmaze: ScriptedTvmaze) -> None:
    """In JSON Lines a line break of a body, which is white space, is a space."""
    await harvest_series(tvmaze.base_url, [FOUND], endpoints=("episodes",), format="lines")
    (path,) = Path("l").glob("Raw/TVmaze/JSON/Episodes/*/*/*/*.jsonl")
    assert b'"response":' + EPISODES.replace(b"\n", b" ") + b"}\n" in path.read_bytes()
