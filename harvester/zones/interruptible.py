"""Work in a thread that a cancelled task interrupts, and waits for."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

_AGAIN_SECONDS = 0.1

T = TypeVar("T")


async def in_thread(work: Callable[[], T], interrupt: Callable[[], object]) -> T:
    """Work in a thread.

    When cancelled, `interrupt` is called again and again until the thread has ended: what it does
    may be between two queries, which nothing interrupts. What the work then raises is dropped.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            interrupt()
            await asyncio.wait([task], timeout=_AGAIN_SECONDS)
        if not task.cancelled():
            task.exception()  # retrieved, or asyncio would log that it never was
        raise
