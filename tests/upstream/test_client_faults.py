"""The client over real HTTP on loopback: TMDB's known faults, dead upstreams, proxies."""

import asyncio
import socket
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from faulty_server import FaultyServer, Write, faulty_server, whole
from held_ports import held_ports
from tls_certificate import make_certificate

from harvester.errors import RouteError, UpstreamDown
from harvester.origins.tmdb.api import TMDB, TmdbApi, TmdbClient
from harvester.simulator import SimulatorOptions, bodies, simulate
from harvester.upstream import health
from harvester.upstream.client import Failure
from harvester.upstream.connect import open_client
from harvester.upstream.credential import Credential
from harvester.upstream.pace import Pace
from harvester.upstream.session import TIMEOUT, open_session
from harvester.upstream.tally import Tally

TOKEN = "eyJ-secret-token"
BEARER = Credential(headers={"Authorization": f"Bearer {TOKEN}"})
NUMBER = 111161
PATH = f"movie/{NUMBER}/credits"
BODY = bodies.wire(bodies.below(1, NUMBER, "movie", "credits"))


async def _at_once(_: float) -> None:
    """Replace the backoff's sleep, which other tests cover in virtual time."""
    await asyncio.sleep(0)


@asynccontextmanager
async def _client(
    base_url: str,
    *,
    concurrency: int = 20,
    timeouts: aiohttp.ClientTimeout = TIMEOUT,
) -> AsyncIterator[tuple[TmdbClient, Tally]]:
    """Open a client with short timeouts that never waits before it retries."""
    tally = Tally()
    async with open_session(base_url, connections=concurrency, timeout=timeouts) as session:
        yield (
            TmdbClient(
                session,
                TMDB,
                base_url,
                BEARER,
                pace=Pace(5_000),
                concurrency=concurrency,
                tally=tally,
                sleep=_at_once,
            ),
            tally,
        )


async def _get(client: TmdbClient, tally: Tally, number: int = NUMBER) -> bytes | Failure:
    return await client.get("credits", f"movie/{number}/credits", {}, expected=number, tally=tally)


_REASONS = {
    "reset": "connection",
    "truncated": "broken_body",
    "notgzip": "broken_body",
    "html": "not_json",
    "list": "not_an_object",
    "otherid": "another_id",
    "500": "http_500",
    "502": "http_502",
    "503": "http_503",
    "504": "http_504",
}


@pytest.mark.parametrize(("kind", "reason"), _REASONS.items())
async def test_a_fault_that_never_passes_fails_the_title(kind: str, reason: str) -> None:
    """After exactly eight requests on the wire: aiohttp itself repeats none."""
    options = SimulatorOptions(latency_ms=0, faults=f"{kind}=1")
    async with simulate(options) as simulator, _client(simulator.base_url) as (client, tally):
        assert await client.check() is True
        assert await _get(client, tally) == Failure(reason)
        assert simulator.stats()["faults"] == {kind: 8}
        assert simulator.stats()["requests"] == tally.sent == 8 + 3


@pytest.mark.parametrize("kind", [*_REASONS, "etag", "gzip", "429"])
async def test_a_fault_that_passes_is_survived(kind: str) -> None:
    """With 30 % of one fault every body arrives, byte for byte what TMDB has."""
    options = SimulatorOptions(latency_ms=0, faults=f"{kind}=0.3")
    async with simulate(options) as simulator, _client(simulator.base_url) as (client, tally):
        for _ in range(30):
            assert await _get(client, tally) == BODY
        assert simulator.stats()["faults"][kind] >= 4
        assert tally.throttled == (simulator.stats()["faults"][kind] if kind == "429" else 0)


@pytest.mark.parametrize(("kind", "requests"), [("gzip", 1), ("etag", 2)])
async def test_what_is_whole_after_all_is_kept(kind: str, requests: int) -> None:
    """Unlabelled gzip is gunzipped at once; a wrong ETag needs the same bytes twice."""
    options = SimulatorOptions(latency_ms=0, faults=f"{kind}=1")
    async with simulate(options) as simulator, _client(simulator.base_url) as (client, tally):
        assert await _get(client, tally) == BODY
        assert tally.sent == requests


async def test_a_stall_is_given_up() -> None:
    """Headers, then nothing: a timeout each time, and the connection is not reused."""
    options = SimulatorOptions(latency_ms=0, faults="stall=1")
    timeouts = aiohttp.ClientTimeout(total=0.05)
    async with (
        simulate(options) as simulator,
        _client(simulator.base_url, concurrency=1, timeouts=timeouts) as (client, tally),
    ):
        assert await _get(client, tally) == Failure("timeout")
        assert simulator.stats()["faults"] == {"stall": 8}


@pytest.mark.parametrize("what", ["silence", "drip"])
async def test_each_wait_has_its_end(what: str) -> None:
    """A missing first byte and a body that drips forever run into the same timeout."""

    async def answering(target: str, write: Write) -> None:
        if target.endswith("authentication"):
            await write(whole())
            return
        if what == "drip":
            await write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            if what == "drip":
                await write(b" ")
            await asyncio.sleep(0.01)

    async with (
        faulty_server(answering) as server,
        _client(server.base_url, timeouts=aiohttp.ClientTimeout(total=0.1)) as (client, tally),
    ):
        assert await _get(client, tally) == Failure("timeout")
        assert server.count(f"/3/{PATH}") == 8


async def test_connecting_has_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that never completes a connection is down: `sock_connect` ends it, no Failure."""
    monkeypatch.setattr("harvester.upstream.probe._TIMEOUT", aiohttp.ClientTimeout(total=0.1))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        crowd = [socket.socket() for _ in range(8)]  # the backlog is full: a SYN goes unanswered
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        timeouts = aiohttp.ClientTimeout(total=60, sock_connect=0.05)
        async with _client(f"http://127.0.0.1:{port}/3", timeouts=timeouts) as (client, tally):
            with pytest.raises(UpstreamDown):
                await _get(client, tally)
            assert tally.sent == 4 + 4
        for one in crowd:
            one.close()


def test_the_default_timeouts() -> None:
    """Connecting and waiting for an answer time out within seconds an operator can accept."""
    assert aiohttp.ClientTimeout(total=20, sock_connect=5) == TIMEOUT


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    """The token is not sent to where TMDB, or a server posing as TMDB, redirects."""

    async def elsewhere(target: str, write: Write) -> None:
        await write(whole(BODY))

    async with faulty_server(elsewhere) as other:

        async def answering(target: str, write: Write) -> None:
            there = f"Location: {other.base_url}/{PATH}"
            at_home = target.endswith("authentication")
            await write(whole() if at_home else whole(b"", status, there))

        async with (
            faulty_server(answering) as server,
            _client(server.base_url) as (client, tally),
        ):
            assert await _get(client, tally) == Failure(f"http_{status}")
        assert other.targets == []


async def test_no_more_in_flight_than_allowed() -> None:
    """At most `concurrency` requests and connections, also while many fail and are retried."""
    options = SimulatorOptions(latency_ms=5, faults="reset=0.05,503=0.1,truncated=0.05")
    async with (
        simulate(options) as simulator,
        _client(simulator.base_url, concurrency=5) as (client, tally),
    ):
        ends = await asyncio.gather(*(_get(client, tally) for _ in range(200)))
        stats = simulator.stats()
    assert Counter(ends) == {BODY: 200}
    assert stats["max_in_flight"] == 5
    assert stats["max_connections"] <= 5
    assert stats["refused_connections"] == 0


async def test_a_probe_opens_no_connection_above_the_cap() -> None:
    """While the only allowed request is in flight, a probe waits for its connection."""
    async with (
        simulate(SimulatorOptions(latency_ms=50)) as simulator,
        _client(simulator.base_url, concurrency=1) as (client, tally),
    ):
        body, _ = await asyncio.gather(_get(client, tally), client.check())
        assert body == BODY
        assert simulator.stats()["max_connections"] == 1


async def test_a_closed_port_is_down_within_seconds() -> None:
    """Nothing listens: 50 requests end as UpstreamDown, none as a Failure, within seconds."""
    started = time.monotonic()
    tally = Tally()
    with held_ports(1) as (port,):
        url = f"http://127.0.0.1:{port}/3"
        async with open_client(
            TMDB, url, BEARER, pace=Pace(1_000), concurrency=20, tally=tally
        ) as client:
            asked = (_get(client, tally) for _ in range(50))
            ends = await asyncio.gather(*asked, return_exceptions=True)
            with pytest.raises(UpstreamDown):
                await client.check()
    assert [type(end) for end in ends] == [UpstreamDown] * 50
    assert time.monotonic() - started < 30
    assert tally.sent < 200


async def test_an_outage_over_real_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """TMDB resets everything for about 200 requests, then is back: every body arrives."""
    monkeypatch.setattr(health, "_PROBE_AFTER_SECONDS", (0.0,) + (0.01,) * 300)
    served = 0

    async def answering(target: str, write: Write) -> None:
        nonlocal served
        served += 1
        if 100 <= served < 300:
            raise ConnectionResetError
        await write(whole(b'{"id":%d}' % NUMBER))

    async with faulty_server(answering) as server, _client(server.base_url) as (client, tally):
        ends = await asyncio.gather(*(_get(client, tally) for _ in range(400)))
    assert Counter(ends) == {b'{"id":%d}' % NUMBER: 400}
    assert served >= 600


@pytest.mark.slow
async def test_a_tenth_of_faults_over_3000_requests() -> None:
    """Ten percent of all kinds of faults: no Failure, no UpstreamDown, every body intact."""
    kinds = [
        "reset",
        "truncated",
        "notgzip",
        "gzip",
        "500",
        "502",
        "503",
        "504",
        "etag",
        "html",
        "list",
        "otherid",
        "429",
    ]
    faults = ",".join(f"{kind}={0.1 / len(kinds)}" for kind in kinds)
    options = SimulatorOptions(latency_ms=0, faults=faults)
    numbers = [NUMBER, 68646, 71562, 468569, 50083, 108052]
    movies = [number for number in numbers if bodies.below(1, number, "movie", "credits")]
    async with simulate(options) as simulator, _client(simulator.base_url) as (client, tally):
        whole_ones = {
            number: bodies.wire(bodies.below(1, number, "movie", "credits")) for number in movies
        }
        asked = [movies[n % len(movies)] for n in range(3_000)]
        ends = await asyncio.gather(*(_get(client, tally, number) for number in asked))
        assert all(end == whole_ones[number] for number, end in zip(asked, ends, strict=True))
        assert set(simulator.stats()["faults"]) == set(kinds)
        assert simulator.stats()["max_connections"] <= 20
        assert tally.retried > 200


@asynccontextmanager
async def _proxy() -> AsyncIterator[FaultyServer]:
    async def answering(target: str, write: Write) -> None:
        await write(whole(b'{"id":%d}' % NUMBER))

    async with faulty_server(answering) as server:
        yield server


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy"])
async def test_loopback_never_goes_through_a_proxy(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulator is reached directly, whatever the environment says."""
    async with _proxy() as proxy, simulate(SimulatorOptions(latency_ms=0)) as simulator:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
        for host in ("127.0.0.1", "localhost"):
            base_url = simulator.base_url.replace("127.0.0.1", host)
            async with _client(base_url) as (client, tally):
                assert await _get(client, tally) == BODY
    assert proxy.targets == []


async def test_other_hosts_go_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless NO_PROXY names them; a `default` in ~/.netrc does not replace our token."""
    async with _proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        netrc = Path("netrc")
        netrc.write_text("default login somebody password else\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc.absolute()))
        async with _client("http://tmdb.invalid/3") as (client, tally):
            assert await _get(client, tally) == b'{"id":%d}' % NUMBER
        assert proxy.targets == [f"http://tmdb.invalid/3/{PATH}"]
        assert f"Bearer {TOKEN}" in proxy.heads[0]
        monkeypatch.setenv("NO_PROXY", "tmdb.invalid")
        async with open_session("http://tmdb.invalid/3", connections=1, timeout=TIMEOUT) as session:
            assert session._default_proxy is None


async def test_an_oversized_answer_is_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless body is abandoned at the cap, not held in memory until the timeout."""
    monkeypatch.setattr(TmdbApi, "most_bytes", 1_000_000)
    sent = 0

    async def answering(target: str, write: Write) -> None:
        nonlocal sent
        if target.endswith("authentication"):
            await write(whole())
            return
        await write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            sent += 100_000
            await write(b"186A0\r\n" + b" " * 100_000 + b"\r\n")

    async with faulty_server(answering) as server, _client(server.base_url) as (client, tally):
        assert await _get(client, tally) == Failure("too_large")
    assert server.count(f"/3/{PATH}") == 1
    assert sent < 20_000_000


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
        b"HTTP/1.1 200 OK\r\nBroken header\x00\r\n\r\n{}",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n{}",
        b"",
    ],
    ids=["chunk", "short", "gzip", "header", "not-http", "long-header", "nothing"],
)
async def test_broken_http_is_a_fault_like_any_other(answer: bytes) -> None:
    """No answer, however malformed, raises an unexpected error."""

    async def answering(target: str, write: Write) -> None:
        if target.endswith("authentication"):
            await write(whole())
            return
        await write(answer)
        raise ConnectionResetError

    async with faulty_server(answering) as server, _client(server.base_url) as (client, tally):
        found = await _get(client, tally)
    assert isinstance(found, Failure)
    assert found.reason in {"connection", "broken_body", "not_json"}


@pytest.mark.parametrize("size", [9_000, 60_000])
async def test_long_headers_are_read(size: int) -> None:
    """A policy of a CDN or a company's proxy may fill a header up to 64 KB."""

    async def answering(target: str, write: Write) -> None:
        await write(whole(b'{"id":%d}' % NUMBER, 200, "Content-Security-Policy: " + "x" * size))

    async with faulty_server(answering) as server, _client(server.base_url) as (client, tally):
        assert await _get(client, tally) == b'{"id":%d}' % NUMBER
        assert tally.sent == 1


@pytest.mark.parametrize("encoding", ["br", "zstd"])
async def test_an_encoding_that_we_have_no_library_for(encoding: str) -> None:
    """A copy out of a CDN's cache: the next request asks for none, and the probe does so always."""

    async def answering(target: str, write: Write) -> None:
        if "identity" in server.heads[-1]:
            await write(whole(b'{"id":%d}' % NUMBER))
        else:
            await write(whole(b"\x8b\x01\x80not", 200, f"Content-Encoding: {encoding}"))

    async with faulty_server(answering) as server, _client(server.base_url) as (client, tally):
        assert await client.check() is False
        assert await _get(client, tally) == b'{"id":%d}' % NUMBER
        assert tally.sent == 3


async def test_plain_http_to_a_server_of_tls(tmp_path: Path) -> None:
    """A server that hangs up on plain HTTP is asked for a handshake, and the scheme is named."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*make_certificate(tmp_path))
    server = await asyncio.start_server(lambda _, w: w.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with _client(f"http://127.0.0.1:{port}/3") as (client, _):
            with pytest.raises(RouteError, match="https:// in TMDB_BASE_URL"):
                await client.check()
