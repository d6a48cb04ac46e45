"""The lake's CSVs → one Parquet file of texts that any engine reads, each row as it stands.

Read here and not by the engines, which differ in what they make of quotes, widths and blank lines:
by the reader of the harvest (`harvester.inputs`), so the ids and rows are the harvest's.
A row that can't be split as its header says goes to a second file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from harvester.inputs.layout import Layout
from harvester.inputs.row_reader import RowReader
from harvester.inputs.splitting import Row
from harvester.lake.title_ids import unpack
from harvester.model import Kind
from harvester.zones.trusted.csv_columns import COLUMNS, Arrangement, arrange

__all__ = ["VERSION", "Csv", "Staged", "stage"]

VERSION = "rows 2"
"""Changes with what is made of a CSV: what an older harvester built of one is then built anew."""

_CHUNK = 1 << 18
_BATCH_ROWS = 20_000
_BATCH_CHARACTERS = 8_000_000
_SHOWN = 200

ROWS = pa.schema(
    [
        ("file", pa.string()),
        ("kind", pa.string()),
        ("row", pa.int64()),
        ("id", pa.string()),
        ("imdb_id", pa.string()),
        ("note", pa.string()),
        ("text", pa.string()),
        *((name, pa.string()) for name in COLUMNS),
    ]
)
"""`id` as it stands, `imdb_id` what the harvest makes of it; a `note` says why only it is used."""

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
    """One CSV of the lake: its key, what its titles are, and where it can be read."""

    key: str
    kind: Kind
    path: Path


@dataclass(slots=True)
class Staged:
    """The files that `stage` wrote; the CSVs' rows by kind, broken ones included.

    `ignored` are the columns of each file that no table has, by the file's key.
    """

    rows: Path
    broken: Path
    counts: dict[Kind, int] = field(default_factory=lambda: {"movie": 0, "series": 0})
    ignored: dict[str, list[str]] = field(default_factory=dict)


def stage(csvs: Sequence[Csv], folder: Path) -> Staged:
    """Write the rows of CSVs, and the broken ones. Raises `InputError`."""
    folder.mkdir(parents=True)
    staged = Staged(folder / "rows.parquet", folder / "broken.parquet")
    with _Batches(staged.rows, ROWS) as rows, _Batches(staged.broken, BROKEN) as broken:
        for csv in csvs:
            reader = RowReader(csv.key)
            arrangement: Arrangement | None = None
            for number, row in enumerate(_rows(reader, csv.path), 1):
                staged.counts[csv.kind] += 1
                if row.why is not None:
                    broken.add((csv.key, row.line, None, row.why, row.text.strip()[:_SHOWN]))
                    continue
                layout = _known(reader.layout)
                arrangement = arrangement or arrange(layout)
                rows.add((csv.key, csv.kind, number, *_staged(row, layout, arrangement)))
            if arrangement is not None and arrangement.ignored:
                staged.ignored[csv.key] = arrangement.ignored
    return staged


def _rows(reader: RowReader, path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield from reader.feed(chunk)
    yield from reader.close()


def _known(layout: Layout | None) -> Layout:
    if layout is None:
        raise ValueError("a row came before the header")
    return layout


def _staged(row: Row, layout: Layout, arrangement: Arrangement) -> tuple[str | None, ...]:
    """Return a row's id, as it stands and as the harvest reads it, its note, and its columns."""
    values = row.values
    number = layout.number(values)
    imdb_id = None if number is None else unpack(number)
    shown = next((values[column] for column in layout.ids if values[column].strip()), "")
    surplus = values[len(layout.names) or 1 :]
    if any(value.strip() for value in surplus):
        # A delimiter that nobody quoted: the columns behind it may have moved.
        note = (
            f"{len(values)} columns where the header has {len(layout.names)}: only its id is used"
        )
        return (shown, imdb_id, note, row.text.strip()[:_SHOWN], *(None for _ in COLUMNS))
    return (shown, imdb_id, None, None, *arrangement.values(values))


class _Batches:
    """Writes tuples to a Parquet file a batch at a time: what memory holds of them is bounded."""

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

    def add(self, row: tuple[Any, ...]) -> None:
        """Write a row, now or with others."""
        self._tuples.append(row)
        self._characters += sum(len(value) for value in row if type(value) is str)
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
