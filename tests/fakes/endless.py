"""Responses that a server sends without an end, part by part."""

import asyncio
from collections.abc import Awaitable, Callable

from faulty_server import Write

_GOOD = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _GOOD + b"Transfer-Encoding: chunked\r\n\r\n"
_LAST = b'8\r\n{"id":1}\r\n0\r\n'

FLOODS = {
    "103": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 1000,
    "100": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
    "103 with many headers": b"HTTP/1.1 103 X\r\n%b\r\n"
    % b"".join(b"a%d:\r\n" % number for number in range(100)),
}
"""Heads of which any number may come before a response."""


async def forever(write: Write, piece: bytes) -> None:
    """Write a piece again and again, until the connection is lost."""
    while True:
        await write(piece)


def _fast(piece: bytes, begin: bytes = b"") -> Callable[[Write], Awaitable[None]]:
    async def answer(write: Write) -> None:
        await write(begin)
        await forever(write, piece)

    return answer


async def trickle(write: Write, begin: bytes) -> None:
    """Write a byte now and then."""
    await write(begin)
    while True:
        await write(b"a")
        await asyncio.sleep(10)


ENDLESS: dict[str, Callable[[Write], Awaitable[None]]] = {
    "nothing but line breaks": _fast(b"\r\n" * 10_000),
    "status": _fast(b"0" * 65_536, b"HTTP/1.1 "),
    "reason": _fast(b"a" * 65_536, b"HTTP/1.1 200 "),
    "header's name": _fast(b"a" * 65_536, _GOOD),
    "header's value": _fast(b"a" * 65_536, _GOOD + b"X: "),
    "header's spaces": _fast(b" " * 65_536, _GOOD + b"X:"),
    "headers": _fast(b"X: a\r\n" * 10_000, _GOOD),
    "trailer": _fast(b"a" * 65_536, _CHUNKED + _LAST + b"X: "),
    "trailers": _fast(b"X: a\r\n" * 10_000, _CHUNKED + _LAST),
    "chunk's size": _fast(b"0" * 65_536, _CHUNKED),
    "chunk's extension": _fast(b"a" * 65_536, _CHUNKED + b"8;x="),
    "chunks of one byte": _fast(b"1\r\n \r\n" * 10_000, _CHUNKED),
    "gzip's name": _fast(
        b"10000\r\n%b\r\n" % (b"a" * 65_536),
        _GOOD
        + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"a\r\n\x1f\x8b\x08\x08\0\0\0\0\0\x03\r\n",
    ),
}
"""Parts of one response that go on and on, as fast as they are read."""

TRICKLES = {
    "head": _GOOD + b"X: ",
    "body": _GOOD + b"Content-Length: 1000\r\n\r\n",
}
"""How responses begin that may go on a byte at a time."""
