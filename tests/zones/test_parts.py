"""Many rows are gone through in parts: nothing is lost, and no key is in two of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harvester.zones import parts, quality
from harvester.zones.engines import Engine, open_engine
from harvester.zones.schema import Column, Table

TABLE = Table(
    "t",
    "",
    ("name", "place"),
    (Column("name", "string", "", ""), Column("place", "int64", "", "")),
)
ROWS: list[dict[str, Any]] = [
    {"name": f"n{number % 7}", "place": number % 11} for number in range(77)
]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Open DuckDB, and take 10 keys for many."""
    monkeypatch.setattr(parts, "AT_ONCE", 10)
    with open_engine("duckdb", tmp_path) as opened:
        yield opened


def _table(engine: Engine, folder: Path, rows: list[dict[str, Any]]) -> ir.Table:
    pq.write_table(pa.Table.from_pylist(rows), folder / "t.parquet")
    return engine.parquet(str(folder / "t.parquet"))


def test_every_row_is_in_one_part(engine: Engine, tmp_path: Path) -> None:
    """And a part is about as large as it may be."""
    rows = _table(engine, tmp_path, ROWS)
    found = parts.parted(rows, parts.hash_of(rows, TABLE.key), len(ROWS))
    each = [engine.rows(part) for part in found]
    assert len(each) == 8
    assert sorted(str(row) for part in each for row in part) == sorted(map(str, ROWS))
    assert 0 < max(map(len, each)) < 30
    (whole,) = parts.parted(rows, parts.hash_of(rows, TABLE.key), 10)
    assert whole is rows


def test_a_negative_hash_is_in_a_part_too(engine: Engine, tmp_path: Path) -> None:
    """Spark's hashes are signed."""
    rows = _table(engine, tmp_path, [{"number": number} for number in range(-50, 50)])
    found = parts.parted(rows, rows["number"], 100)
    numbers = [str(row["number"]) for part in found for row in engine.rows(part)]
    assert sorted(numbers) == sorted(map(str, range(-50, 50)))


@pytest.mark.parametrize("more", [0, 1, 40])
def test_double_keys_are_counted(more: int, engine: Engine, tmp_path: Path) -> None:
    """The same number as of the whole."""
    rows = _table(engine, tmp_path, [*ROWS, *ROWS[:more]])
    checks = {check.name: check for check in quality.of_table(engine, TABLE, rows)}
    assert checks["rows"].found == 77 + more
    double = checks["double name, place"]
    assert (double.found, double.breach) == (more, more > 0)
