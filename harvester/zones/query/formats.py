"""Writes an answer as CSV, JSON or Parquet, a part of it at a time."""

import csv
import io
from collections.abc import Callable, Iterable
from itertools import chain, count
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from harvester.errors import UserError
from harvester.stores.new_file import written_beside
from harvester.zones.query.answer import QueryAnswer
from harvester.zones.query.values import json_document, json_value, text_value

Write = Callable[[str], bool]
"""Takes a part of the output; False when nobody wants more of it."""


def write_csv(answer: QueryAnswer, write: Write, *, cell: Callable[[str], str] = str) -> None:
    """Write a header and the rows (RFC 4180, but for LF); null is empty. `cell` is done to each."""
    columns, rows = answer.rows()
    part = io.StringIO()
    out = csv.writer(part, lineterminator="\n")
    out.writerow([cell(column.name) for column in columns])
    wanted = write(part.getvalue())
    while wanted and (some := next(rows, None)):
        part.seek(0)
        part.truncate()
        out.writerows([cell(text_value(value)) for value in row] for row in some)
        wanted = write(part.getvalue())


def write_json_rows(answer: QueryAnswer, write: Write) -> None:
    """Write an array with an object a row, each on its line. JSON columns are JSON, not text."""
    columns, rows = answer.rows()
    names = unique([column.name for column in columns])
    makers = [json_document if column.type == "JSON" else json_value for column in columns]
    wanted = write("[")
    between = "\n"
    while wanted and (some := next(rows, None)):
        lines = [
            orjson.dumps(
                {name: make(value) for name, make, value in zip(names, makers, row, strict=True)}
            ).decode()
            for row in some
        ]
        wanted = write(between + ",\n".join(lines))
        between = ",\n"
    write("\n]\n")


def write_parquet(answer: QueryAnswer, path: Path) -> None:
    """Write a file, whole or not at all, in the place of an older one.

    Raises `UserError` when it can't be written, or a column's type is none of Parquet's.
    """
    found, batches = answer.arrow()
    names = unique(found.names)
    schema = pa.schema([one.with_name(name) for one, name in zip(found, names, strict=True)])
    with written_beside(path, force=True) as new, new.open("wb") as file:
        try:
            with pq.ParquetWriter(file, schema, compression="zstd") as writer:
                for batch in batches:
                    writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
        except pa.ArrowNotImplementedError as error:
            raise UserError(f"Parquet lacks a type of the answer: cast it ({error})") from None


def unique(names: Iterable[str]) -> list[str]:
    """Return names of which none comes twice: the second `title` is `title_1`."""
    found: dict[str, None] = {}
    for name in names:
        others = (f"{name}_{number}" for number in count(1))
        found[next(one for one in chain([name], others) if one not in found)] = None
    return list(found)
