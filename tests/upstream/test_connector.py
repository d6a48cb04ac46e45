"""What a server may send without an end, beside a body: none takes memory, or time without end."""

import asyncio
import gzip
import random

import aiohttp
import pytest
from endless import ENDLESS, FLOODS, TRICKLES, forever, trickle
from faulty_server import Write, faulty_server, whole

from harvester.upstream.connector import MOST_HEADS
from harvester.upstream.session import get, open_session

HINT = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"


def _session(base_url: str, seconds: float = 20) -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(total=seconds)
    return open_session(base_url, connections=4, timeout=timeout)


async def _got(session: aiohttp.ClientSession, url: str) -> tuple[int, bytes]:
    status, _, body = await get(session, url, {}, most=1_000_000)
    return status, body


@pytest.mark.parametrize("head", FLOODS)
async def test_endless_heads_are_a_damaged_response(head: str) -> None:
    """They are no reason to wait: the connection is broken off after a few."""

    async def answering(_: str, write: Write) -> None:
        await forever(write, FLOODS[head])

    async with faulty_server(answering) as server, _session(server.base_url) as session:
        with pytest.raises(aiohttp.ClientResponseError, match="heads for one request"):
            await _got(session, server.base_url)


async def test_a_few_hints_before_each_response() -> None:
    """They are skipped, for each request on a connection anew."""
    connections = set()

    async def answering(_: str, write: Write) -> None:
        connections.add(write)
        await write(HINT * (MOST_HEADS - 1) + whole(b"{}"))

    async with faulty_server(answering) as server, _session(server.base_url) as session:
        assert [await _got(session, server.base_url) for _ in range(3)] == [(200, b"{}")] * 3
    assert len(connections) == 1


@pytest.mark.parametrize("flood", [HINT, whole(b"{}")])
async def test_a_connection_that_waits_takes_no_flood(flood: bytes) -> None:
    """What comes after the response, asked for by nobody, is not queued while it comes."""
    broken = asyncio.Event()

    async def answering(_: str, write: Write) -> None:
        await write(whole(b"{}"))
        await asyncio.sleep(0.1)
        try:
            await forever(write, flood * 1000)
        finally:
            broken.set()

    async with faulty_server(answering) as server, _session(server.base_url) as session:
        assert await _got(session, server.base_url) == (200, b"{}")
        async with asyncio.timeout(5):
            await broken.wait()
        assert await _got(session, server.base_url) == (200, b"{}")


@pytest.mark.parametrize("part", ENDLESS)
async def test_no_part_of_a_response_goes_on_for_ever(part: str) -> None:
    """It is broken off when there is too much of it, which takes no time."""

    async def answering(_: str, write: Write) -> None:
        await ENDLESS[part](write)

    async with faulty_server(answering) as server, _session(server.base_url) as session:
        with pytest.raises((aiohttp.ClientResponseError, aiohttp.ClientPayloadError)):
            async with asyncio.timeout(5):
                await _got(session, server.base_url)


@pytest.mark.parametrize("part", TRICKLES)
async def test_what_trickles_ends_with_the_time_of_its_request(part: str) -> None:
    """A byte now and then keeps no request open."""

    async def answering(_: str, write: Write) -> None:
        await trickle(write, TRICKLES[part])

    async with faulty_server(answering) as server, _session(server.base_url, 0.3) as session:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5) as late:
                await _got(session, server.base_url)
        assert not late.expired()


async def test_a_body_in_small_chunks_is_read() -> None:
    """Several times as much as may come beside a body, in lines of a few bytes."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b'8\r\n"abcdef"\r\n' * 500_000

    async def answering(_: str, write: Write) -> None:
        await write(head + body + b"0\r\n\r\n")

    async with faulty_server(answering) as server, _session(server.base_url) as session:
        _, _, found = await get(session, server.base_url, {}, most=4_000_000)
    assert len(found) == 4_000_000


async def test_a_body_that_shrinks_is_read() -> None:
    """Gzip of what can't be packed is longer than what is in it."""
    body = random.Random(1).randbytes(4_000_000)
    packed = gzip.compress(body)
    assert len(packed) > len(body)

    async def answering(_: str, write: Write) -> None:
        await write(whole(packed, 200, "Content-Encoding: gzip"))

    async with faulty_server(answering) as server, _session(server.base_url) as session:
        _, _, found = await get(session, server.base_url, {}, most=4_000_000)
    assert found == body
