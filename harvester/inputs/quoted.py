"""Re-exported files: rows separated by `,`, `;` or tabs, quoted as in RFC 4180, or nearly so.

A misplaced quote costs at most its own line: that line is parsed by itself, and so are the lines
that the quote would have made part of its row.
"""

import csv
import io
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import accumulate
from typing import Final

from harvester.inputs.imdb_id import number_of
from harvester.inputs.layout import Layout, csv_reader
from harvester.inputs.splitting import Row, decoded
from harvester.inputs.text_blocks import MAX_LINE

__all__ = ["QuotedRows"]

_FEW_LINES: Final = 20
_MOST_LINES: Final = 100_000
"""Of a row: each is an object, which takes thirty times the two bytes of a short line."""
_FEWEST: Final = 1 << 20
_MOST: Final = 2 << 20
"""Bytes that are parsed at once, beside a row that goes on: all of their lines are held."""
_MISPLACED: Final = "a quote is not closed, or not doubled inside quotes"
_ROWS_IN_QUOTES: Final = "one row by its quotes, but a line in them is a row: read line by line"


class QuotedRows:
    """Rows as in RFC 4180, the header first; a row may span lines and blocks."""

    def __init__(
        self, delimiter: str, line: int, layout_of: Callable[[Sequence[str]], Layout]
    ) -> None:
        self._delimiter = delimiter
        self._line = line
        self._layout_of = layout_of
        self._blocks: list[bytes] = []
        self._size = 0
        self._pending = ""
        self._alone = 0  # number of pending lines that form no row together
        self._width = 0
        self.layout: Layout | None = None

    def feed(self, block: bytes) -> Iterator[Row]:
        """Yield the rows of a block, now or with later ones.

        An incomplete row is parsed again each time, so wait until there is twice as much to parse,
        or so much that the longest row is parsed a few times.
        """
        self._blocks.append(block)
        self._size += len(block)
        if self._size >= min(max(_FEWEST, len(self._pending)), _MOST):
            yield from self._parse(last=False)

    def close(self) -> Iterator[Row]:
        """Yield the rows held back."""
        yield from self._parse(last=True)

    def _parse(self, *, last: bool) -> Iterator[Row]:
        """Yield the complete ones of the rows held back.

        A line is parsed as part of a row that turns out to be none (at most `_FEW_LINES` times), by
        itself, and as part of its row. So the time stays linear, whatever the quotes.
        """
        text = self._pending + _without_cr(decoded(b"".join(self._blocks)))
        self._blocks.clear()
        self._size = 0
        lines = io.StringIO(text, newline="\n").readlines()
        line_number, width = self._line, self._width
        new_row = tuple.__new__  # three times as fast as `Row(…)`
        start = 0
        while start < len(lines):
            first = start = yield from self._each_alone(lines, start)
            rest = map(lines.__getitem__, range(first, len(lines))) if first else lines  # no copy
            reader = csv_reader(rest, self._delimiter, strict=True)
            try:
                for values in reader:
                    end = first + reader.line_num
                    if end > start + 1 and (alone := self._no_row(values, lines, start, end)):
                        self._alone = alone
                        if self._is_sound(values):
                            yield Row(line_number + start, lines[start], [], _ROWS_IN_QUOTES)
                        break
                    if len(values) == width:
                        yield new_row(Row, (line_number + start, lines[start], values, None))
                    elif (row := self._row(values, line_number + start, lines[start])) is not None:
                        yield row
                    start, width = end, self._width
            except csv.Error:
                end = first + reader.line_num
                if end < len(lines):
                    end = max(end - 1, start + 1)  # the line of the error may start a row
                elif not last and _within_limit(lines, start, end) == end:
                    break  # the row may continue in the next block
                self._alone = _within_limit(lines, start, end)
        self._pending = "".join(lines[start:])
        self._alone = max(0, self._alone - start)
        self._line += start

    def _each_alone(self, lines: list[str], start: int) -> Generator[Row, None, int]:
        """Yield the lines that form no row together, each as a row; return where they end."""
        end = max(start, min(self._alone, len(lines)))
        for position in range(start, end):
            row = self._by_itself(lines[position], self._line + position)
            if row is not None:
                yield row
        return end

    def _row(self, values: list[str], line: int, text: str) -> Row | None:
        """Return what was split as a row; None for a blank line and the header."""
        if not values or (len(values) == 1 and not values[0].strip()):
            return None
        if self.layout is None:
            self.layout = self._layout_of(values)
            # A row of one column may be a blank line.
            self._width = len(values) if len(values) > 1 else 0
            return None
        misfit = self.layout.misfit(len(values))
        return Row(line, text, [] if misfit else values, misfit)

    def _by_itself(self, line: str, number: int) -> Row | None:
        """Parse one line as a row: by RFC 4180, with backslashes before quotes, or unquoted."""
        for text in (line, line.replace('\\"', '""')):
            try:
                return self._row(
                    next(csv_reader([text], self._delimiter, strict=True)), number, line
                )
            except csv.Error:
                continue
        values = line.rstrip("\n").split(self._delimiter)
        layout = self.layout
        if layout is None or (len(values) == len(layout.names) and layout.number(values)):
            return self._row(values, number, line)
        return Row(number, line, [], _MISPLACED)

    def _is_sound(self, values: list[str]) -> bool:
        """Return whether several lines are a row with an id by their quotes."""
        layout = self.layout
        return layout is not None and not layout.misfit(len(values)) and bool(layout.number(values))

    def _no_row(self, values: list[str], lines: list[str], start: int, end: int) -> int:
        """Return the end of the lines to parse alone if several lines are no row after all, else 0.

        If one of them is a row by itself, two misplaced quotes form a pair. A line that holds the
        whole's own id is no evidence of that: a text may be broken before it, and another after it.
        If the whole has the header's width, only an id with its `tt` is evidence: a line of a text
        may well start with a number.
        """
        layout = self.layout
        limit = _within_limit(lines, start, end)
        if limit < end:
            return limit
        if layout is None:
            return 0
        width, id_first = len(layout.names), layout.ids == (0,)
        bare = layout.bare and len(values) != width
        own = {column: start + _line_breaks(values[:column]) for column in layout.ids}
        for position in range(start, end):
            columns = lines[position].count(self._delimiter) + 1
            # If the id is the first, quotes after it don't matter.
            if columns == width or (columns > width and id_first):
                found = lines[position].rstrip("\n").split(self._delimiter)
                if any(
                    position != own[column] and number_of(found[column], bare=bare)
                    for column in layout.ids
                ):
                    # That row may have several lines, too; parsing a few lines again is cheap.
                    return max(position, start + 1) if end - start <= _FEW_LINES else end
        return 0


def _line_breaks(values: list[str]) -> int:
    return sum(value.count("\n") for value in values)


def _within_limit(lines: list[str], start: int, end: int) -> int:
    """Return the end of the lines from `start` that fit into the longest row; at least one line."""
    sizes = accumulate(map(len, lines[start : min(end, start + _MOST_LINES)]))
    return start + max(1, sum(size <= MAX_LINE for size in sizes))


def _without_cr(text: str) -> str:
    """Return a text with LF as its only line ending; the csv module rejects any other CR."""
    text = text.replace("\r\n", "\n")
    if "\r" in text:  # rare, including CR CR LF; a regex would be quadratic in a series of CRs
        text = "\n".join(line.rstrip("\r") for line in text.split("\n")).replace("\r", " ")
    return text
