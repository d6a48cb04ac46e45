"""A TMDB whose every answer is rendered beforehand: it costs the server next to nothing.

A ring of movies answers for any number of titles: `/find` of any IMDb id gives one of them. With
`--popular` bodies have the sizes of popular titles (find 1 KB, details 6 KB, credits 40 KB,
keywords 0.6 KB); without, those of the simulator's long tail. Always gzip, always with TMDB's ETag.
A bare protocol, as aiohttp's server would cost more than the client that is measured.
"""

import argparse
import asyncio
import sys
from typing import Any

from harvester.simulator import bodies
from harvester.simulator.identity import identify
from harvester.simulator.people import credits_of
from harvester.simulator.words import SENTENCES

SEED = 1
TITLES = 1_000
FIND_BYTES, DETAILS_BYTES, CREDITS_BYTES, KEYWORDS_BYTES = 1_000, 6_000, 40_000, 600

Json = dict[str, Any]


class Ring:
    """The responses, each rendered when it is first asked for."""

    def __init__(self, *, popular: bool) -> None:
        numbers = range(1, 2 * TITLES)
        movies = [number for number in numbers if identify(SEED, number).is_a("movie")]
        self._numbers = movies[:TITLES]
        self._popular = popular
        self._rendered: dict[bytes, bytes] = {}

    def answer(self, target: bytes) -> bytes:
        """Return the whole response to a GET of this target."""
        path, _, query = target.partition(b"?")
        if path.startswith(b"/3/find/tt"):
            number = self._numbers[int(path[10:]) % len(self._numbers)]
            target = b"find/%d" % number
        else:
            target = path[3:] + (b"?" + query if b"append_to_response" in query else b"")
        found = self._rendered.get(target)
        if found is None:
            found = self._rendered[target] = _response(self._value(target.decode()))
        return found

    def render_all(self) -> None:
        """Render what a fan-out of the default endpoints asks for."""
        for number in self._numbers:
            for below in ("", "/credits", "/keywords"):
                self.answer(b"/3/movie/%d%b" % (number, below.encode()))
            self.answer(b"/3/find/tt%d" % self._numbers.index(number))

    def _value(self, target: str) -> Json | None:
        path, _, query = target.partition("?")
        match path.strip("/").split("/"):
            case ["authentication"]:
                return {"success": True, "status_code": 1, "status_message": "Success."}
            case ["find", number]:
                return self._find(int(number))
            case ["movie", number]:
                value = self._details(int(number))
                listed = query.partition("append_to_response=")[2].partition("&")[0]
                for name in filter(None, listed.replace("%2C", ",").replace("%2F", "/").split(",")):
                    appended = self._below(int(number), name)
                    value[name] = {key: each for key, each in appended.items() if key != "id"}
                return value
            case ["movie", number, *rest]:
                return self._below(int(number), "/".join(rest))
        return None

    def _find(self, number: int) -> Json:
        value = bodies.find(SEED, number)
        if self._popular:
            _lengthen(value, value["movie_results"][0], FIND_BYTES)
        return value

    def _details(self, number: int) -> Json:
        value = bodies.details(SEED, number, "movie") or {}
        value["imdb_id"] = None  # one movie stands for many titles here
        if self._popular:
            _lengthen(value, value, DETAILS_BYTES)
        return value

    def _below(self, number: int, endpoint: str) -> Json:
        value = bodies.below(SEED, number, "movie", endpoint) or {}
        if self._popular and endpoint == "credits":
            several = credits_of(SEED, number, tv=False, popular=True)
            value = {"id": number, **several}
            _fill(value, value["crew"], CREDITS_BYTES)
        elif self._popular and endpoint == "keywords":
            _fill(value, value["keywords"], KEYWORDS_BYTES)
        return value


def _lengthen(whole: Json, part: Json, size: int) -> None:
    """Tell more of the story until the body has about this size."""
    text = " ".join(SENTENCES)
    missing = size - len(bodies.wire(whole))
    part["overview"] = (part.get("overview") or "") + (text * (missing // len(text) + 1))[:missing]


def _fill(whole: Json, items: list[Json], size: int) -> None:
    """Repeat or drop entries until the body has about this size."""
    pattern = items[:] or [{"id": 1, "name": "lighthouse"}]
    each = len(bodies.wire(pattern)) / len(pattern)
    wanted = len(items) + round((size - len(bodies.wire(whole))) / each)
    items[:] = [pattern[index % len(pattern)] for index in range(max(wanted, 0))]


def _response(value: Json | None) -> bytes:
    status = "200 OK" if value is not None else "404 Not Found"
    body = bodies.render_body(value or {"success": False, "status_code": 34})
    head = (
        f"HTTP/1.1 {status}\r\nX-Harvester-Synthetic: 1\r\nETag: {body.etag}\r\n"
        "Content-Type: application/json;charset=utf-8\r\nContent-Encoding: gzip\r\n"
        "Vary: accept-encoding, Origin\r\nCache-Control: public, max-age=28800\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    return head.encode() + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body.gzipped), body.gzipped)


class _Connection(asyncio.Protocol):
    """Answers the GETs of one connection in order."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._unread = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._unread = (self._unread + data).split(b"\r\n\r\n")
        for request in requests:
            if self._transport is not None:
                self._transport.write(self._ring.answer(request.split(b" ", 2)[1]))


async def _serve(ring: Ring) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(ring), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sys.stderr.write(f"TMDB_BASE_URL=http://127.0.0.1:{port}/3\n")
    sys.stderr.flush()
    await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--popular", action="store_true", help="bodies as of popular titles")
    ring = Ring(popular=parser.parse_args().popular)
    ring.render_all()
    asyncio.run(_serve(ring))


if __name__ == "__main__":
    main()
