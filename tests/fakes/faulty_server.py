"""A raw HTTP server on loopback; the test writes every response byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

# The fault, and the reason of a title on which it never passes, whatever the API; None: no damage.
LASTING: dict[str, str | None] = {
    "500": "http_500",
    "502": "http_502",
    "503": "http_503",
    "504": "http_504",
    "html": "not_json",
    "blocked": "http_403",
    "gone": "http_410",
    "brotli": "broken_body",
    "content-type": None,
    "reset": "connection",
    "silent": "timeout",
    "stall": "timeout",
    "truncated": "broken_body",
    "gzip": None,
    "damaged": "not_json",
}

Write = Callable[[bytes], Awaitable[None]]
Answering = Callable[[str, Write], Awaitable[None]]


def whole(body: bytes = b"{}", status: int = 200, *headers: str) -> bytes:
    """Return one complete response."""
    lines = (f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", "")
    return "\r\n".join(lines).encode() + body


@dataclass(slots=True)
class FaultyServer:
    """Where it listens, and the requests: each one's target, and its headers as one text."""

    port: int = 0
    targets: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        """The base URL that a client is given."""
        return f"http://127.0.0.1:{self.port}/3"

    def count(self, target: str) -> int:
        """Return how often a target was requested."""
        return self.targets.count(target)


@asynccontextmanager
async def faulty_server(answering: Answering) -> AsyncIterator[FaultyServer]:
    """Let `answering` write the response to each target; the connection closes when it raises."""
    server = FaultyServer()
    open_ones: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.add(writer)

        async def write(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        with suppress(OSError, EOFError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                server.targets.append(head.split()[1])
                server.heads.append(head)
                await answering(head.split()[1], write)
        writer.close()
        open_ones.discard(writer)

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for writer in open_ones:
            writer.transport.abort()
        await listener.wait_closed()
        await asyncio.sleep(0)  # the aborted ones end here
