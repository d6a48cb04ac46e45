"""The lake's CSVs → one Parquet file of texts that any engine reads, each row as it stands.

Read here and not by the engines, which differ in what they make of quotes, widths and blank lines.
A row that can't be split as its header says goes to a second file.
"""

import codecs
import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from harvester.errors import InputError
from harvester.inputs.gunzip import GZIP_MAGIC
from harvester.inputs.imdb_id import number_of
from harvester.inputs.layout import sniff, unquoted
from harvester.model import Kind

COLUMNS = (
    "tituloPincipal",
    "tituloOriginal",
    "anoLancamento",
    "anoTermino",
    "tempoMinutos",
    "genero",
    "notaMedia",
    "numeroVotos",
    "generoArtista",
    "personagem",
    "nomeArtista",
    "anoNascimento",
    "anoFalecimento",
    "profissao",
    "titulosMaisConhecidos",
)
"""What the course's files have besides the id, with the typo of their header."""

_MENDED = {"tituloprincipal": "tituloPincipal"}
_IDS = ("imdb_id", "imdbid", "tconst", "const", "id")
_SHOWN = 200

ROWS = pa.schema(
    [
        ("file", pa.string()),
        ("kind", pa.string()),
        ("row", pa.int64()),
        ("id", pa.string()),
        *((name, pa.string()) for name in COLUMNS),
    ]
)
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


@dataclass(frozen=True, slots=True)
class Staged:
    """The files that `stage` wrote, and the CSVs' rows by kind, broken ones included."""

    rows: Path
    broken: Path
    counts: dict[Kind, int]


def stage(csvs: Sequence[Csv], folder: Path) -> Staged:
    """Write the rows of CSVs, and the broken ones. Raises `InputError`."""
    folder.mkdir(parents=True)
    staged = Staged(folder / "rows.parquet", folder / "broken.parquet", {"movie": 0, "series": 0})
    broken: list[dict[str, Any]] = []
    # By open files: pyarrow would take some paths for URIs.
    with staged.rows.open("wb") as file, pq.ParquetWriter(file, ROWS) as writer:
        for csv in csvs:
            before, count = len(broken), 0
            for batch in _batches(csv, broken):
                writer.write_batch(_arranged(csv, batch, count))
                count += batch.num_rows
            staged.counts[csv.kind] += count + len(broken) - before
    with staged.broken.open("wb") as file:
        pq.write_table(pa.Table.from_pylist(broken, BROKEN), file)
    return staged


def _arranged(csv: Csv, batch: pa.RecordBatch, before: int) -> pa.RecordBatch:
    """Return a batch with the columns of `ROWS`, whatever the file calls them or lacks."""
    size = batch.num_rows
    known = {name.casefold(): name for name in COLUMNS} | _MENDED
    found: dict[str, pa.Array] = {}
    folded = [name.strip().casefold() for name in batch.schema.names]
    key = next(name for name in _IDS if name in folded)
    for position, name in enumerate(folded):
        column = "id" if name == key else known.get(name)
        if column is not None:
            found.setdefault(column, batch.column(position))
    found["file"] = pa.array([csv.key] * size, pa.string())
    found["kind"] = pa.array([csv.kind] * size, pa.string())
    found["row"] = pa.array(range(before + 1, before + size + 1), pa.int64())
    columns = [found.get(name) for name in ROWS.names]
    empty = pa.nulls(size, pa.string())
    return pa.record_batch([empty if column is None else column for column in columns], schema=ROWS)


def _batches(csv: Csv, broken: list[dict[str, Any]]) -> Iterator[pa.RecordBatch]:
    """Yield a file's rows as texts; what can't be split is put aside."""
    with _opened(csv.path) as file:
        first = file.readline().removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    first = first.rstrip("\r\n")
    if number_of(unquoted(first)) is not None:
        delimiter, names, skip = "|", ["id"], 0
    else:
        delimiter, names = sniff(first)
        names, skip = [unquoted(name) for name in names], 1
    if not {name.casefold() for name in names} & set(_IDS):
        raise InputError(f"{csv.key} has no column of IMDb ids: upload it again with a header")
    quoted = delimiter != "|"

    def put_aside(row: Any) -> str:
        broken.append(
            {
                "file": csv.key,
                "row": row.number,
                "imdb_id": None,
                "reason": f"{row.actual_columns} columns where the header has "
                f"{row.expected_columns}",
                "value": (row.text or "")[:_SHOWN],
            }
        )
        return "skip"

    with _opened(csv.path) as file:
        try:
            yield from pc.open_csv(
                pa.PythonFile(_Utf8(file), mode="r"),
                # One thread, for else a broken row has no number.
                pc.ReadOptions(column_names=names, skip_rows=skip, use_threads=False),
                pc.ParseOptions(
                    delimiter=delimiter,
                    quote_char='"' if quoted or names == ["id"] else False,
                    newlines_in_values=quoted,
                    invalid_row_handler=put_aside,
                ),
                pc.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid as error:
            if "Empty CSV file" in str(error):
                return
            what = str(error).splitlines()[0]
            raise InputError(f"{csv.key} can't be read as a CSV: {what}") from None


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        is_gzip = file.read(2) == GZIP_MAGIC
    return gzip.open(path) if is_gzip else path.open("rb")  # type: ignore[return-value]


class _Utf8(io.RawIOBase):
    """A stream whose bytes that are no UTF-8 are replaced, as the harvest itself does."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Return about `size` bytes; nothing only at the end."""
        while True:
            piece = self._file.read(size)
            text = self._decoder.decode(piece, final=not piece)
            if text or not piece:
                return text.encode()
