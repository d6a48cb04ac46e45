"""gzip as a stream: any number of members, output in pieces of bounded size."""

import zlib
from collections.abc import Iterator
from typing import Any, Final

from harvester.errors import InputError

try:
    from isal import isal_zlib
except ImportError:  # the extra `fast` is not installed
    LIBRARY: Any = zlib
else:
    LIBRARY = isal_zlib

__all__ = ["GZIP_MAGIC", "Gunzip"]

GZIP_MAGIC: Final = b"\x1f\x8b"

_PIECE: Final = 1 << 16
_GZIP_WRAPPER: Final = zlib.MAX_WBITS | 16
_HEADER: Final = 10
"""Bytes of a member's header that every member has (RFC 1952, section 2.3)."""


class Gunzip:
    """Decompress chunks of one input; no piece is above 64 KiB, even for a gzip bomb."""

    __slots__ = ("_header", "_member", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._begin()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the output that `data` adds; raises `InputError` when it is damaged."""
        while data:
            if self._member.eof:
                # Zero padding after a member is legal (tapes, block devices); then a member starts.
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._begin()
            # Output may remain inside zlib after all input is consumed, but not at a member's end:
            # the checksum that must follow has not been fed by then.
            while data and not self._member.eof:
                try:
                    self._check_header(data)
                    piece = self._member.decompress(data, _PIECE)
                except (zlib.error, LIBRARY.error) as error:
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

    def _begin(self) -> None:
        self._member = LIBRARY.decompressobj(_GZIP_WRAPPER)
        self._header = b""

    def _check_header(self, data: bytes) -> None:
        """Have zlib check what is to be a member's header. Raises `zlib.error`.

        isal waits for more where bytes after the last member are no header, and takes any flags.
        """
        missing = _HEADER - len(self._header)
        if missing:
            self._header += data[:missing]
            zlib.decompressobj(_GZIP_WRAPPER).decompress(self._header, 1)
