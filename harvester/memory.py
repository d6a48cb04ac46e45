"""Keep a long run's memory flat."""

import ctypes
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
