"""The lake's CSVs → one Parquet file of texts that any engine reads, each row as it stands.

Read here and not by the engines, which differ in what they make of quotes, widths and blank lines:
by the reader of the harvest (`harvester.inputs`), so the ids and rows are the harvest's.
A row that can't be split as its header says goes to a second file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from harvester.inputs.layout import Layout
from harvester.inputs.row_reader import RowReader
from harvester.inputs.splitting import Row
from harvester.lake.title_ids import unpack
from harvester.model import Kind
from harvester.zones.trusted.csv_columns import COLUMNS, arrange

__all__ = ["VERSION", "Csv", "Staged", "stage"]

VERSION = "rows 4"
"""Changes with what is made of a CSV: what an older harvester built of one is then rebuilt."""

_CHUNK = 1 << 18
_BATCH_ROWS = 20_000
_BATCH_CHARACTERS = 8_000_000
_SHOWN = 200
_LONGEST = 100_000
"""Characters of a row's columns that tables have: of ten million, each comma of a list of genres
would be an item to an engine, which holds all items of a row at once."""

ROWS = pa.schema(
    [
        ("file", pa.string()),
        ("kind", pa.string()),
        ("age", pa.int64()),
        ("row", pa.int64()),
        ("place", pa.int64()),
        ("id", pa.string()),
        ("imdb_id", pa.string()),
        ("note", pa.string()),
        ("text", pa.string()),
        *((name, pa.string()) for name in COLUMNS),
    ]
)
"""`id` as it stands, `imdb_id` what the harvest makes of it; a `note` says why only it is used.

`place` is the row's among those of all CSVs, the newest first.
"""

BROKEN = pa.schema(
    [
        ("file", pa.string()),
        ("row", pa.int64()),
        ("imdb_id", pa.string()),
        ("reason", pa.string()),
        ("value", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Csv:
    """One CSV of the lake: its key, what its titles are, and where it can be read.

    `age` is 0 for the newest; where CSVs disagree on a title, the newer one counts.
    """

    key: str
    kind: Kind
    path: Path
    age: int = 0


@dataclass(slots=True)
class Staged:
    """The files that `stage` wrote; the CSVs' rows by kind, broken ones included.

    `ignored` are the columns of each file that no table has, by the file's key.
    """

    rows: Path
    broken: Path
    counts: dict[Kind, int] = field(default_factory=lambda: {"movie": 0, "series": 0})
    ignored: dict[str, list[str]] = field(default_factory=dict)


def stage(csvs: Sequence[Csv], folder: Path, given_up: Event) -> Staged:
    """Write the rows of CSVs, and the broken ones, or those until it is `given_up`.

    Raises `InputError`.
    """
    folder.mkdir(parents=True)
    staged = Staged(folder / "rows.parquet", folder / "broken.parquet")
    with _Batches(staged.rows, ROWS) as rows, _Batches(staged.broken, BROKEN) as broken:
        place = 0
        for csv in sorted(csvs, key=lambda csv: (csv.age, csv.key)):
            reader = RowReader(csv.key)
            tuples: _Tuples | None = None
            number = 0
            for number, row in enumerate(_rows(reader, csv.path, given_up), 1):
                if row.why is not None:
                    value = row.text.strip()[:_SHOWN]
                    broken.add((csv.key, row.line, None, row.why, value), len(value))
                    continue
                if tuples is None:
                    tuples = _Tuples(csv, reader.layout)
                size = sum(map(len, row.values))
                place += 1
                rows.add(tuples.of((number, place), row, size), size)
            staged.counts[csv.kind] += number
            if tuples is not None and tuples.ignored:
                staged.ignored[csv.key] = tuples.ignored
    return staged


def _rows(reader: RowReader, path: Path, given_up: Event) -> Iterator[Row]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            for rows in reader.feed(chunk):
                yield from rows
                if given_up.is_set():
                    return
    yield from reader.close()


class _Tuples:
    """Turns one file's rows into tuples of `ROWS`."""

    def __init__(self, csv: Csv, layout: Layout | None) -> None:
        if layout is None:
            raise ValueError("a row came before the header")
        self._file = (csv.key, csv.kind, csv.age)
        self._layout = layout
        self._width = len(layout.names) or 1
        arrangement = arrange(layout)
        self._arranged = arrangement.values
        self.ignored = arrangement.ignored
        self._values: list[str] = []
        self._ids: tuple[str, str | None] = ("", None)

    def of(self, at: tuple[int, int], row: Row, size: int) -> tuple[str | int | None, ...]:
        """Return a row of so many characters as a tuple; `at` is its number and its place."""
        values = row.values
        found = [values[column] for column in self._layout.ids]
        if found != self._values:  # most rows repeat the id above them
            title = self._layout.number(values)
            shown = next((value for value in found if value.strip()), "")
            self._values = found
            self._ids = (shown, None if title is None else unpack(title))
        if len(values) > self._width and any(value.strip() for value in values[self._width :]):
            # Perhaps an unquoted delimiter: the columns after it may have moved.
            return self._id_alone(
                at, row, f"{len(values)} columns where the header has {self._width}"
            )
        arranged = self._arranged(values)
        if size > _LONGEST:
            used = sum(len(value) for value in arranged if value is not None)
            if used > _LONGEST:
                return self._id_alone(at, row, f"{used:,} characters, more than any title has")
        return (*self._file, *at, *self._ids, None, None, *arranged)

    def _id_alone(self, at: tuple[int, int], row: Row, why: str) -> tuple[str | int | None, ...]:
        note, text = f"{why}: only its id is used", row.text.strip()[:_SHOWN]
        return (*self._file, *at, *self._ids, note, text, *(None for _ in COLUMNS))


class _Batches:
    """Writes tuples to a Parquet file in batches, so that memory is bounded."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._file = path.open("wb")  # pyarrow would take some paths for URIs
        self._writer = pq.ParquetWriter(self._file, schema)
        self._tuples: list[tuple[Any, ...]] = []
        self._characters = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self._write()
        self._writer.close()
        self._file.close()

    def add(self, row: tuple[Any, ...], characters: int) -> None:
        """Write a row of so many characters, now or with others."""
        self._tuples.append(row)
        self._characters += characters
        if len(self._tuples) >= _BATCH_ROWS or self._characters >= _BATCH_CHARACTERS:
            self._write()

    def _write(self) -> None:
        if self._tuples:
            columns = zip(*self._tuples, strict=True)
            arrays = [
                pa.array(column, one.type)
                for column, one in zip(columns, self._schema, strict=True)
            ]
            self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._tuples = []
        self._characters = 0
