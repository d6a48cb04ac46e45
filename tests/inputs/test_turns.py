"""A small gzip that inflates to much leaves the event loop its turns: Ctrl-C is seen there."""

import asyncio
import gzip
import time
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
"""Bytes: each of these inputs takes seconds."""

FEW_SECONDS = 1.0


def stored(data: bytes) -> Callable[[], AsyncIterator[bytes]]:
    """Return the chunks of a gzip: one."""

    async def chunks() -> AsyncIterator[bytes]:
        yield gzip.compress(data, 9)

    return chunks


async def longest_wait(reading: asyncio.Task[object]) -> float:
    """Return for how long the loop had no turn until two seconds passed, then give up."""
    began = before = time.monotonic()
    longest = 0.0
    while not reading.done() and before - began < 2 * FEW_SECONDS:
        await asyncio.sleep(0)
        now = time.monotonic()
        longest, before = max(longest, now - before), now
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return longest


@pytest.mark.parametrize(
    "data",
    [b"#\n" * (MANY // 2), b"id,title\n" + b"a\n" * (MANY // 2), b"tt1\n" + b"a\n" * (MANY // 2)],
    ids=["comments", "rows", "a list"],
)
async def test_csvs_and_lists(data: bytes) -> None:
    """Lines above a header, rows, and lines of a list."""
    chunks = stored(data)
    source = CsvInput("m.csv.gz", "movie", chunks)
    assert await longest_wait(asyncio.ensure_future(source.read((), set()))) < FEW_SECONDS


async def test_the_nearest_value() -> None:
    """The second reading, of an input that holds nothing of what was asked."""
    source = CsvInput("m.csv.gz", "movie", stored(b"id,title\n" + b"a\n" * (MANY // 2)))
    searching = nothing_found([source], [Condition("title", "b")])
    assert await longest_wait(asyncio.ensure_future(searching)) < FEW_SECONDS


async def test_exports() -> None:
    """A daily file of ids."""
    source = ExportInput("f.json.gz", Export("movies"), stored(b"\n" * 8 * MANY))
    assert await longest_wait(asyncio.ensure_future(source.read((), set()))) < FEW_SECONDS


async def test_id_maps(tmp_path: Path) -> None:
    """A map of TMDB's ids."""
    named = tmp_path / "map.csv.gz"
    data = b"imdb_id,tmdb_id,media_type\n" + b"tt1,2,movie\n" * (MANY // 4)
    named.write_bytes(gzip.compress(data, 9))
    async with open_store(str(tmp_path / "lake")) as store:
        reading = asyncio.ensure_future(read_id_map(str(named), [1], store))
        assert await longest_wait(reading) < FEW_SECONDS
