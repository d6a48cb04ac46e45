"""The formats of a list of titles, each parsed from blocks of whole lines to numbers of ids.

- `PipeRows`: the course's files. Split on `|`; a `"` is an ordinary character, because with default
  quoting one title that begins with `"` would include the rows that follow it.
- `quoted.QuotedRows`: re-exported files with `,`, `;` or a tab, quoted as in RFC 4180.
- `ListRows`: one id per line.

The id is taken only from the column of that name: `titulosMaisConhecidos` has ids of other titles.
"""

import re
from itertools import repeat
from typing import Final, Protocol

from harvester.inputs.fields import decoded, genre_test, no_id
from harvester.inputs.imdb_id import listed_id, number_of
from harvester.inputs.layout import Findings, Layout, unquoted

__all__ = ["MAX_LINE", "ListRows", "PipeRows", "Rows"]

MAX_LINE: Final = 10_000_000
"""Bytes (characters, in a quoted row) above which something is not a row of any known CSV."""


_USUAL_TITLE: Final = re.compile(rb"tt(\d{7,10})(\|.*+)\n(?:tt\1\|.*+\n)*+|.*\n")
"""All rows of one title, the first one without its id; an empty id for any other line."""


class Rows(Protocol):
    """A format of input: turns blocks of whole lines, each ending in LF, into a `Findings`."""

    @property
    def names(self) -> tuple[str, ...]:
        """The header's column names; empty if there is none, or none yet."""

    def add(self, block: bytes) -> None:
        """Process the rows of a block; raises `InputError` when they can't be parsed."""

    def close(self) -> None:
        """Process what is still held back; raises `InputError` like `add`."""


class PipeRows:
    """Rows split on `|`, without quoting; designed for a million rows in half a second.

    A block with only usual rows is parsed by one regular expression; any other, row by row.
    """

    def __init__(self, findings: Findings, layout: Layout, line: int) -> None:
        self._findings = findings
        self._layout = layout
        self._line = line
        self._wanted = genre_test(findings.genres)
        # The start of a row that repeats the last id; no line can begin with the initial value.
        self._previous = b"\n"
        self._number = 0
        self._settled = True
        self._usual: Final = re.compile(rb"tt(\d{7,10})\|" if layout.id == 0 else rb"(?!)")
        self._one_by_one = bool(findings.genres or layout.id)

    @property
    def names(self) -> tuple[str, ...]:
        """The header's column names."""
        return self._layout.names

    def add(self, block: bytes) -> None:
        """Process the rows of a block."""
        if self._one_by_one or not self._add_usual(block):
            self._add_rows(block)

    def _add_usual(self, block: bytes) -> bool:
        """Process a block in which every row is usual; False, without effect, for any other."""
        found = _USUAL_TITLE.findall(block)
        if not found:
            return False
        ids, rests = zip(*found, strict=True)
        if not all(ids) or min(map(bytes.count, rests, repeat(b"|"))) < len(self.names) - 1:
            return False
        numbers = dict.fromkeys(map(int, ids))
        if 0 in numbers:
            return False
        self._findings.taken.update(numbers)
        rows = block.count(b"\n")
        self._findings.rows += rows
        self._line += rows
        self._number = int(ids[-1])
        self._previous = b"tt%b|" % ids[-1]
        return True

    def _add_rows(self, block: bytes) -> None:
        lines = block.split(b"\n")
        lines.pop()  # the empty rest after the last LF
        previous, settled = self._previous, self._settled
        usual_row, bars = self._usual.match, len(self.names) - 1
        taken, wants_all, id_first = (
            self._findings.taken,
            not self._findings.genres,
            not self._layout.id,
        )
        for line_number, line in enumerate(lines, self._line):
            # Three rows of four repeat the id above them and add nothing new, unless there is a
            # genre filter and none of the title's rows has passed it yet.
            if line.startswith(previous):
                if not settled and self._passes(line):
                    taken[self._number] = None
                    settled = True
                continue
            usual = usual_row(line)
            number = int(usual[1]) if usual and line.count(b"|") >= bars else 0
            number = number or self._read(line, line_number)
            if not number:
                continue
            settled = wants_all or self._passes(line)
            if settled:
                taken[number] = None
            if id_first:
                self._number = number
                previous = usual[0] if usual else line[: line.index(b"|") + 1]
        self._previous, self._settled = previous, settled
        self._findings.rows += len(lines)
        self._line += len(lines)

    def close(self) -> None:
        """Nothing is held back."""

    def _read(self, line: bytes, line_number: int) -> int:
        """Return the id's number, or 0 for a row that is blank or rejected."""
        if not line.strip():
            self._findings.rows -= 1
            return 0
        misfit = self._layout.misfit(line.count(b"|") + 1)
        if misfit:
            self._findings.reject(line_number, decoded(line), misfit)
            return 0
        value = decoded(line.split(b"|", self._layout.id + 1)[self._layout.id])
        number = number_of(value)
        if number is None:
            self._findings.reject(line_number, decoded(line), no_id(value))
        return number or 0

    def _passes(self, line: bytes) -> bool:
        genre = self._layout.genre
        return (
            genre is not None
            and self._layout.misfit(line.count(b"|") + 1) is None
            and self._wanted(line.split(b"|", genre + 1)[genre])
        )


class ListRows:
    """One id per line, quoted or not; without a known delimiter there is no second column."""

    def __init__(self, findings: Findings, layout: Layout, line: int) -> None:
        self._findings = findings
        self._layout = layout
        self._line = line

    @property
    def names(self) -> tuple[str, ...]:
        """The header's only name; empty if the list has no header."""
        return self._layout.names

    def add(self, block: bytes) -> None:
        """Process the ids of a block."""
        lines = block.split(b"\n")
        lines.pop()
        for line_number, line in enumerate(lines, self._line):
            if not line.strip():
                continue
            self._findings.rows += 1
            value = unquoted(decoded(line))
            number = listed_id(value)
            if number is None:
                self._findings.reject(line_number, decoded(line), no_id(value))
            else:
                self._findings.taken[number] = None
        self._line += len(lines)

    def close(self) -> None:
        """Nothing is held back."""
