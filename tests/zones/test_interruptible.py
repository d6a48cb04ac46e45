"""A cancelled build: its query is interrupted, and its thread has ended before anything else."""

import asyncio
import threading
import time

import ibis
import pytest

from harvester.zones.engines import Engine
from harvester.zones.interruptible import in_thread


async def test_a_cancelled_build_ends_its_query() -> None:
    """It is interrupted again and again, since it may be between two queries, and waited for."""
    ended, interrupted = threading.Event(), threading.Event()
    tries = []

    def work() -> None:
        interrupted.wait(10)
        time.sleep(0.05)
        ended.set()

    def interrupt() -> None:
        tries.append(1)
        if len(tries) == 3:
            interrupted.set()

    task = asyncio.ensure_future(in_thread(work, interrupt))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
    assert len(tries) >= 3


async def test_the_engine_is_interrupted(engine: Engine) -> None:
    """DuckDB's query of a minute ends within moments."""
    one, other = (ibis.range(10**5).unnest().name(name).as_table() for name in "ab")
    pairs = one.cross_join(other).filter(lambda row: row.a % 7 == row.b % 11).count().as_table()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await in_thread(lambda: engine.rows(pairs), engine.interrupt)
    assert time.monotonic() - began < 20
