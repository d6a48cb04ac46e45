"""A TVmaze written byte for byte that fails in a chosen way on chosen requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from faulty_tmdb import FaultyTmdb, response, served

FIRST = 1_001
PAGES = 8
"""Of the index: each show that is on one names its own id as IMDb's."""


class FaultyTvmaze(FaultyTmdb):
    """Show `n` has the IMDb id tt000n; paths are with their query."""

    def path_of(self, target: str) -> str:
        """Return what faults and counts call a request's target."""
        return target.removeprefix("/3/")

    def body_of(self, path: str) -> bytes:
        """Return the right answer; where none has a body, what a fault may break."""
        return body_of(path) or b"moved"

    def whole(self, path: str) -> bytes:
        """Return the right answer as it goes over the wire."""
        if path.startswith("lookup/"):
            show = int(path.rpartition("tt")[2])
            return response(301, b"", f"Location: {self.base_url}/shows/{show}")
        body = body_of(path)
        return response(404, b"") if body is None else response(200, body)


def body_of(path: str) -> bytes | None:
    """Return the body of a path, None where there is none."""
    if path.startswith("shows?page="):
        page = int(path.rpartition("=")[2])
        shows = range(max(FIRST, 250 * page), min(FIRST + 99, 250 * (page + 1)))
        return None if page >= PAGES else b"[" + b",".join(map(show_body, shows)) + b"]"
    if path.startswith("lookup/"):
        return None
    number = int(path.split("/")[1])
    if path == f"shows/{number}":
        return show_body(number)
    return b'[{"id":%d,"of":"%b"}]' % (number, path.encode())


def show_body(number: int) -> bytes:
    """Return the body of a show."""
    return b'{"id":%d, "name":"\xc3\xa9","externals":{"imdb":"tt%07d"}}' % (number, number)


@asynccontextmanager
async def faulty_tvmaze() -> AsyncIterator[FaultyTvmaze]:
    """Serve a TVmaze with faults on loopback."""
    async with served(FaultyTvmaze(another="shows/999999")) as tvmaze:
        yield tvmaze
