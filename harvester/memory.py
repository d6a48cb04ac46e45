"""What a long run asks of the memory's keepers: the C library's, and Python's."""

import ctypes
import gc
import sys

_M_MMAP_THRESHOLD = -3
_THRESHOLD_BYTES = 128 * 1024


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
