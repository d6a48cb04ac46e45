"""Reads that are begun before their turn, a bounded number of them."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def ahead(work: Iterable[Coroutine[Any, Any, T]], at_most: int = 8) -> AsyncGenerator[T]:
    """Yield the results in order, `at_most` begun at a time; raises the first one's error.

    `work` is taken as needed, so that a generator makes no coroutine that is never awaited.
    """
    tasks: deque[asyncio.Task[T]] = deque()
    try:
        for one in work:
            tasks.append(asyncio.create_task(one))
            if len(tasks) >= at_most:
                yield await tasks.popleft()
        while tasks:
            yield await tasks.popleft()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
