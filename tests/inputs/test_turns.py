"""A small gzip that inflates to much leaves the event loop its turns: Ctrl-C is seen there."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from harvester.inputs.export import ExportInput
from harvester.inputs.id_map import read_id_map
from harvester.inputs.locate import CsvInput
from harvester.inputs.nothing_found import nothing_found
from harvester.lake.conditions import Condition
from harvester.origins.tmdb.exports.export_file import Export
from harvester.stores import open_store

MANY = 8_000_000
"""Bytes that a chunk inflates to: many blocks of an input."""

TURNS = 10
"""More than an input takes that gives way only after a chunk."""


def stored(data: bytes) -> Callable[[], AsyncIterator[bytes]]:
    """Return the chunks of a gzip: one."""

    async def chunks() -> AsyncIterator[bytes]:
        yield gzip.compress(data, 9)

    return chunks


async def turns_of(reading: asyncio.Task[object]) -> int:
    """Return how many turns the loop has while an input is read, which is given up after some."""
    turns = 0
    while not reading.done() and turns < TURNS:
        await asyncio.sleep(0)
        turns += 1
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return turns


@pytest.mark.parametrize(
    "data",
    [b"#\n" * (MANY // 2), b"id,title\n" + b"a\n" * (MANY // 2), b"tt1\n" + b"a\n" * (MANY // 2)],
    ids=["comments", "rows", "a list"],
)
async def test_csvs_and_lists(data: bytes) -> None:
    """Lines above a header, rows, and lines of a list."""
    chunks = stored(data)
    source = CsvInput("m.csv.gz", "movie", chunks)
    assert await turns_of(asyncio.ensure_future(source.read((), set()))) == TURNS


async def test_the_nearest_value() -> None:
    """The second reading, of an input that holds nothing of what was asked."""
    source = CsvInput("m.csv.gz", "movie", stored(b"id,title\n" + b"a\n" * (MANY // 2)))
    searching = nothing_found([source], [Condition("title", "b")])
    assert await turns_of(asyncio.ensure_future(searching)) == TURNS


async def test_exports() -> None:
    """A daily file of ids."""
    source = ExportInput("f.json.gz", Export("movies"), stored(b"\n" * 8 * MANY))
    assert await turns_of(asyncio.ensure_future(source.read((), set()))) == TURNS


async def test_id_maps(tmp_path: Path) -> None:
    """A map of TMDB's ids."""
    named = tmp_path / "map.csv.gz"
    data = b"imdb_id,tmdb_id,media_type\n" + b"tt1,2,movie\n" * (MANY // 4)
    named.write_bytes(gzip.compress(data, 9))
    async with open_store(str(tmp_path / "lake")) as store:
        reading = asyncio.ensure_future(read_id_map(str(named), [1], store))
        assert await turns_of(reading) == TURNS
