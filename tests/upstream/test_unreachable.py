"""What each way of not reaching TMDB is called, over real sockets, and whether waiting helps."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from tls_certificate import make_certificate
from yarl import URL

from harvester.errors import RouteError, UpstreamDown
from harvester.upstream.proxy import Proxy
from harvester.upstream.unreachable import Obstacle, Route, explained, obstacle, speaks_tls


def route_to(url: str, proxy: Proxy | None = None) -> Route:
    """Return the way to a TMDB at this address."""
    return Route(URL(url), "TMDB", "TMDB_BASE_URL", proxy)


@asynccontextmanager
async def _server(answer: bytes, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Answer each connection with these bytes, and close it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _in_the_way(url: str, proxy: str | None = None) -> Obstacle:
    """Ask once, and return what is in the way."""
    timeout = aiohttp.ClientTimeout(total=3)
    route = route_to(url, None if proxy is None else Proxy(URL(proxy), "HTTPS_PROXY"))
    async with aiohttp.ClientSession(timeout=timeout, proxy=proxy) as session:
        with pytest.raises((aiohttp.ClientError, OSError, ValueError)) as caught:
            async with session.get(url):
                pass
    assert isinstance(caught.value, Exception)
    return obstacle(caught.value, route)


@pytest.fixture
def context(tmp_path: Path) -> ssl.SSLContext:
    """Return a server's context with a certificate that nobody trusts."""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(*make_certificate(tmp_path))
    return found


async def test_a_certificate_that_is_not_trusted(
    context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host, the cause, the variable that helps; and a file it names that is not there."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    async with _server(b"", context) as port:
        found = await _in_the_way(f"https://127.0.0.1:{port}/3")
    assert found.lasts
    assert f"the certificate of 127.0.0.1:{port} is not trusted (self-signed" in found.says
    assert "SSL_CERT_FILE names /nowhere/ca.pem, which can't be read" in found.says


@pytest.mark.parametrize(
    ("code", "words"),
    [(62, "for another name"), (64, "for another name"), (9, "clock"), (10, "has expired")],
)
def test_a_certificate_of_another_name_or_time(code: int, words: str) -> None:
    """OpenSSL's code decides what the sentence advises."""
    cause = ssl.SSLCertVerificationError(1, "verify failed")
    cause.verify_code, cause.verify_message = code, "x"
    key = aiohttp.client_reqrep.ConnectionKey("t.test", 443, True, True, None, None, None)
    error = aiohttp.ClientConnectorCertificateError(key, cause)
    found = obstacle(error, route_to("https://t.test/3"))
    assert found.lasts
    assert "t.test:443" in found.says
    assert words in found.says


async def test_https_to_a_port_of_http() -> None:
    """TLS spoken to a server of plain HTTP: no waiting helps."""
    async with _server(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") as port:
        found = await _in_the_way(f"https://127.0.0.1:{port}/3")
    assert found.lasts
    assert "does not speak TLS" in found.says
    assert "http:// in TMDB_BASE_URL" in found.says


async def test_http_to_a_port_of_https(context: ssl.SSLContext) -> None:
    """A TLS alert is one sign of it; a connection hung up is told apart by a handshake."""
    async with _server(b"\x15\x03\x01\x00\x02\x02F") as port:
        found = await _in_the_way(f"http://127.0.0.1:{port}/3")
    assert found.lasts
    assert "https://" in found.says
    async with _server(b"", context) as port:
        assert await speaks_tls(route_to(f"http://127.0.0.1:{port}/3"), 2)
    async with _server(b"") as port:
        assert not await speaks_tls(route_to(f"http://127.0.0.1:{port}/3"), 2)
    assert not await speaks_tls(route_to("http://127.0.0.1:1/3"), 2)


async def test_what_waiting_may_help() -> None:
    """Refused, a name that is not found, hung up, no HTTP: each names host and cause."""
    found = await _in_the_way("http://127.0.0.1:1/3")
    assert found == Obstacle(
        "TMDB does not answer: cannot connect to 127.0.0.1:1 (connection refused)"
    )
    found = await _in_the_way("https://tmdb.invalid/3")
    assert not found.lasts
    assert "the name tmdb.invalid is not found" in found.says
    async with _server(b"") as port:
        found = await _in_the_way(f"http://127.0.0.1:{port}/3")
        assert found.says.endswith(f"127.0.0.1:{port} closes the connection")
    async with _server(b"SSH-2.0-OpenSSH_9.6\r\n") as port:
        found = await _in_the_way(f"http://127.0.0.1:{port}/3")
        assert not found.lasts
        assert f"what 127.0.0.1:{port} answers is broken" in found.says
    silent = obstacle(TimeoutError(), route_to("https://t.test/3"))
    assert silent == Obstacle("TMDB does not answer: t.test is silent (timeout)")


async def test_a_proxy_is_named() -> None:
    """What is wrong with a proxy is not said of TMDB; a password wanted lasts."""
    answer = b"HTTP/1.1 407 Authenticate\r\nContent-Length: 0\r\n\r\n"
    async with _server(answer) as port:
        found = await _in_the_way("https://t.invalid/3", f"http://127.0.0.1:{port}")
    assert found.lasts
    assert f"the proxy 127.0.0.1:{port} wants a user and a password" in found.says
    assert "HTTPS_PROXY" in found.says
    async with _server(answer.replace(b"407", b"502")) as port:
        found = await _in_the_way("https://t.invalid/3", f"http://127.0.0.1:{port}")
    assert not found.lasts
    assert found.says.endswith(f"no way to t.invalid through the proxy 127.0.0.1:{port} (HTTP 502)")
    found = await _in_the_way("https://t.invalid/3", "http://127.0.0.1:1")
    assert not found.lasts
    assert "cannot connect to proxy 127.0.0.1:1 (connection refused)" in found.says
    found = await _in_the_way("https://t.invalid/3", "http://proxy.invalid:3128")
    assert "the proxy name proxy.invalid is not found" in found.says


async def test_a_host_that_is_no_name() -> None:
    """What the resolver cannot even encode lasts."""
    found = await _in_the_way("http://a..b/3")
    assert found.lasts
    assert "TMDB_BASE_URL" in found.says


def test_an_obstacle_is_an_error_of_ours() -> None:
    """One that lasts is for the user to fix, the other says to come again."""
    assert isinstance(Obstacle("x", lasts=True).error(), RouteError)
    error = Obstacle("x").error()
    assert isinstance(error, UpstreamDown)
    assert str(error) == "x; run the command again later"


@pytest.mark.parametrize("name", ["api_key", "apikey"])
def test_an_errors_own_words_hide_what_is_secret(name: str) -> None:
    """Neither a proxy's password nor a key in a URL; one line of a bearable length."""
    error = ValueError(
        f"at http://me:secret@proxy:1 for 'https://t/3?{name}=hidden&x=1'\n" + "y" * 999
    )
    shown = explained(error)
    assert "secret" not in shown
    assert "hidden" not in shown
    assert "\n" not in shown
    assert len(shown) == 300
