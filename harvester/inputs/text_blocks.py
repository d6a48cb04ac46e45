"""Stored bytes of one input → blocks of whole lines: unpacked, without a BOM, of bounded size."""

from collections.abc import Iterator
from typing import Final

from harvester.errors import InputError
from harvester.inputs.foreign import HEAD, foreign
from harvester.lake.gunzip import GZIP_MAGIC, Gunzip

__all__ = ["MAX_LINE", "WHAT_WE_READ", "TextBlocks"]

MAX_LINE: Final = 10_000_000
"""Bytes (characters, in a quoted row) above which something is not a row of any known CSV."""

WHAT_WE_READ: Final = "give a CSV with a header line, or a list of IMDb ids, one a line"

_PIECE: Final = 1 << 16  # no larger: see `runtime.give_back_large_blocks`
_UTF8_BOM: Final = b"\xef\xbb\xbf"


class TextBlocks:
    """Splits one input: `feed` it all chunks, then `close` it; each block ends in LF.

    Both raise `InputError`: for a file that is not text, a damaged gzip, a line above `MAX_LINE`.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._magic = b""
        self._gunzip: Gunzip | None = None
        self._plain = False
        self._head: bytes | None = b""
        self._carry: list[bytes] = []
        self._carried = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the blocks that the next bytes of the input, as stored, complete."""
        for start in range(0, len(chunk), _PIECE):
            piece = chunk[start : start + _PIECE]
            if not self._plain or self._head is not None:
                yield from self._stored(piece)
            elif block := self._cut(piece):
                yield block

    def close(self) -> Iterator[bytes]:
        """Yield what is left; the last line always ends in LF."""
        if self._gunzip:
            self._gunzip.close()
        elif not self._plain:
            yield from self._text(self._magic)
        if self._head is not None:
            yield from self._begin(self._head)
        if self._carry:
            yield from self._text(b"\n")

    def _stored(self, piece: bytes) -> Iterator[bytes]:
        if self._plain:
            yield from self._text(piece)
            return
        if self._gunzip is None:
            piece = self._magic = self._magic + piece
            if len(piece) < len(GZIP_MAGIC):
                return
            if not piece.startswith(GZIP_MAGIC):
                self._plain = True
                yield from self._text(piece)
                return
            self._gunzip = Gunzip(self._name)
        for output in self._gunzip.feed(piece):
            yield from self._text(output)

    def _text(self, piece: bytes) -> Iterator[bytes]:
        """Yield the block that a piece of text completes; the first bytes are held back."""
        if self._head is not None:
            piece = self._head = self._head + piece
            if len(piece) >= HEAD:
                yield from self._begin(piece)
        elif block := self._cut(piece):
            yield block

    def _cut(self, piece: bytes) -> bytes:
        """Return the whole lines that a piece completes; an incomplete line is held back."""
        end = piece.rfind(b"\n") + 1
        if not end:
            self._hold(piece)
            return b""
        block = b"".join((*self._carry, memoryview(piece)[:end]))  # one copy
        # Only a line that spans pieces can be too long.
        self._check_length(block.find(b"\n"))
        self._carry.clear()
        self._carried = 0
        self._hold(piece[end:])
        return block

    def _begin(self, head: bytes) -> Iterator[bytes]:
        """Check the first bytes, and process them."""
        self._head = None
        what = foreign(head)
        if what is not None:
            raise InputError(f"{self._name} {what}")
        yield from self._text(head.removeprefix(_UTF8_BOM))

    def _hold(self, piece: bytes) -> None:
        if piece:
            self._carry.append(piece)
            self._carried += len(piece)
            self._check_length(self._carried)

    def _check_length(self, length: int) -> None:
        if length > MAX_LINE:
            raise InputError(
                f"{self._name} has a line of more than 10 MB, which no list of titles has: "
                f"{WHAT_WE_READ}"
            )
