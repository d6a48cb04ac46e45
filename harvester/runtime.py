"""What a long run asks of its event loop, of the C library's memory and of Python's."""

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


def run(work: Coroutine[object, object, T]) -> T:
    """Run `work` to its end in a new loop, as `asyncio.run` does."""
    with asyncio.Runner(loop_factory=_factory()) as runner:
        return runner.run(work)


def _factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - an extra
    except ImportError:
        return None

    class Loop(uvloop.Loop):
        """uvloop's timers are in whole milliseconds, and rounded they may fire early.

        A limiter then tries again and again until the millisecond has passed: at 50 requests a
        second that cost 0.3 ms of CPU a request, more than uvloop saves. asyncio rounds up, too.
        """

        def call_at(  # type: ignore[override]  # as in uvloop's stub
            self, when: float, callback: Callable[..., Any], *args: Any, context: Any | None = None
        ) -> asyncio.TimerHandle:
            millis = max(0, math.ceil((when - self.time()) * 1000))
            return self.call_later(millis / 1000, callback, *args, context=context)

    return Loop


def give_back_large_blocks() -> None:
    """Have the C library return each large block to the system when it is freed.

    glibc raises its threshold for that to the size of the largest block it ever freed (mallopt(3)),
    so record files of megabytes come to lie between small objects and the heap only grows: by 3 to
    7 % over the second half of a soak, and by nothing with the threshold fixed. Elsewhere than on
    glibc nothing is done.
    """
    if sys.platform != "linux":
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # musl
        return
    mallopt(_M_MMAP_THRESHOLD, _THRESHOLD_BYTES)


def collect_rarely() -> None:
    """Have Python look for cycles after 20,000 new objects rather than 700.

    Nearly all that a request makes is freed by its reference count, so looking that often costs
    5 % of the CPU and finds nothing. What is loaded by now is never looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
