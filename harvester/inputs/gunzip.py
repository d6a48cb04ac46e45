"""gzip as a stream: any number of members, output in pieces of bounded size."""

import zlib
from collections.abc import Iterator
from typing import Final

from harvester.errors import InputError

__all__ = ["GZIP_MAGIC", "Gunzip"]

GZIP_MAGIC: Final = b"\x1f\x8b"

_PIECE: Final = 1 << 16
_GZIP_WRAPPER: Final = zlib.MAX_WBITS | 16


class Gunzip:
    """Decompress chunks of one input; no piece is above 64 KiB, whatever a bomb promises."""

    __slots__ = ("_member", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._member = zlib.decompressobj(_GZIP_WRAPPER)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` adds to the output; raises `InputError` when it is damaged."""
        while data:
            if self._member.eof:
                # Zero padding after a member is legal (tapes, block devices); the rest is a member.
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._member = zlib.decompressobj(_GZIP_WRAPPER)
            # Output may stay inside zlib when all input is consumed, but not at a member's end:
            # the checksum that must follow is then still to be fed.
            while data and not self._member.eof:
                try:
                    piece = self._member.decompress(data, _PIECE)
                except zlib.error as error:
                    raise InputError(
                        f"{self._name} is a damaged gzip file ({error}): compress or copy it again"
                    ) from error
                data = self._member.unconsumed_tail
                yield piece
            data = self._member.unused_data

    def close(self) -> None:
        """Raise `InputError` when the last member is not whole."""
        if not self._member.eof:
            raise InputError(f"{self._name} is a truncated gzip file: copy it again")
