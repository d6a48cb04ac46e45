"""Re-exported files: rows separated by `,`, `;` or tabs, quoted as in RFC 4180."""

import csv
import io
import re

from harvester.errors import InputError
from harvester.inputs.fields import decoded, genre_test, no_id
from harvester.inputs.imdb_id import number_of
from harvester.inputs.layout import Findings, Layout, layout_of
from harvester.inputs.rows import MAX_LINE

__all__ = ["QuotedRows"]


class QuotedRows:
    """Rows as in RFC 4180, the header first; a row may span lines and blocks."""

    def __init__(self, findings: Findings, delimiter: str, line: int) -> None:
        self._findings = findings
        self._delimiter = delimiter
        self._line = line
        self._wanted = genre_test(findings.genres)
        self._layout: Layout | None = None
        self._blocks: list[bytes] = []
        self._size = 0
        self._pending = ""
        self._previous = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The header's column names; empty until it is complete."""
        return self._layout.names if self._layout else ()

    def add(self, block: bytes) -> None:
        """Process the rows of a block, now or with later ones.

        An incomplete row is parsed again each time, so wait until there is twice as much to parse.
        """
        self._blocks.append(block)
        self._size += len(block)
        if self._size >= max(1 << 20, len(self._pending)):
            self._parse(last=False)

    def close(self) -> None:
        """Process the rows held back; raises `InputError` when the last one is inside quotes."""
        self._parse(last=True)

    def _parse(self, *, last: bool) -> None:
        text = self._pending + _without_cr(decoded(b"".join(self._blocks)))
        self._blocks.clear()
        self._size = 0
        lines = io.StringIO(text, newline="\n").readlines()
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        start = 0
        try:
            for row in reader:
                if reader.line_num > start + 1:
                    self._check_length(lines[start : reader.line_num], start)
                self._take(row, self._line + start, lines[start])
                start = reader.line_num
        except csv.Error as error:
            # An error on the last line may only mean that the row continues.
            if last or reader.line_num < len(lines):
                self._check_length(lines[start : reader.line_num], start)
                raise self._broken(lines[start : reader.line_num], start, error) from error
        self._check_length(lines[start:], start)
        self._pending = "".join(lines[start:])
        self._line += start

    def _check_length(self, row: list[str], start: int) -> None:
        if sum(map(len, row)) > MAX_LINE:
            raise InputError(
                f"{self._findings.name} has a row of more than 10 MB that begins on line "
                f"{self._line + start}: look for a quote there that is never closed"
            )

    def _take(self, row: list[str], line: int, text: str) -> None:
        findings, layout = self._findings, self._layout
        if not row or (len(row) == 1 and not row[0].strip()):
            return  # a blank line
        if layout is None:
            self._layout = layout_of(row, findings)
            return
        findings.rows += 1
        misfit = layout.misfit(len(row))
        value = "" if misfit else row[layout.id]
        if value and value == self._previous:
            return  # its title has been added
        number = None if misfit else number_of(value)
        if number is None:
            findings.reject(line, text, misfit or no_id(value))
            return
        if layout.genre is None or not findings.genres or self._wanted(row[layout.genre]):
            findings.taken[number] = None
            self._previous = value

    def _broken(self, lines: list[str], start: int, error: csv.Error) -> InputError:
        row = "".join(lines)
        line = self._line + start + row.count("\n", 0, _broken_field(row, self._delimiter))
        return InputError(
            f"{self._findings.name} has a field that begins on line {line} and does not end as "
            f'RFC 4180 says ({error}): close its quotes and write a quote inside them as ""'
        )


def _without_cr(text: str) -> str:
    """Return a text with LF as its only line ending; the csv module rejects any other CR."""
    text = text.replace("\r\n", "\n")
    if "\r" in text:  # rare, including CR CR LF; a regex would be quadratic in a series of CRs
        text = "\n".join(line.rstrip("\r") for line in text.split("\n")).replace("\r", " ")
    return text


def _broken_field(row: str, delimiter: str) -> int:
    """Return the position of the first field that the csv module can't have parsed."""
    whole = re.compile(
        rf'"(?:[^"]++|"")*+"(?=[{delimiter}\n])|[^"{delimiter}\n][^{delimiter}\n]*+|(?=[{delimiter}\n])'
    )
    position = 0
    while (match := whole.match(row, position)) and len(match[0]) <= csv.field_size_limit():
        position = match.end() + 1
    return position
