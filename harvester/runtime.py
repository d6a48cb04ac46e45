"""Tuning for long runs: the event loop, the C library's allocator and Python's collector."""

import asyncio
import ctypes
import gc
import math
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_M_MMAP_THRESHOLD = -3
_THRESHOLD_BYTES = 128 * 1024
_FILES = 18
"""Standard streams, the loop's own, the lease, and files that are being written."""


def run(work: Coroutine[object, object, T]) -> T:
    """Run `work` to completion in a new loop, as `asyncio.run` does."""
    with asyncio.Runner(loop_factory=_factory()) as runner:
        return runner.run(work)


def _factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - an extra
    except ImportError:
        return None

    class Loop(uvloop.Loop):
        """A uvloop loop whose timers, rounded to whole milliseconds, never fire early.

        After an early timer, a limiter retries until the millisecond has passed: at 50 requests a
        second that cost 0.3 ms of CPU a request, more than uvloop saves. asyncio also rounds up.
        """

        def call_at(  # type: ignore[override]  # as in uvloop's stub
            self, when: float, callback: Callable[..., Any], *args: Any, context: Any | None = None
        ) -> asyncio.TimerHandle:
            millis = max(0, math.ceil((when - self.time()) * 1000))
            return self.call_later(millis / 1000, callback, *args, context=context)

    return Loop


def affordable_connections() -> int:
    """Return how many connections this process may hold beside the files it needs, at least one.

    A connection that finds no free descriptor is tried again; a file of the lake ends the run.
    """
    import resource  # noqa: PLC0415 - Windows has none, and is told so first

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit == resource.RLIM_INFINITY:
        return sys.maxsize
    return max(1, limit - _FILES)


def give_back_large_blocks() -> None:
    """Make the C library return each large block to the system when it is freed.

    glibc raises its threshold for that to the size of the largest block freed so far (mallopt(3)),
    so record files of megabytes are allocated between small objects and the heap only grows: by 3
    to 7 % over the second half of a soak test, and not at all with a fixed threshold. Without
    glibc, this does nothing.
    """
    if sys.platform != "linux":
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # musl
        return
    mallopt(_M_MMAP_THRESHOLD, _THRESHOLD_BYTES)


def collect_rarely() -> None:
    """Make Python look for reference cycles after 20,000 new objects rather than 700.

    Nearly all objects of a request are freed by reference counting, so looking that often costs
    5 % of the CPU and finds nothing. Objects that exist already are never examined again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
