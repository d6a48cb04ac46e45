"""The three shapes a list of titles comes in, each from blocks of whole lines to numbers of ids.

- `PipeRows`: the course's files. Split on `|`; a `"` is a character, because default quoting lets
  one title that begins with `"` swallow the rows that follow it.
- `QuotedRows`: re-exports with `,`, `;` or a tab, quoted as in RFC 4180.
- `ListRows`: one id a line.

The id is taken from the column of that name only: `titulosMaisConhecidos` is full of others' ids.
"""

import csv
import io
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Protocol

from harvester.errors import InputError
from harvester.source.imdb_id import number_of
from harvester.source.layout import (
    SHOWN_VALUE,
    Findings,
    Layout,
    layout_of,
    printable,
    unquoted,
)

__all__ = ["MAX_LINE", "ListRows", "PipeRows", "QuotedRows", "Rows"]

MAX_LINE: Final = 10_000_000
"""Bytes (characters, in a quoted row) above which something is not a row of any CSV we know."""


class Rows(Protocol):
    """A shape of input: fed with blocks of whole lines, each ended by LF, it fills a `Findings`."""

    @property
    def names(self) -> tuple[str, ...]:
        """The header's column names; empty while, or where, there is none."""

    def add(self, block: bytes) -> None:
        """Take the rows of a block; raises `InputError` when they can't be told apart."""

    def close(self) -> None:
        """Take what is still held back; raises `InputError` like `add`."""


class PipeRows:
    """Rows split on `|`, nothing quoted; built for a million rows in half a second."""

    def __init__(self, findings: Findings, layout: Layout, line: int) -> None:
        self._findings = findings
        self._layout = layout
        self._line = line
        self._wanted = _genre_test(findings.genres)
        # How a row begins that repeats the last id; no line can begin with the first value.
        self._previous = b"\n"
        self._number = 0
        self._settled = True
        self._usual: Final = re.compile(rb"tt(\d{7,10})\|" if layout.id == 0 else rb"(?!)")

    @property
    def names(self) -> tuple[str, ...]:
        """The header's column names."""
        return self._layout.names

    def add(self, block: bytes) -> None:
        """Take the rows of a block."""
        lines = block.split(b"\n")
        lines.pop()  # what follows the last LF: nothing
        previous, settled = self._previous, self._settled
        usual_row, bars = self._usual.match, len(self.names) - 1
        taken, wants_all, id_first = (
            self._findings.taken,
            not self._findings.genres,
            not self._layout.id,
        )
        for line_number, line in enumerate(lines, self._line):
            # Three rows of four repeat the id above them and can tell us nothing new, unless
            # genres are asked for and none of the title's rows has passed yet.
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
        """Return the id's number, or 0 for a row that is blank or not to be taken."""
        if not line.strip():
            self._findings.rows -= 1
            return 0
        misfit = self._layout.misfit(line.count(b"|") + 1)
        if misfit:
            self._findings.reject(line_number, _text(line), misfit)
            return 0
        value = _text(line.split(b"|", self._layout.id + 1)[self._layout.id])
        number = number_of(value)
        if number is None:
            self._findings.reject(line_number, _text(line), _no_id(value))
        return number or 0

    def _passes(self, line: bytes) -> bool:
        genre = self._layout.genre
        return (
            genre is not None
            and self._layout.misfit(line.count(b"|") + 1) is None
            and self._wanted(line.split(b"|", genre + 1)[genre])
        )


class QuotedRows:
    """Rows of RFC 4180, the header the first of them; a row may span lines and blocks."""

    def __init__(self, findings: Findings, delimiter: str, line: int) -> None:
        self._findings = findings
        self._delimiter = delimiter
        self._line = line
        self._wanted = _genre_test(findings.genres)
        self._layout: Layout | None = None
        self._blocks: list[bytes] = []
        self._size = 0
        self._pending = ""
        self._previous = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The header's column names; empty until it is whole."""
        return self._layout.names if self._layout else ()

    def add(self, block: bytes) -> None:
        """Take the rows of a block, now or with those that follow it.

        The unfinished row is parsed anew each time, so wait until there is twice as much to parse.
        """
        self._blocks.append(block)
        self._size += len(block)
        if self._size >= max(1 << 20, len(self._pending)):
            self._parse(last=False)

    def close(self) -> None:
        """Take the rows held back; raises `InputError` when the last one is inside quotes."""
        self._parse(last=True)

    def _parse(self, *, last: bool) -> None:
        text = self._pending + _without_cr(_text(b"".join(self._blocks)))
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
            # An error on the very last line may only mean that the row goes on.
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
            return  # its title is taken
        number = None if misfit else number_of(value)
        if number is None:
            findings.reject(line, text, misfit or _no_id(value))
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


class ListRows:
    """One id a line, in quotes or not; with no delimiter known there is no second column."""

    def __init__(self, findings: Findings, layout: Layout, line: int) -> None:
        self._findings = findings
        self._layout = layout
        self._line = line

    @property
    def names(self) -> tuple[str, ...]:
        """The header's one name; empty when the list has no header."""
        return self._layout.names

    def add(self, block: bytes) -> None:
        """Take the ids of a block."""
        lines = block.split(b"\n")
        lines.pop()
        for line_number, line in enumerate(lines, self._line):
            if not line.strip():
                continue
            self._findings.rows += 1
            value = unquoted(_text(line))
            number = number_of(value)
            if number is None:
                self._findings.reject(line_number, _text(line), _no_id(value))
            else:
                self._findings.taken[number] = None
        self._line += len(lines)

    def close(self) -> None:
        """Nothing is held back."""


def _no_id(value: str) -> str:
    return f"'{printable(value, SHOWN_VALUE)}' is not an IMDb title id"


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _genre_test(genres: frozenset[str]) -> Callable[[str | bytes], bool]:
    """Return a test whether a comma list of genres has one of `genres`; lists repeat a lot."""

    @lru_cache(maxsize=1024)
    def wanted(listed: str | bytes) -> bool:
        listed = _text(listed) if isinstance(listed, bytes) else listed
        return any(genre.strip().casefold() in genres for genre in listed.split(","))

    return wanted


def _without_cr(text: str) -> str:
    """Return a text with LF as its only line end; the csv module refuses any other CR."""
    text = text.replace("\r\n", "\n")
    if "\r" in text:  # rare, CR CR LF included; a regex for it would be quadratic in a run of CRs
        text = "\n".join(line.rstrip("\r") for line in text.split("\n")).replace("\r", " ")
    return text


def _broken_field(row: str, delimiter: str) -> int:
    """Return where the first field begins that the csv module can't have read."""
    whole = re.compile(
        rf'"(?:[^"]++|"")*+"(?=[{delimiter}\n])|[^"{delimiter}\n][^{delimiter}\n]*+|(?=[{delimiter}\n])'
    )
    position = 0
    while (match := whole.match(row, position)) and len(match[0]) <= csv.field_size_limit():
        position = match.end() + 1
    return position
