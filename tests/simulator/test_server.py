"""The simulated TMDB over real HTTP: protocol, limits, tokens, and how it starts and stops."""

import asyncio
import gzip
import hashlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from yarl import URL

from harvester.errors import SettingError
from harvester.simulator import Simulator, SimulatorOptions, bodies, describe, simulate
from harvester.simulator.library import Library
from harvester.simulator.routes import route

BEARER = {"Authorization": "Bearer any"}


@asynccontextmanager
async def tmdb(**options: Any) -> AsyncIterator[tuple[Simulator, aiohttp.ClientSession]]:
    """Start a simulator without latency, and a client that does not decode bodies."""
    async with (
        simulate(SimulatorOptions(**{"latency_ms": 0, **options})) as simulator,
        aiohttp.ClientSession(
            base_url=f"{simulator.base_url}/", headers=BEARER, auto_decompress=False
        ) as session,
    ):
        yield simulator, session


async def fetch(session: aiohttp.ClientSession, path: str, **kwargs: Any) -> tuple[int, Any]:
    """Return status and decoded JSON."""
    async with session.get(path, headers={"Accept-Encoding": "identity"}, **kwargs) as response:
        return response.status, json.loads(await response.read())


async def test_a_200_is_gzipped_chunked_and_carries_its_etag() -> None:
    """Gzip when accepted, chunked without Content-Length, and the ETag of the plain body."""
    async with tmdb() as (_, session), session.get("movie/111161/credits") as response:
        packed = await response.read()
        plain = gzip.decompress(packed)
        headers = response.headers
        assert response.status == 200
        assert headers["Content-Encoding"] == "gzip"
        assert headers["Transfer-Encoding"] == "chunked"
        assert "Content-Length" not in headers
        assert headers["Content-Type"] == "application/json;charset=utf-8"
        assert headers["ETag"] == f'W/"{hashlib.sha256(plain).hexdigest()[:32]}"'
        assert headers["X-Harvester-Synthetic"] == "1"
        assert plain == bodies.wire(bodies.below(1, 111161, "movie", "credits"))


async def test_a_client_that_refuses_gzip_gets_plain_bytes() -> None:
    """Without gzip in Accept-Encoding the same body comes uncompressed, with the same ETag."""
    async with (
        tmdb() as (_, session),
        session.get("movie/111161", headers={"Accept-Encoding": "identity"}) as plain,
        session.get("movie/111161") as packed,
    ):
        assert "Content-Encoding" not in plain.headers
        assert plain.headers["ETag"] == packed.headers["ETag"]
        assert await plain.read() == gzip.decompress(await packed.read())


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("movie/502", 404, 34),
        ("movie/502/credits", 404, 34),
        ("movie/Strange", 404, 6),
        ("tv/tt0903747", 404, 6),
        ("tv/111161", 404, 34),
        ("movie/111161/nonsense", 404, 34),
        ("movie/111161/content_ratings", 404, 34),
        ("nonsense", 404, 34),
        ("find/tt0111161", 422, 5),
        ("movie/111161?append_to_response=" + ",".join(f"x{n}" for n in range(21)), 400, 27),
    ],
)
async def test_errors_are_tmdbs_envelopes(path: str, status: int, code: int) -> None:
    """Errors have TMDB's status, code and envelope, no ETag, and say they are synthetic."""
    async with tmdb() as (_, session), session.get(path) as response:
        body = json.loads(gzip.decompress(await response.read()))
        assert response.status == status
        assert body["status_code"] == code
        assert body["success"] is False
        assert body["status_message"]
        assert "ETag" not in response.headers
        assert response.headers["X-Harvester-Synthetic"] == "1"


async def test_a_movie_answers_to_its_imdb_id() -> None:
    """`/movie/tt…` is the movie itself."""
    async with tmdb() as (_, session):
        assert await fetch(session, "movie/tt0111161") == await fetch(session, "movie/111161")


async def test_find_knows_only_imdb_ids() -> None:
    """Another source, or an id of another form, gives 200 with five empty arrays."""
    async with tmdb() as (_, session):
        for path in ("find/tt0111161?external_source=tvdb_id", "find/x?external_source=imdb_id"):
            status, body = await fetch(session, path)
            assert status == 200
            assert list(body.values()) == [[]] * 5
        _, body = await fetch(session, "find/tt0111161?external_source=imdb_id&language=pt-BR")
        assert body["movie_results"][0]["title"] == "The Shawshank Redemption"


@pytest.mark.parametrize("comma", [",", "%2C"])
async def test_append_takes_both_commas_and_ignores_unknown_names(comma: str) -> None:
    """Appended objects are under their path, without id; retired names are simply absent."""
    names = comma.join(("credits", "casts", "watch/providers", "keywords"))
    async with tmdb() as (simulator, session):
        url = f"{simulator.base_url}/movie/111161?append_to_response={names}"
        async with session.get(URL(url, encoded=True)) as response:
            body = json.loads(gzip.decompress(await response.read()))
        for endpoint in ("credits", "watch/providers", "keywords"):
            _, alone = await fetch(session, f"movie/111161/{endpoint}")
            del alone["id"]
            assert body.pop(endpoint) == alone
        assert body == (await fetch(session, "movie/111161"))[1]


async def test_any_key_will_do_but_none_will_not() -> None:
    """Bearer or api_key, any non-empty value; without either, TMDB's 401."""
    async with tmdb() as (simulator, _), aiohttp.ClientSession() as bare:
        url = f"{simulator.base_url}/authentication"
        async with bare.get(url) as response:
            assert response.status == 401
            assert (await response.json())["status_code"] == 7
        async with bare.get(f"{url}?api_key=x") as response:
            assert response.status == 200
            assert (await response.json())["success"] is True
        async with bare.get(url, headers=BEARER) as response:
            assert response.status == 200


async def test_a_set_token_is_the_only_one_taken() -> None:
    """With a token set, every other one is refused on every endpoint."""
    async with tmdb(token="right") as (_, session):
        assert (await fetch(session, "movie/111161"))[0] == 401
        assert (await fetch(session, "authentication?api_key=wrong"))[0] == 401
        assert (await fetch(session, "movie/111161?api_key=right"))[0] == 200
    assert "right" not in repr(SimulatorOptions(token="right"))


async def test_over_the_limit_is_429_without_retry_after() -> None:
    """A bucket of 5 lets a burst of 5 pass, then one more every 1/limit seconds."""
    async with tmdb(limit=1) as (simulator, session):
        statuses = [(await fetch(session, "configuration"))[0] for _ in range(8)]
        async with session.get("configuration") as response:
            body = json.loads(gzip.decompress(await response.read()))
            assert response.status == 429
            assert "Retry-After" not in response.headers
            assert body["status_code"] == 25
        await asyncio.sleep(1.1)
        assert (await fetch(session, "configuration"))[0] == 200
        assert statuses == [200] * 5 + [429] * 3
        assert simulator.stats()["by_status"] == {"200": 6, "429": 4}


async def test_connections_over_the_cap_are_closed_at_once() -> None:
    """The third connection of two is accepted and closed; a freed place can be taken again."""
    async with tmdb(max_connections=2) as (simulator, _):
        port = int(simulator.base_url.split(":")[2].removesuffix("/3"))
        kept = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        await asyncio.sleep(0.05)
        reader, refused = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.read(), 1) == b""
        kept[0][1].close()
        await asyncio.sleep(0.05)
        reader, taken = await asyncio.open_connection("127.0.0.1", port)
        taken.write(b"GET /__stats HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        for writer in (refused, taken, kept[1][1]):
            writer.close()
        stats = simulator.stats()
        assert stats["refused_connections"] == 1
        assert stats["max_connections"] == 2


async def test_stats_tell_what_was_served() -> None:
    """Counts by status and endpoint, without the requests for the counts."""
    async with tmdb(seed=3) as (simulator, session):
        for path in ("find/tt0111161?external_source=imdb_id", "movie/502", "movie/111161/credits"):
            await fetch(session, path)
        stats_url = simulator.base_url.removesuffix("/3") + "/__stats"
        async with aiohttp.ClientSession() as bare, bare.get(stats_url) as response:
            assert await response.json() == simulator.stats()
        stats = simulator.stats()
        assert stats["requests"] == stats["worst_second"] == 3
        assert stats["by_status"] == {"200": 2, "404": 1}
        assert stats["by_endpoint"] == {"find": 1, "movie": 1, "movie/credits": 1}
        assert stats["seed"] == 3
        assert "Served 3 synthetic requests (seed 3)." in describe(stats)


async def test_requests_in_flight_are_counted() -> None:
    """Four requests that wait together are four in flight."""
    async with tmdb(latency_ms=300) as (simulator, session):
        await asyncio.gather(*(fetch(session, "configuration") for _ in range(4)))
        assert simulator.stats()["max_in_flight"] == 4


async def test_latency_is_waited() -> None:
    """A request takes at least a fixed latency; the mix takes at least 15 ms."""
    async with tmdb(latency_ms=120) as (_, session):
        started = time.perf_counter()
        await fetch(session, "configuration")
        assert time.perf_counter() - started >= 0.119
    async with tmdb(latency_ms=None) as (_, session):
        started = time.perf_counter()
        await fetch(session, "configuration")
        assert time.perf_counter() - started >= 0.014


async def test_two_simulators_of_one_seed_serve_the_same_bytes() -> None:
    """A body depends only on seed and id."""
    async with tmdb(seed=9) as (_, one), tmdb(seed=9) as (_, two):
        for number in range(7_000_000, 7_000_020):
            path = f"find/tt{number}?external_source=imdb_id"
            async with one.get(path) as first, two.get(path) as second:
                assert await first.read() == await second.read()


async def test_a_busy_port_is_a_setting_to_fix() -> None:
    """A port in use is one clear sentence, not a traceback."""
    async with tmdb() as (simulator, _):
        port = int(simulator.base_url.split(":")[2].removesuffix("/3"))
        with pytest.raises(SettingError, match=f"Port {port} of 127.0.0.1 is in use"):
            async with simulate(SimulatorOptions(), port=port):
                pass


@pytest.mark.parametrize("options", [{"limit": 0}, {"latency_ms": -1}, {"max_connections": 0}])
async def test_senseless_options_are_refused(options: dict[str, Any]) -> None:
    """Meaningless options raise an error before anything listens."""
    with pytest.raises(SettingError):
        async with simulate(SimulatorOptions(**options)):
            pass


async def test_stopping_is_quick_and_leaves_nothing() -> None:
    """With stalled and delayed requests it stops within a second and leaves no task."""
    before = asyncio.all_tasks()
    async with aiohttp.ClientSession(headers=BEARER) as session:
        async with (
            simulate(SimulatorOptions(latency_ms=0, faults="stall=1")) as stalling,
            simulate(SimulatorOptions(latency_ms=30_000)) as sleeping,
        ):
            waiting = [
                asyncio.create_task(session.get(f"{base}/movie/111161"))
                for base in (stalling.base_url, sleeping.base_url)
                for _ in range(3)
            ]
            await asyncio.sleep(0.2)
            started = time.perf_counter()
        assert time.perf_counter() - started < 1.8  # two of them
        for answer in await asyncio.gather(*waiting, return_exceptions=True):
            if isinstance(answer, aiohttp.ClientResponse):
                answer.close()
    await asyncio.sleep(0.05)
    assert asyncio.all_tasks() == before


async def test_a_client_that_gives_up_frees_its_place() -> None:
    """A request whose client has gone is no longer in flight."""
    async with tmdb(latency_ms=30_000) as (simulator, session):
        with pytest.raises(TimeoutError):
            await fetch(session, "configuration", timeout=aiohttp.ClientTimeout(total=0.1))
        await asyncio.sleep(0.1)
        assert simulator._stats.in_flight == 0


def test_the_library_forgets_the_oldest_answers() -> None:
    """Kept renderings stay within the capacity, and a forgotten one is rendered again."""
    library = Library(1, capacity=20_000)
    for number in range(3_000_000, 3_000_100):
        library.answer(route(f"/3/movie/{number}"))
    assert 0 < library._size <= 20_000
    assert len(library._kept) < 100
    assert library.answer(route("/3/movie/3000000")) == Library(1).answer(route("/3/movie/3000000"))
