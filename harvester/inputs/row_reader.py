"""Bytes of one input → all its rows, for Trusted, which needs more of them than the id.

It splits as `reader` does, so both find the same rows and ids.
"""

from collections.abc import Iterator

from harvester.inputs.layout import Layout
from harvester.inputs.opening import Opening
from harvester.inputs.splitting import Row, Splitter
from harvester.inputs.text_blocks import TextBlocks

__all__ = ["RowReader"]


class RowReader:
    """Reads one input: iterate over the rows of each block of each `feed`, then over `close`.

    Both raise `InputError`, one sentence that names the input. Memory is bounded by a few
    megabytes or the longest row, whatever the size of the input.
    """

    def __init__(self, name: str) -> None:
        self._blocks = TextBlocks(name)
        self._opening = Opening(name, ())
        self._splitter: Splitter | None = None

    @property
    def layout(self) -> Layout | None:
        """The columns of the header; None until it is complete, before the first row."""
        return self._splitter.layout if self._splitter else None

    def feed(self, chunk: bytes) -> Iterator[Iterator[Row]]:
        """Yield, block by block, the rows that the next bytes of the input, as stored, complete.

        A chunk of gzip may inflate to a thousand blocks, and a block may have no row.
        """
        return map(self._rows, self._blocks.feed(chunk))

    def close(self) -> Iterator[Row]:
        """Yield the rows that are left; none for an input of blank lines or only a header."""
        for block in self._blocks.close():
            yield from self._rows(block)
        self._opening.close()
        if self._splitter is not None:
            yield from self._splitter.close()

    def _rows(self, block: bytes) -> Iterator[Row]:
        rest = block
        if self._splitter is None:
            opened = self._opening.feed(block)
            if opened is None:
                return
            self._splitter, rest = opened
        yield from self._splitter.feed(rest)
