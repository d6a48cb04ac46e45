"""Runs an expression of the zones over texts, on an engine."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harvester.zones.engines import Engine


def parsed(
    engine: Engine, folder: Path, parser: Callable[[Any], Any], texts: Sequence[str | None]
) -> list[Any]:
    """Return what a parser makes of each text, in order; the texts are read from a file."""
    path = folder / "texts.parquet"
    columns = {"place": list(range(len(texts))), "text": pa.array(texts, pa.string())}
    with path.open("wb") as file:
        pq.write_table(pa.table(columns), file)
    rows = engine.parquet(str(path))
    found = engine.rows(rows.select("place", value=parser(rows["text"])))
    return [row["value"] for row in sorted(found, key=lambda row: int(str(row["place"])))]
