"""The simulator's daily lists of ids, over real HTTP: when they are there, and what is in them."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from asked_library import body_of
from hypothesis import given
from hypothesis import strategies as st

from harvester.simulator import SimulatorOptions, simulate
from harvester.simulator.exports import is_there, parse_name
from harvester.simulator.library import Library

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = "movie_ids_11_26_2026.json.gz"


@asynccontextmanager
async def exports(now: datetime = NOON, **options: Any) -> AsyncIterator[tuple[Any, Any]]:
    """Start a simulator with a fixed clock, and a client without any token."""
    settings = {"latency_ms": 0, "population": 200, **options}
    async with (
        simulate(SimulatorOptions(now=lambda: now, **settings)) as simulator,
        aiohttp.ClientSession(base_url=f"{simulator.exports_url}/") as session,
    ):
        yield simulator, session


async def lines_of(session: aiohttp.ClientSession, name: str) -> list[dict[str, Any]]:
    """Download a file and parse its lines."""
    async with session.get(name) as response:
        assert response.status == 200
        raw = await response.read()
    return [json.loads(line) for line in gzip.decompress(raw).splitlines()]


async def test_a_file_is_gzip_with_its_length_and_date() -> None:
    """No token, no Content-Encoding, no chunks; Last-Modified is 07:19:28 of its day."""
    async with exports() as (simulator, session), session.get(TODAY) as response:
        raw = await response.read()
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/gzip"
        assert response.headers["Content-Length"] == str(len(raw))
        assert response.headers["Last-Modified"] == "Thu, 26 Nov 2026 07:19:28 GMT"
        assert response.headers["X-Harvester-Synthetic"] == "1"
        assert "Content-Encoding" not in response.headers
        assert gzip.decompress(raw).endswith(b"}\n")
        stats = simulator.stats()
        assert stats["by_endpoint"] == {"export/movie": 1}
        assert stats["by_status"] == {"200": 1}


async def test_files_list_exactly_the_titles_of_discover() -> None:
    """Ids, names and popularity are those of discover and details; videos and adults are told."""
    library = Library(1, population=200)
    async with exports() as (_, session):
        movies = await lines_of(session, TODAY)
        series = await lines_of(session, "tv_series_ids_11_25_2026.json.gz")
        adults = await lines_of(session, "adult_movie_ids_11_26_2026.json.gz")
        adult_series = await lines_of(session, "adult_tv_series_ids_11_26_2026.json.gz")
    assert {tuple(line) for line in movies + adults} == {
        ("adult", "id", "original_title", "popularity", "video")
    }
    assert {tuple(line) for line in series + adult_series} == {
        ("id", "original_name", "popularity")
    }
    discovered = body_of(library, "discover/movie?include_video=true")["total_results"]
    assert len(movies) == len({line["id"] for line in movies}) == discovered
    assert len(series) == body_of(library, "discover/tv")["total_results"]
    assert {line["adult"] for line in movies} == {False}
    assert (len(adults), len(adult_series)) == (2, 2)
    assert sum(line["video"] for line in movies) == 5
    for media_type, lines in (("movie", movies + adults), ("tv", series + adult_series)):
        for line in lines:
            details = body_of(library, f"{media_type}/{line['id']}")
            assert {key: details[key] for key in line} == line
    popularity = [line["popularity"] for line in movies]
    assert popularity not in (sorted(popularity), sorted(popularity, reverse=True))


@pytest.mark.parametrize(
    ("now", "day", "there"),
    [
        ("2026-11-26T07:59:59", "11_26_2026", False),
        ("2026-11-26T08:00:00", "11_26_2026", True),
        ("2026-11-26T07:59:59", "11_25_2026", True),
        ("2026-11-26T12:00:00", "11_27_2026", False),
        ("2026-11-26T12:00:00", "08_28_2026", True),
        ("2026-11-26T12:00:00", "08_27_2026", False),
    ],
)
async def test_a_day_is_there_from_8_on_for_90_days(now: str, day: str, there: bool) -> None:
    """Before, and after, it is a 404 that is no envelope of the API."""
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    async with (
        exports(moment, population=0) as (simulator, session),
        session.get(f"tv_series_ids_{day}.json.gz") as response,
    ):
        assert response.status == (200 if there else 404)
        if not there:
            assert "json" not in response.headers["Content-Type"]
        assert simulator.stats()["by_status"] == {str(response.status): 1}


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-200, 200))
def test_the_newest_file_is_never_older_than_yesterday(day: date, hours: int) -> None:
    """At any moment today's or yesterday's is there, and no day of tomorrow."""
    now = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hours)
    today = now.date()
    assert is_there(today, now) == (now.hour >= 8)
    assert is_there(today - timedelta(1), now)
    assert not is_there(today + timedelta(1), now)


@given(st.text() | st.from_regex(r"\A[a-z_]{0,12}_ids_\d\d_\d\d_\d{4}\.json\.gz\Z"))
def test_other_names_are_no_file(name: str) -> None:
    """Whatever is asked for, it is one of the four kinds and a day, or nothing."""
    file = parse_name(name)
    if file is not None:
        kind, day = file
        assert name == f"{kind}_ids_{day:%m}_{day:%d}_{day.year:04}.json.gz"


@pytest.mark.parametrize(
    "name",
    [
        *("movie_ids_13_01_2026.json.gz", "movie_ids_02_30_2026.json.gz"),
        *("movie_ids_2026_11_26.json.gz", "series_ids_11_26_2026.json.gz", "x"),
    ],
)
async def test_a_wrong_name_is_a_404(name: str) -> None:
    """A day that is none, TMDB's date turned round, an unknown kind."""
    assert parse_name(name) is None
    async with exports(population=0) as (_, session), session.get(name) as response:
        assert response.status == 404


async def test_the_size_is_an_option() -> None:
    """A larger population has more lines, and the titles of the smaller one."""
    async with exports(population=10) as (_, session):
        few = await lines_of(session, TODAY)
    async with exports(population=1_000) as (_, session):
        many = await lines_of(session, TODAY)
    assert len(many) == len(few) + 990 + 25  # one of 40 is a video beside
    assert {line["id"] for line in few} <= {line["id"] for line in many}


async def test_a_torn_file_is_shorter_than_its_length() -> None:
    """Half of the bytes come, then the connection closes."""
    async with exports(faults="truncated=1") as (simulator, session):
        async with session.get(TODAY) as response:
            promised = int(response.headers["Content-Length"])
            with pytest.raises(aiohttp.ClientPayloadError):
                await response.read()
        assert promised > 1_000
        assert simulator.stats()["faults"] == {"truncated": 1}


async def test_faults_of_json_leave_a_file_alone() -> None:
    """They apply to JSON bodies only; an error, a page of HTML and a reset apply to files, too."""
    for fault in ("gzip", "notgzip", "etag", "list", "otherid", "dropped"):
        async with exports(faults=f"{fault}=1") as (simulator, session):
            assert len(await lines_of(session, TODAY)) > 200
            assert simulator.stats()["faults"] == {}
    for fault, status in (("503", 503), ("429", 429), ("502", 502), ("html", 200)):
        async with exports(faults=f"{fault}=1") as (_, session), session.get(TODAY) as response:
            assert response.status == status
            assert response.headers["Content-Type"] != "application/gzip"
    async with exports(faults="reset=1") as (_, session):
        with pytest.raises(aiohttp.ClientError):
            await session.get(TODAY)


async def test_the_limit_counts_files_too() -> None:
    """The sixth request of a burst is refused."""
    async with exports(limit=1, population=0) as (_, session):
        answers = await asyncio.gather(*(session.get(TODAY) for _ in range(6)))
        assert sorted(answer.status for answer in answers) == [200] * 5 + [429]
