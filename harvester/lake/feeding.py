"""A stored file's reader is fed chunk by chunk, and the event loop has its turns meanwhile."""

import asyncio
from collections.abc import AsyncIterable, Iterator
from typing import Protocol


class Reader(Protocol):
    """What takes the bytes of one file as they are stored, plain or gzipped."""

    def feed(self, chunk: bytes) -> Iterator[object]:
        """Process the next bytes; give way after each piece that they inflate to."""


async def feed(reader: Reader, chunks: AsyncIterable[bytes]) -> None:
    """Feed a reader all chunks of a file. Raises what the two raise.

    A signal is seen between two pieces: one chunk may inflate to a thousand, which take minutes.
    """
    async for chunk in chunks:
        for _ in reader.feed(chunk):
            await asyncio.sleep(0)
