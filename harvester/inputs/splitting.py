"""The formats of a list of titles: blocks of whole lines → rows. Harvest and Trusted share them.

- `UnquotedRows`: a `"` is an ordinary character. The course's files are split on `|`, because with
  default quoting one title that begins with `"` would include the rows that follow it; IMDb's
  datasets are split on tabs.
- `quoted.QuotedRows`: re-exported files with `,`, `;` or a tab, quoted as in RFC 4180.
- `ListRows`: one id per line.

A row that can't be split is a `Row` with a reason; none raises an error.
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from harvester.inputs.layout import Layout, unquoted

__all__ = ["ListRows", "Row", "Splitter", "UnquotedRows", "decoded"]


class Row(NamedTuple):
    """One row that is not blank: number and text of its first line, and its unchanged fields.

    If the row does not fit the header, `values` is empty and `why` is the reason. A row may have
    more values than the header if the id is the first.
    """

    line: int
    text: str
    values: list[str]
    why: str | None = None


class Splitter(Protocol):
    """A format of input: turns blocks of whole lines, each ending in LF, into rows."""

    @property
    def layout(self) -> Layout | None:
        """The columns of the header; None until it is complete."""

    def feed(self, block: bytes) -> Iterator[Row]:
        """Yield the rows of a block; raises `InputError` when the header has no column of ids."""

    def close(self) -> Iterator[Row]:
        """Yield the rows still held back; raises `InputError` like `feed`."""


def decoded(raw: bytes) -> str:
    """Return bytes as text; invalid UTF-8 becomes replacement characters."""
    return raw.decode("utf-8", "replace")


class UnquotedRows:
    """Rows split on a delimiter, without quoting; the header has been read."""

    def __init__(self, layout: Layout, delimiter: str, line: int) -> None:
        self.layout: Layout = layout
        self.delimiter = delimiter
        self.line = line

    def feed(self, block: bytes) -> Iterator[Row]:
        """Yield the rows of a block."""
        lines = block.split(b"\n")
        lines.pop()  # the empty rest after the last LF
        first = self.line
        self.line += len(lines)
        for line_number, line in enumerate(lines, first):
            row = self.row(line, line_number)
            if row is not None:
                yield row

    def close(self) -> Iterator[Row]:
        """Nothing is held back."""
        return iter(())

    def row(self, line: bytes, line_number: int) -> Row | None:
        """Return one line as a row; None for a blank one."""
        if not line.strip():
            return None
        text = decoded(line)
        misfit = self.layout.misfit(text.count(self.delimiter) + 1)
        values = [] if misfit else text.rstrip("\r").split(self.delimiter)
        return Row(line_number, text, values, misfit)


class ListRows:
    """One id per line, quoted or not; without a known delimiter there is no second column."""

    def __init__(self, layout: Layout, line: int) -> None:
        self.layout: Layout = layout
        self._line = line

    def feed(self, block: bytes) -> Iterator[Row]:
        """Yield the lines of a block."""
        lines = block.split(b"\n")
        lines.pop()
        first = self._line
        self._line += len(lines)
        for line_number, line in enumerate(lines, first):
            if line.strip():
                text = decoded(line)
                yield Row(line_number, text, [unquoted(text)])

    def close(self) -> Iterator[Row]:
        """Nothing is held back."""
        return iter(())
