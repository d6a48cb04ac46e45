"""The columns in an input's header, and the totals of its rows."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from harvester.errors import InputError
from harvester.model import Reject

__all__ = [
    "SHOWN_TEXT",
    "SHOWN_VALUE",
    "Findings",
    "Layout",
    "bare_layout",
    "layout_of",
    "printable",
    "sniff",
    "unquoted",
]

_DELIMITERS: Final = ("|", ",", ";", "\t")
_ID_COLUMNS: Final = ("imdb_id", "imdbid", "tconst", "const", "id")
_GENRE_COLUMNS: Final = ("genero", "genres")
_SHOWN_COLUMNS: Final = 20
_SHOWN_REJECTS: Final = 5
SHOWN_TEXT: Final = 80
SHOWN_VALUE: Final = 40


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a header: their names, and the positions of the id and the genres."""

    names: tuple[str, ...]
    id: int
    genre: int | None

    def misfit(self, columns: int) -> str | None:
        """Return why a row with this many columns can't be trusted, or None if it can.

        A truncated row may have a truncated id; an extra column before the id may have shifted it.
        """
        width = len(self.names)
        if columns == width or (columns > width and self.id == 0):
            return None
        return f"{columns} column{'s' * (columns != 1)} where the header has {width}"


@dataclass(slots=True)
class Findings:
    """The totals of one input's rows; `taken` keeps the ids in the order of their rows."""

    name: str
    genres: frozenset[str]
    rows: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    taken: dict[int, None] = field(default_factory=dict)

    def reject(self, line: int, text: str, why: str) -> None:
        """Count a rejected row; the first five are kept as examples."""
        self.rejected += 1
        if len(self.rejects) < _SHOWN_REJECTS:
            self.rejects.append(Reject(line, printable(text, SHOWN_TEXT), why))


def sniff(line: str) -> tuple[str, list[str]]:
    """Return the delimiter of a header line and its fields.

    The delimiter is the one that yields an id column, else the one with the most fields; `|` has no
    quoting, so it wins a tie.
    """
    headers = {delimiter: _fields(line, delimiter) for delimiter in _DELIMITERS}
    best = max(
        headers, key=lambda each: (_id_column(headers[each]) is not None, len(headers[each]))
    )
    return best, headers[best]


def layout_of(header: Sequence[str], findings: Findings) -> Layout:
    """Return the positions of the id (and, with a genre filter, the genres) in a header.

    Raises `InputError` when a column is missing.
    """
    names = tuple(name.strip() for name in header)
    column = _id_column(names)
    if column is None:
        raise InputError(
            f"{findings.name} has no column {_either(_ID_COLUMNS)} (it has: {_listed(names)}): "
            "name the column of IMDb ids so in the first line, or give a list of ids, one a line"
        )
    return Layout(names, column, _genre_column(names, findings))


def bare_layout(findings: Findings) -> Layout:
    """Return the layout of a list without a header; raises `InputError` with a genre filter."""
    return Layout((), 0, _genre_column((), findings))


def printable(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text, with `?` for those that are not printable."""
    return "".join(char if char.isprintable() else "?" for char in text.strip()[:limit])


def unquoted(text: str) -> str:
    """Return a lone field without surrounding white space and quotes."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _fields(line: str, delimiter: str) -> list[str]:
    if delimiter == "|":
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [""])
    except csv.Error:  # a field above the csv module's limit: not a header
        return [line]


def _column(names: Sequence[str], accepted: tuple[str, ...]) -> int | None:
    folded = [name.strip().casefold() for name in names]
    return next((folded.index(name) for name in accepted if name in folded), None)


def _id_column(names: Sequence[str]) -> int | None:
    return _column(names, _ID_COLUMNS)


def _genre_column(names: Sequence[str], findings: Findings) -> int | None:
    column = _column(names, _GENRE_COLUMNS)
    if column is None and findings.genres:
        raise InputError(
            f"{findings.name} has no column {_either(_GENRE_COLUMNS)} (it has: {_listed(names)}): "
            "leave out --genre for it"
        )
    return column


def _either(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "no header line"
    shown = ", ".join(printable(name, SHOWN_VALUE) for name in names[:_SHOWN_COLUMNS])
    return f"{shown}, …" if len(names) > _SHOWN_COLUMNS else shown
