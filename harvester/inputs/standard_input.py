"""Standard input as bytes, in a thread that is never waited for: its writer may stay idle."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import AsyncIterator

from harvester.errors import InputError

_CHUNK = 1 << 16


async def standard_input() -> AsyncIterator[bytes]:
    """Yield what standard input holds. Raises `InputError` where it can't be read."""
    descriptor = sys.stdin.fileno()
    while True:
        try:
            chunk = await _read(descriptor)
        except OSError as error:
            raise InputError(
                f"standard input can't be read ({error.strerror}): give it as in "
                "`harvester run - < FILE`, or name the file"
            ) from None
        if not chunk:
            return
        yield chunk


async def _read(descriptor: int) -> bytes:
    """Read once, in a thread of its own: those of a pool are waited for when the process ends.

    It is the descriptor that is read, as a thread that waits in `sys.stdin` holds its lock.
    """
    loop = asyncio.get_running_loop()
    read: asyncio.Future[bytes] = loop.create_future()

    def end(chunk: bytes, error: OSError | None) -> None:
        if read.done():  # cancelled
            return
        if error is None:
            read.set_result(chunk)
        else:
            read.set_exception(error)

    def work() -> None:
        chunk, failed = b"", None
        try:
            chunk = os.read(descriptor, _CHUNK)
        except OSError as error:
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(end, chunk, failed)

    threading.Thread(target=work, daemon=True).start()
    return await read
