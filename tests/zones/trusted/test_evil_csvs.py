"""A small CSV can't take much memory: twenty kilobytes of gzip took gigabytes in 0.1.0.

`trusted` runs in a process of its own, whose greatest resident memory the kernel tells.
"""

import gzip
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
from made_lake import table

LOCAL = "Trusted/Local/Parquet"
MOST = 600_000_000
"""Bytes: what a million usual rows take, too.

230 MB are Python, Arrow and DuckDB before the first row, and 200 MB what it writes as Parquet.
"""


# The kernel counts what the parent had at the time; so a small process starts it, not the tests'.
_MEASURE = """
import os, sys
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(process, 0)
print()
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""

pytestmark = pytest.mark.slow  # each builds zones, or far more than a build reads


class Built(NamedTuple):
    """How a build ended, and the most memory that it had."""

    code: int
    rss: int
    size: int


def _trusted(data: bytes) -> Built:
    """Build a lake of one gzipped CSV."""
    path = Path("l/Raw/Local/CSV/Movies/2026/11/24/m.csv.gz")
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(data, 9))
    words = [sys.executable, "-m", "harvester", "trusted", "--lake", "l"]
    ended = subprocess.run(
        [sys.executable, "-c", _MEASURE, *words], stdout=subprocess.PIPE, text=True, check=True
    )
    code, most = map(int, ended.stdout.split()[-2:])
    return Built(code, most * (1 if sys.platform == "darwin" else 1024), path.stat().st_size)


def test_rows_that_can_t_be_split() -> None:
    """Two million rejects from 4 KB: each is written, none is kept."""
    built = _trusted(b"id|tituloPincipal\ntt1|A\n" + b"a\n" * 2_000_000)
    assert built.size < 10_000
    assert (built.code, built.rss < MOST) == (0, True), built
    assert [row["title"] for row in table(Path("l"), f"{LOCAL}/Movies")] == ["A"]


@pytest.mark.parametrize("quoted", [False, True])
def test_a_list_of_ten_million_items(*, quoted: bool) -> None:
    """The row's id counts; an engine, which would hold all of its items, never sees them."""
    many = b"," * 9_900_000
    data = (
        b'id,genero\ntt1,"a,b"\n' + b'tt2,"%b"\n' % many * 2
        if quoted
        else b"id|genero\ntt1|a,b\n" + b"tt2|%b\n" % many * 2
    )
    built = _trusted(data)
    assert built.size < 30_000
    assert (built.code, built.rss < MOST) == (0, True), built
    found = {row["imdb_id"]: row["genres"] for row in table(Path("l"), f"{LOCAL}/Movies")}
    assert found == {"tt0000001": ["a", "b"], "tt0000002": None}
    reasons = {row["reason"] for row in table(Path("l"), f"{LOCAL}/Rejects")}
    assert reasons == {"9,900,000 characters, more than any title has: only its id is used"} or (
        quoted and len(reasons) == 1
    )


def test_a_line_without_end(capfd: pytest.CaptureFixture[str]) -> None:
    """Above 10 MB it is no row of a CSV: exit 2, the file named, as `run` says it."""
    built = _trusted(b"id|tituloPincipal\ntt1|" + b"x" * 200_000_000 + b"\n")
    assert (built.code, built.rss < MOST) == (2, True), built
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert "m.csv.gz has a line of more than 10 MB" in said


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("data", "rejected"),
    [
        (b"id|tituloPincipal\ntt1|A\n" + b"x|a\n" * 2_500_000, 2_500_000),
        (b"id,tituloPincipal\ntt1,A\n" + b'tt2,"\n' * 1_500_000, 1_499_999),
    ],
    ids=["no id", "open quotes"],
)
def test_rejects_without_number(data: bytes, rejected: int) -> None:
    """Rows that are read and then rejected, or all of one title, are DuckDB's, which keeps none."""
    built = _trusted(data)
    assert built.size < 30_000
    assert (built.code, built.rss < MOST) == (0, True), built
    assert pq.read_metadata(f"l/{LOCAL}/Rejects/part-0.parquet").num_rows == rejected


@pytest.mark.timeout(300)
def test_an_ordinary_file_takes_as_much() -> None:
    """The bound is what a million usual rows take, too."""
    rows = (b"tt%07d|Title %d|Comedy,Drama\n" % (row, row) for row in range(1, 1_000_001))
    built = _trusted(b"id|tituloPincipal|genero\n" + b"".join(rows))
    assert (built.code, built.rss < MOST) == (0, True), built
