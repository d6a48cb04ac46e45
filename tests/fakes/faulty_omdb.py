"""An OMDb written byte for byte that fails in a chosen way on chosen titles."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

from faulty_tmdb import FaultyTmdb, served
from scripted_omdb import title


@dataclass(slots=True)
class FaultyOmdb(FaultyTmdb):
    """Every title is there; faults are by its IMDb id."""

    another: str = "tt9999999"

    def path_of(self, target: str) -> str:
        """Return the IMDb id that is asked for; empty without one."""
        return parse_qs(target.partition("?")[2]).get("i", [""])[0]

    def body_of(self, path: str) -> bytes:
        """Return the title."""
        return title(path)


@asynccontextmanager
async def faulty_omdb() -> AsyncIterator[FaultyOmdb]:
    """Serve an OMDb with faults on loopback."""
    async with served(FaultyOmdb()) as omdb:
        yield omdb
