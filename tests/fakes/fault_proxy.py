"""A proxy on loopback that treats S3's responses as networks do: loses, cuts, damages, refuses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Fault:
    """What to do to one request: change its body, its response, or send a made-up response."""

    answer: bytes | None = None
    request: Callable[[bytes], bytes] | None = None
    response: Callable[[bytes], bytes] | None = None


LOSE = Fault(response=lambda _: b"")
"""S3 does what it is asked, and its answer never arrives."""


def cut(kept: int) -> Fault:
    """Let only the first bytes of a response's body through, then close."""
    return Fault(response=lambda whole: whole[: whole.index(b"\r\n\r\n") + 4 + kept])


def refuse(status: str, code: str, message: str = "of the tests") -> Fault:
    """Respond with an S3 error without asking S3; without a body when there is no code."""
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    body = body if code else b""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return Fault(answer=head.encode() + body)


def damage_last_byte(data: bytes) -> bytes:
    """Flip a bit, as bad memory does."""
    return data[:-1] + bytes([data[-1] ^ 1])


@dataclass(slots=True)
class FaultProxy:
    """Faults to apply, by method, and the requests so far; without a fault it only forwards.

    A method may be limited to requests whose target contains a word: `PUT units/`.
    """

    upstream: str
    endpoint: str = ""
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    serving: set["asyncio.Task[None] | None"] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Handle one request and close, so that each fault has its own connection."""
        task = asyncio.current_task()
        self.serving.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._answer(reader, writer)
        finally:
            self.serving.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head.decode("latin-1"))
        lines = self.heads[-1].split("\r\n")[:-2]
        method = lines[0].split()[0]
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        if headers.pop("expect", None):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.seen.append(f"{method} {headers.get('range', '')}".strip())
        fault = self._next(method, lines[0])
        if fault.answer is not None:
            writer.write(fault.answer)
        else:
            kept = [
                line for line in lines if not line.lower().startswith(("expect:", "connection:"))
            ]
            head = "\r\n".join([*kept, "Connection: close", "", ""]).encode("latin-1")
            whole = await self._ask(head + (fault.request(body) if fault.request else body))
            writer.write(fault.response(whole) if fault.response else whole)
        await writer.drain()

    def _next(self, method: str, line: str) -> Fault:
        for rule, waiting in self.faults.items():
            wanted, _, word = rule.partition(" ")
            if waiting and wanted == method and word in line:
                return waiting.pop(0)
        return Fault()

    async def _ask(self, request: bytes) -> bytes:
        url = urlsplit(self.upstream)
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        try:
            writer.write(request)
            return await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def running_proxy(upstream: str) -> AsyncIterator[FaultProxy]:
    """Run a proxy in front of a server until the block ends."""
    proxy = FaultProxy(upstream)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with server:
        proxy.endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield proxy
        left = [task for task in proxy.serving if task is not None]  # its client has disconnected
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
