"""Finds a title in the bytes of an `outcomes.csv`: no line but its own becomes an object."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from harvester.errors import DocumentError
from harvester.lake.documents.outcomes import (
    LONGEST_LINE,
    WAY_OUT,
    OutcomeRow,
    header_line,
    own_number,
    read_line,
)
from harvester.lake.documents.plan import UNIT_SIZE, Plan
from harvester.lake.title_ids import media_type_of, unpack
from harvester.words import counted


@dataclass(frozen=True, slots=True)
class OutcomeHit:
    """A title's line, and the unit of its title, which its place in the file tells."""

    unit: int
    row: OutcomeRow


def is_of(row: OutcomeRow, origin: str, numbers: Collection[int]) -> bool:
    """Return whether a row of a run of this origin is of one of these packed ids.

    It is where the title was asked for by it, or found to be it.
    """
    if row.number in numbers or (row.imdb_id and row.imdb_id in numbers):
        return True
    return own_number(row, origin) in numbers


class OutcomeSearch:
    """Searches the file of one run's plan for packed ids, a piece of it at a time."""

    def __init__(self, plan: Plan, numbers: Collection[int]) -> None:
        self.hits: list[OutcomeHit] = []
        self._key = plan.folder.outcomes
        self._titles = plan.titles
        self._origin = plan.asked.origin
        self._header = header_line(self._origin)
        self._numbers = numbers
        self._patterns = [re.compile(_pattern(number)) for number in numbers]
        self._lines = 0
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        """Search the lines that end in the next bytes. Raises `DocumentError` for damaged ones."""
        data = self._rest + chunk
        end = data.rfind(b"\n") + 1
        self._rest = data[end:]
        if end and not self._lines and not data.startswith(self._header):
            raise self._damaged(f"line 1 is not {self._header.decode().rstrip()}")
        line, at = self._lines, 0
        for start in sorted(self._starts(data, end)):
            line += data.count(b"\n", at, start)
            at = start
            if line:  # not the header
                self._add(line, data[start : data.index(b"\n", start)])
        self._lines += data.count(b"\n", 0, end)
        if len(self._rest) > LONGEST_LINE:
            raise self._damaged(f"line {self._lines + 1} is too long")

    def close(self) -> None:
        """Check that the file was whole. Raises `DocumentError`."""
        if self._rest:
            raise self._damaged(f"line {self._lines + 1} is cut short")
        if self._lines != self._titles + 1:
            raise self._damaged(
                f"it has {counted(max(self._lines - 1, 0), 'title')} and its plan {self._titles:,}"
            )

    def _starts(self, data: bytes, end: int) -> Iterable[int]:
        """Return where the lines begin that may be of the title."""
        return {
            data.rfind(b"\n", 0, found.start()) + 1
            for pattern in self._patterns
            for found in pattern.finditer(data, 0, end)
        }

    def _add(self, line: int, data: bytes) -> None:
        try:
            row = read_line(data.decode(), self._origin)
        except ValueError:  # of another encoding, too
            raise self._damaged(f"line {line + 1} is no line of outcomes") from None
        if is_of(row, self._origin, self._numbers):
            self.hits.append(OutcomeHit((line - 1) // UNIT_SIZE, row))

    def _damaged(self, what: str) -> DocumentError:
        return DocumentError(f"{self._key} is damaged, {what}: {WAY_OUT}")


def _pattern(number: int) -> bytes:
    """Return what the line of an id holds, as its id or in the columns of what was found."""
    media_type = media_type_of(number)
    if media_type is None:
        return b"tt0*%d," % number
    return b"%b[:,]%b," % (media_type.encode(), unpack(number).partition(":")[2].encode())
