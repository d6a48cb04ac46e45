"""Standard input as bytes, in a thread that is never waited for: its writer may stay idle."""

import asyncio
import contextlib
import io
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial

from harvester.errors import InputError

_CHUNK = 1 << 16


async def standard_input() -> AsyncIterator[bytes]:
    """Yield what standard input holds. Raises `InputError` where it can't be read."""
    read = _source()
    while True:
        try:
            chunk = await _in_own_thread(read)
        except OSError as error:
            raise InputError(
                f"standard input can't be read ({error.strerror}): give it as in "
                "`harvester run - < FILE`, or name the file"
            ) from None
        if not chunk:
            return
        yield chunk


def _source() -> Callable[[], bytes]:
    """Return what reads once.

    It is the descriptor that is read, as a thread that waits in `sys.stdin` holds its lock.
    """
    try:
        return partial(os.read, sys.stdin.fileno(), _CHUNK)
    except io.UnsupportedOperation:  # a stream that a program put there
        return partial(sys.stdin.buffer.read, _CHUNK)


async def _in_own_thread(read: Callable[[], bytes]) -> bytes:
    """Read once, in a thread of its own: those of a pool are waited for when the process ends."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bytes] = loop.create_future()

    def end(chunk: bytes, error: OSError | None) -> None:
        if done.done():  # cancelled
            return
        if error is None:
            done.set_result(chunk)
        else:
            done.set_exception(error)

    def work() -> None:
        chunk, failed = b"", None
        try:
            chunk = read()
        except OSError as error:
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(end, chunk, failed)

    threading.Thread(target=work, daemon=True).start()
    return await done
