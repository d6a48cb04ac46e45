"""Rows of any format → the numbers of their ids, in a `Findings`.

The id is taken only from the column of that name: `titulosMaisConhecidos` has ids of other titles.
"""

import re
from collections.abc import Iterable
from typing import Final

from harvester.inputs.findings import Findings
from harvester.inputs.splitting import Row, Splitter, UnquotedRows
from harvester.inputs.where import RowTest, ascii_test, line_test, row_test

__all__ = ["IdsOfRows", "IdsOfUnquoted"]


class IdsOfRows:
    """Adds the ids of rows of any format, one by one."""

    def __init__(self, findings: Findings, splitter: Splitter) -> None:
        self._findings = findings
        self._splitter = splitter
        self._holds: RowTest | None = None  # before the header, and without conditions
        self._column = 0
        self._previous = ""

    def add(self, block: bytes) -> None:
        """Process the rows that a block completes."""
        self._take_all(self._splitter.feed(block))

    def close(self) -> None:
        """Process the rows held back."""
        self._take_all(self._splitter.close())

    def _take_all(self, rows: Iterable[Row]) -> None:
        findings, repeats = self._findings, 0
        column, previous = 0, ""
        for row in rows:
            # As below, for the rows of one title that follow each other.
            _, _, values, why = row
            if previous and why is None and values[column] == previous:
                repeats += 1
                continue
            self.take(row)
            column, previous = self._column, self._previous
        findings.rows += repeats

    def take(self, row: Row) -> int:
        """Count a row and add its id; return the number, or 0 for a repeated or rejected row."""
        findings, layout = self._findings, self._splitter.layout
        if layout is None:
            raise ValueError("a row came before the header")
        findings.rows += 1
        if row.why is not None:
            findings.reject(row.line, row.text, row.why)
            return 0
        values = row.values
        value = values[layout.ids[0]]
        if value and value == self._previous:
            return 0  # its title has been added
        number = layout.number(values)
        if number is None:
            findings.lacking_tt += layout.lacks_tt(values)
            findings.reject(row.line, row.text, layout.no_id(values))
            return 0
        if findings.where and self._holds is None:
            self._holds = row_test(findings.where, layout.asked)
        if self._holds is None or self._holds(values):
            findings.taken[number] = None
            self._column = layout.ids[0]
            self._previous = value if len(layout.ids) == 1 else ""
        else:
            findings.passed.add(number)
        return number


class IdsOfUnquoted:
    """Adds the ids of rows without quoting; designed for a million rows in half a second.

    A block with only usual rows is parsed by one regular expression; any other, row by row.
    """

    def __init__(self, findings: Findings, splitter: UnquotedRows) -> None:
        self._findings = findings
        self._splitter = splitter
        self._any = IdsOfRows(findings, splitter)
        self._line = splitter.line
        self._delimiter = splitter.delimiter.encode()
        self._bars = len(splitter.layout.names) - 1
        asked = splitter.layout.asked
        self._holds = line_test(findings.where, asked, self._delimiter, self._bars)
        self._ascii_possible = ascii_test(findings.where)
        # The start of a row that repeats the last id; no line can begin with the initial value.
        self._previous = b"\n"
        self._number = 0
        self._settled = True
        self._id_first = splitter.layout.ids == (0,)
        cut = re.escape(self._delimiter)
        self._usual: Final = re.compile(rb"tt(\d{7,10})%b" % cut if self._id_first else rb"(?!)")
        # The id of all rows of one title that follow each other; an empty one for any other line.
        self._usual_title: Final = re.compile(
            rb"tt(\d{7,10})%b.*+\n(?:tt\1%b.*+\n)*+|.*\n" % (cut, cut)
        )
        self._even: Final = self._delimiter * self._bars + b"\n"
        self._texts: Final = bytes(set(range(256)) - set(self._even))
        self._one_by_one = bool(findings.where) or not self._id_first

    def add(self, block: bytes) -> None:
        """Process the rows of a block."""
        if self._one_by_one or not self._add_usual(block):
            self._add_rows(block)

    def close(self) -> None:
        """Nothing is held back."""

    def _add_usual(self, block: bytes) -> bool:
        """Process a block in which every row is usual; False, without effect, for any other."""
        rows = self._rows_if_wide(block)
        if not rows:
            return False
        ids = self._usual_title.findall(block)
        if not all(ids):
            return False
        numbers = dict.fromkeys(map(int, ids))
        if 0 in numbers:
            return False
        self._findings.taken.update(numbers)
        self._findings.rows += rows
        self._line += rows
        self._number = int(ids[-1])
        self._previous = b"tt%b%b" % (ids[-1], self._delimiter)
        return True

    def _rows_if_wide(self, block: bytes) -> int:
        """Return the number of rows of a block, or 0 if one of them has too few delimiters.

        Without what stands between delimiters, usual rows are all the same.
        """
        cuts = block.translate(None, self._texts)
        rows = len(cuts) // len(self._even)
        if cuts == self._even * rows:
            return rows
        lines = cuts.split(b"\n")
        lines.pop()  # the empty rest after the last LF
        return len(lines) if min(map(len, lines), default=0) >= self._bars else 0

    def _add_rows(self, block: bytes) -> None:
        lines = block.split(b"\n")
        lines.pop()  # the empty rest after the last LF
        previous, settled = self._previous, self._settled
        usual_row, bars, delimiter = self._usual.match, self._bars, self._delimiter
        findings = self._findings
        taken, wants_all, id_first = findings.taken, not findings.where, self._id_first
        holds, possible, usual_rows = self._holds, self._ascii_possible(block), 0
        wide = id_first and self._rows_if_wide(block) > 0
        for line_number, line in enumerate(lines, self._line):
            # Three rows of four repeat the id above them and add nothing new, unless a row
            # must hold something that none of the title's rows has held yet.
            if line.startswith(previous) and (wide or line.count(delimiter) >= bars):
                usual_rows += 1
                if not settled and (possible or not line.isascii()) and holds(line):
                    taken[self._number] = None
                    settled = True
                continue
            usual = usual_row(line)
            number = int(usual[1]) if usual and (wide or line.count(delimiter) >= bars) else 0
            if number:
                usual_rows += 1
                settled = wants_all or ((possible or not line.isascii()) and holds(line))
                if settled:
                    taken[number] = None
                else:
                    findings.passed.add(number)
            else:
                row = self._splitter.row(line, line_number)
                number = self._any.take(row) if row else 0
                settled = number in taken if number else settled
            if number and id_first:
                self._number = number
                previous = usual[0] if usual else line[: line.index(delimiter) + 1]
        self._previous, self._settled = previous, settled
        self._line += len(lines)
        findings.rows += usual_rows
