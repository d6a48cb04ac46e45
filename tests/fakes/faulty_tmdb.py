"""A TMDB written byte for byte that fails in a chosen way on chosen titles.

Raw sockets: it sends what a broken network or CDN sends, and no server library corrects it.
"""

import asyncio
import gzip
import hashlib
import json
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

STALL_SECONDS = 30.0
CHANGED = (3, 5, 8)
"""The titles that changed, on any day."""


@dataclass(slots=True)
class FaultyTmdb:
    """Movie `n` has the id tt000000n; `faults` maps (path, number of the request) to a fault.

    `lasting` faults affect every request of a path, `passing` ones only the first two.
    """

    base_url: str = ""
    lasting: dict[str, str] = field(default_factory=dict)
    passing: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    another: str = "movie/999999"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._answer(reader, writer):
                    pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = self.path_of(head.split()[1])
        self.asked[path] += 1
        fault = self.lasting.get(path)
        if self.asked[path] <= 2:
            fault = fault or self.passing.get(path)
        if fault is None:
            writer.write(self.whole(path))
            await writer.drain()
            return True
        return await _fail(fault, self.body_of(path), self.body_of(self.another), writer)

    def path_of(self, target: str) -> str:
        """Return what faults and counts call a request's target."""
        return target.partition("?")[0].removeprefix("/3/")

    def body_of(self, path: str) -> bytes:
        """Return the right answer."""
        return _body(path)

    def whole(self, path: str) -> bytes:
        """Return the right answer as it goes over the wire."""
        return response(200, self.body_of(path))


Faulty = TypeVar("Faulty", bound=FaultyTmdb)


async def _fail(  # noqa: C901, PLR0912 - one table: a line or two for each fault
    fault: str, body: bytes, another: bytes, writer: asyncio.StreamWriter
) -> bool:
    match fault:
        case "429":
            writer.write(response(429, b'{"status_code":25}'))
        case "retry-after":
            writer.write(response(429, b'{"status_code":25}', "Retry-After: 0"))
        case "500" | "503" | "504":
            writer.write(response(int(fault), b'{"success":false,"status_code":11}'))
        case "502":
            page = b"<html><body>Bad Gateway</body></html>"
            writer.write(response(502, page, "Content-Type: text/html"))
        case "html":
            page = b"<html><body>Hello</body></html>"
            writer.write(response(200, page, "Content-Type: text/html"))
        case "blocked" | "gone":  # somebody else's, on the way to TMDB
            page = b"<html><body>Request blocked</body></html>"
            status = 403 if fault == "blocked" else 410
            writer.write(response(status, page, "Content-Type: text/html"))
        case "brotli":
            writer.write(response(200, b"\x8b\x01\x80", "Content-Encoding: br"))
        case "null":  # of a find body; elsewhere it is no fault
            arrays = b'{"movie_results":null,"tv_results":null,"person_results":null}'
            writer.write(response(200, arrays if b"_results" in body else body))
        case "content-type":  # the right body under a wrong label: the body itself is good
            writer.write(response(200, body, "Content-Type: text/html"))
        case "reset":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
            return False
        case "silent":
            await asyncio.sleep(STALL_SECONDS)
            return False
        case "stall":
            writer.write(response(200, body)[:-5])
            await writer.drain()
            await asyncio.sleep(STALL_SECONDS)
            return False
        case "truncated":
            writer.write(response(200, body)[:-5])
            return False
        case "gzip":
            writer.write(response(200, gzip.compress(body), etag=_etag(body)))
        case "etag":  # a different wrong ETag each time would be handled alike
            writer.write(response(200, body, etag="0" * 32))
        case "damaged":  # complete for HTTP, but its last bytes are not TMDB's
            writer.write(response(200, body[:-5] + b'x":1}', etag=_etag(body)))
        case "list":
            writer.write(response(200, b"[" + body + b"]"))
        case "another":
            writer.write(response(200, another))
        case _:
            raise ValueError(fault)
    await writer.drain()
    return True


def _body(path: str) -> bytes:
    if path.startswith("find/"):
        number = int(path.rpartition("tt")[2])
        arrays: dict[str, list[Any]] = {
            f"{name}_results": [] for name in ("person", "tv", "tv_episode", "tv_season")
        }
        found = {"movie_results": [{"id": number, "title": "A & B"}], **arrays}
        return json.dumps(found).replace("&", "\\u0026").encode()
    if path.endswith("/changes"):
        items = [{"id": number, "adult": False} for number in CHANGED]
        page = {"results": items, "page": 1, "total_pages": 1, "total_results": len(items)}
        return json.dumps(page).encode()
    if path.startswith("movie/"):
        number = int(path.split("/")[1])
        return json.dumps({"id": number, "of": path, "é": "\u00e9"}, ensure_ascii=False).encode()
    return b'{"success":true}'


def _etag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def response(status: int, body: bytes, *headers: str, etag: str | None = None) -> bytes:
    """Return a whole response; a 200 has an ETag, its body's if no other is named."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers]
    if status == 200:
        lines.append(f'ETag: W/"{etag or _etag(body)}"')
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def faulty_tmdb() -> AsyncIterator[FaultyTmdb]:
    """Serve a TMDB with faults on loopback."""
    async with served(FaultyTmdb()) as tmdb:
        yield tmdb


@asynccontextmanager
async def served(tmdb: Faulty) -> AsyncIterator[Faulty]:
    """Serve it on loopback, below `/3`."""
    connections: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(tmdb.serve(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    tmdb.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/3"
    try:
        yield tmdb
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await server.wait_closed()
