"""The columns in an input's header, and which of them holds the IMDb id."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from harvester.errors import InputError
from harvester.inputs.columns import Places, column_names, places
from harvester.inputs.imdb_id import listed_id, number_of
from harvester.inputs.text_blocks import MAX_LINE
from harvester.lake.conditions import Condition
from harvester.words import counted

if TYPE_CHECKING:
    from _csv import Reader

__all__ = [
    "SHOWN_VALUE",
    "Layout",
    "bare_layout",
    "csv_reader",
    "fields_of",
    "has_id_column",
    "is_imdb_dataset",
    "layout_of",
    "printable",
    "sniff",
    "unquoted",
]

_DELIMITERS: Final = ("|", ",", ";", "\t")
_IMDB_COLUMNS: Final = ("imdbid", "tconst", "const")
"""IMDb's own names: a bare number in such a column is an IMDb id that lost its `tt`."""
_TT_COLUMNS: Final = ("imdb", "imdbtitleid", "imdburl", "imdblink", "movieimdblink", "titleid")
_ANY_COLUMNS: Final = (*_TT_COLUMNS, "id")
"""Names that are also used for other ids: a value needs its `tt`, or an IMDb URL around it."""
_WANTED_NAMES: Final = "imdb_id, imdbid, tconst, const or id"
_DATASET_COLUMNS: Final = frozenset({"tconst", "titleId", "parentTconst"})
_SHOWN_COLUMNS: Final = 20
SHOWN_VALUE: Final = 40
MOST_COLUMNS: Final = 10_000
"""Of a header: of millions, all of them on one line, each step would make millions of texts."""
_SEPARATORS: Final = str.maketrans("", "", " _-#\ufeff\u200b")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a header: their names, and the positions of the id and of what is asked for.

    `ids` are the columns that may hold the id, the best first: one, unless their names leave it to
    the values. With `bare`, a number without `tt` is an id. `asked` are the columns of each field
    that a condition is on.
    """

    names: tuple[str, ...]
    ids: tuple[int, ...]
    bare: bool
    asked: Places = field(default_factory=dict)

    def misfit(self, columns: int) -> str | None:
        """Return why a row with this many columns can't be trusted, or None if it can.

        A truncated row may have a truncated id; an extra column before the id may have shifted it.
        """
        width = len(self.names)
        if columns == width or (columns > width and self.ids == (0,)):
            return None
        return f"{counted(columns, 'column')} where the header has {width:,}"

    def number(self, values: Sequence[str]) -> int | None:
        """Return the number of a row's id, or None; the row fits."""
        # A lone column is a list, which may name titles by TMDB's own ids, too.
        read = number_of if len(self.names) > 1 else listed_id
        found = (read(values[column], bare=self.bare) for column in self.ids)
        return next((number for number in found if number is not None), None)

    def no_id(self, values: Sequence[str]) -> str:
        """Return the reason for rejecting a row whose value is not an id."""
        value = next((values[column] for column in self.ids if values[column].strip()), "")
        shown = f"'{printable(value, SHOWN_VALUE)}'"
        if self.lacks_tt(values):
            return f"{shown} has no tt, and {self.named} may hold another site's ids"
        return f"{shown} is not an IMDb title id"

    def lacks_tt(self, values: Sequence[str]) -> bool:
        """Return whether a row's value would be an id under one of IMDb's names."""
        return not self.bare and any(
            number_of(values[column]) is not None for column in self.ids if column < len(values)
        )

    @property
    def named(self) -> str:
        """The column of ids, as named in a message."""
        names = " or ".join(printable(self.names[column], SHOWN_VALUE) for column in self.ids)
        return f"column {names}"


def sniff(line: str) -> tuple[str, list[str]]:
    """Return the delimiter of a header line and its fields.

    The delimiter is the one that yields an id column, else the one with the most fields; `|` has no
    quoting, so it wins a tie.
    """
    headers = {delimiter: fields_of(line, delimiter) for delimiter in _DELIMITERS}
    best = max(headers, key=lambda each: (has_id_column(headers[each]), len(headers[each])))
    return best, headers[best]


def check_width(line: str, name: str, delimiter: str | None = None) -> None:
    """Raise `InputError` for a line of more fields than a header has, before it is split."""
    delimiters = _DELIMITERS if delimiter is None else (delimiter,)
    _check_columns(1 + max(map(line.count, delimiters)), name)


def fields_of(line: str, delimiter: str) -> list[str]:
    """Return the fields of a header line."""
    if delimiter == "|":
        return line.split(delimiter)
    return next(csv_reader([line], delimiter), [""])


def csv_reader(lines: Iterable[str], delimiter: str, *, strict: bool = False) -> "Reader":
    """Return the csv module's reader without its limit of 128 KB a field, which JSON exceeds."""
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE))
    return csv.reader(lines, delimiter=delimiter, strict=strict)


def layout_of(header: Sequence[str], name: str, where: Sequence[Condition]) -> Layout:
    """Return the positions of the id, and of what conditions are on, in a header.

    Raises `InputError` when a column is missing, or there are too many.
    """
    _check_columns(len(header), name)
    names = tuple(unquoted(each) for each in header)
    columns, bare = _id_columns(names)
    if not columns:
        what = f"{name} has no column {_WANTED_NAMES}"
        way = "name the column of IMDb ids so in the first line, or give a list of ids, one a line"
        raise InputError(f"{what} (it has: {_listed(names)}): {way}", unquoted=f"{what}: {way}")
    return Layout(names, columns, bare, _asked_columns(names, name, where))


def bare_layout(name: str, where: Sequence[Condition]) -> Layout:
    """Return the layout of a list without a header; raises `InputError` with conditions."""
    return Layout((), (0,), bare=True, asked=_asked_columns((), name, where))


def has_id_column(names: Sequence[str], *, sure: bool = False) -> bool:
    """Return whether a header has a column of ids; `sure` leaves out names that others use."""
    columns, bare = _id_columns(names)
    return bool(columns) and (bare or not sure)


def is_imdb_dataset(names: Sequence[str]) -> bool:
    """Return whether a header is of IMDb's datasets, whose files quote nothing.

    https://developer.imdb.com/non-commercial-datasets/
    """
    return not _DATASET_COLUMNS.isdisjoint(names)


def printable(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text, with `?` for those that are not printable."""
    return "".join(char if char.isprintable() else "?" for char in text.strip()[:limit])


def unquoted(text: str) -> str:
    """Return a lone field without surrounding white space, BOM and quotes."""
    text = text.strip().strip("\ufeff\u200b").strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _check_columns(number: int, name: str) -> None:
    if number > MOST_COLUMNS:
        raise InputError(
            f"{name} has a first line of {number:,} columns, and {MOST_COLUMNS:,} are the most: "
            "save it with the columns that you need"
        )


def _id_columns(names: Sequence[str]) -> tuple[tuple[int, ...], bool]:
    """Return the columns that may hold the id, and whether bare numbers are ids there."""
    folded = [unquoted(name).casefold().translate(_SEPARATORS) for name in names]
    for name in _IMDB_COLUMNS:
        if name in folded:
            return (folded.index(name),), True
    return tuple(folded.index(name) for name in _ANY_COLUMNS if name in folded), False


def _asked_columns(names: Sequence[str], name: str, where: Sequence[Condition]) -> Places:
    found = places([unquoted(each) for each in names], where)
    for field_, columns in found.items():
        if not columns:
            flags = "--genre or --where genre=…" if field_ == "genre" else f"--where {field_}=…"
            what = f"{name} has no column {column_names(field_)}"
            way = f"leave out {flags} for it"
            raise InputError(f"{what} (it has: {_listed(names)}): {way}", unquoted=f"{what}: {way}")
    return found


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "no header line"
    shown = ", ".join(printable(name, SHOWN_VALUE) for name in names[:_SHOWN_COLUMNS])
    return f"{shown}, …" if len(names) > _SHOWN_COLUMNS else shown
