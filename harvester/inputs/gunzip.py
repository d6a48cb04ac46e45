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
    """Decompress chunks of one input; no piece is above 64 KiB, even for a gzip bomb."""

    __slots__ = ("_member", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._member = zlib.decompressobj(_GZIP_WRAPPER)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the output that `data` adds; raises `InputError` when it is damaged."""
        while data:
            if self._member.eof:
                # Zero padding after a member is legal (tapes, block devices); then a member starts.
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._member = zlib.decompressobj(_GZIP_WRAPPER)
            # Output may remain inside zlib after all input is consumed, but not at a member's end:
            # the checksum that must follow has not been fed by then.
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
        """Raise `InputError` if the last member is incomplete."""
        if not self._member.eof:
            raise InputError(f"{self._name} is a truncated gzip file: copy it again")
