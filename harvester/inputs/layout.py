"""What one input's header tells, and what its rows add up to."""

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
    """What a header tells: the columns' names, and where the id and the genres are."""

    names: tuple[str, ...]
    id: int
    genre: int | None

    def misfit(self, columns: int) -> str | None:
        """Say why a row of so many columns can't be trusted, or None when it can.

        A cut row may hold a cut id; a surplus column before the id may have moved it.
        """
        width = len(self.names)
        if columns == width or (columns > width and self.id == 0):
            return None
        return f"{columns} column{'s' * (columns != 1)} where the header has {width}"


@dataclass(slots=True)
class Findings:
    """What the rows of one input add up to; `taken` keeps the order in which ids came."""

    name: str
    genres: frozenset[str]
    rows: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    taken: dict[int, None] = field(default_factory=dict)

    def reject(self, line: int, text: str, why: str) -> None:
        """Count a row not taken; the first five are kept as examples."""
        self.rejected += 1
        if len(self.rejects) < _SHOWN_REJECTS:
            self.rejects.append(Reject(line, printable(text, SHOWN_TEXT), why))


def sniff(line: str) -> tuple[str, list[str]]:
    """Return the delimiter of a header line and its fields.

    The delimiter is the one that lays bare an id column, else the one with most fields; `|` never
    quotes, so it wins a tie.
    """
    headers = {delimiter: _fields(line, delimiter) for delimiter in _DELIMITERS}
    best = max(
        headers, key=lambda each: (_id_column(headers[each]) is not None, len(headers[each]))
    )
    return best, headers[best]


def layout_of(header: Sequence[str], findings: Findings) -> Layout:
    """Return where the id (and the genres, when asked for) are in a header.

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
    """Return the layout of a list without a header; raises `InputError` when genres are asked."""
    return Layout((), 0, _genre_column((), findings))


def printable(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text, those that don't print replaced by `?`."""
    return "".join(char if char.isprintable() else "?" for char in text.strip()[:limit])


def unquoted(text: str) -> str:
    """Return a lone field without white space and the quotes around it."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _fields(line: str, delimiter: str) -> list[str]:
    if delimiter == "|":
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [""])
    except csv.Error:  # a field above the csv module's limit: no header of ours
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
