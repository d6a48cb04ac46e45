"""Blocking work of a local lake in a thread, which is waited for and may be done twice."""

import asyncio
import errno
from collections.abc import Callable
from typing import TypeVar

from tenacity import retry, retry_if_exception, stop_after_delay, wait_random_exponential

T = TypeVar("T")

_SHORTAGE = {errno.EMFILE, errno.ENFILE}
_SECONDS_OF_SHORTAGE = 5.0


def _is_shortage(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in _SHORTAGE


@retry(
    retry=retry_if_exception(_is_shortage),
    stop=stop_after_delay(_SECONDS_OF_SHORTAGE),
    wait=wait_random_exponential(multiplier=0.02, max=0.5),
    reraise=True,
)
async def worked(work: Callable[[], T]) -> T:
    """Run blocking work; when cancelled, wait for its end, so that nothing is written later.

    Where too many files are open the work is done again: others of this process close theirs.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # retrieved, or asyncio would log that it never was
        raise
