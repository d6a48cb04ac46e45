"""Trusted's rows of a CSV are the harvest's, whatever the file; memory stays bounded."""

import gzip
import tracemalloc
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow.parquet as pq
import pytest
from made_lake import csv, table
from reading import read

from harvester.errors import InputError
from harvester.stores import open_store
from harvester.zones.built import Built
from harvester.zones.trusted.build import build_trusted
from harvester.zones.trusted.csv_rows import Csv, Staged, stage

LOCAL = "Trusted/Local/Parquet"


def _stage(folder: Path, data: bytes) -> Staged:
    (folder / "x.csv").write_bytes(data)
    return stage([Csv("x.csv", "movie", folder / "x.csv")], folder / "staged", Event())


async def _built() -> Built:
    async with open_store("l") as store:
        done = await build_trusted(store, "duckdb", rebuild=False)
    assert not done.breaches, done.checks
    return done


def _read(name: str) -> list[dict[str, Any]]:
    return table(Path("l"), f"{LOCAL}/{name}")


@pytest.mark.parametrize(
    "data",
    [
        b"\n\nimdb_id,tituloPincipal\ntt0000001,A\ntt0000002,B\n",
        b"\n\r\nid|tituloPincipal\r\ntt0000001|A\r\n\r\ntt0000002|B",
        b"imdb_id,tituloPincipal\ntt0000001,A\rx\ntt0000002,B\r\n",
        b"id|tituloPincipal\ntt0000001|A\rx\ntt0000002|B\n",
        b"sep=;\nimdb_id;tituloPincipal\ntt0000001;A\n2;B\n",
        b'imdb_id,tituloPincipal\ntt0000001,"A\ntt0000002,"B"\n',
        b"id|tituloPincipal\ntt0000001|" + b"x" * 3_000_000 + b"\ntt0000002|B\n",
        b"imdb_id,tituloPincipal\n1,A\n2,B\n,C\n0,D\n",
        b"imdb_id,t\nhttps://www.imdb.com/title/tt0000001/,A\ntt2/,B\n",
        b"tt0000001\n\n2\n",
        b'tconst\tprimaryTitle\ntt0000001\t"A\ntt0000002\tB\n',
        gzip.compress(b"id,t\ntt0000001,A\n", mtime=0) + gzip.compress(b"tt0000002,B\n", mtime=0),
    ],
)
def test_the_rows_of_the_harvest(data: bytes, tmp_path: Path) -> None:
    """Blank lines, lone CRs, long rows, `sep=`, odd quotes, URLs: the same rows."""
    facts, numbers = read(data)
    assert numbers == [1, 2]
    staged = _stage(tmp_path, data)
    rows = pq.read_table(staged.rows)
    assert staged.counts == {"movie": facts.rows, "series": 0}
    assert rows.num_rows + pq.read_table(staged.broken).num_rows == facts.rows
    ids = [one for one in rows["imdb_id"].to_pylist() if one is not None]
    assert ids == ["tt0000001", "tt0000002"]


def test_what_the_harvest_refuses_is_refused_by_name(tmp_path: Path) -> None:
    """A file that is no CSV, or without a column of ids, is named, in one sentence."""
    with pytest.raises(InputError, match=r"^x\.csv has no column"):
        _stage(tmp_path, b"title|year\nHeat|1995\n")


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        pytest.param(b"a\n", marks=[pytest.mark.slow]),
        pytest.param(b"tt1|a\n", marks=[pytest.mark.slow]),
        b"|" * 1_000_000 + b"\n",
    ],
)
def test_a_gzip_bomb_takes_no_memory(line: bytes, tmp_path: Path) -> None:
    """Lines without number, or of a million delimiters, are never held at once, rejected or not."""
    data = gzip.compress(b"id|t\ntt1|a\n" + line * min(200_000, 20_000_000 // len(line)), 1)
    tracemalloc.start()
    try:
        _stage(tmp_path, data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000


async def test_surplus_columns_leave_the_id_alone() -> None:
    """The id counts, as in the harvest; the row is listed, and a whole one stands before it."""
    rows = ["imdb_id,Title,Year", "tt1,Me, Myself,2000", "tt2,B,2001,,", "tt3,x,y,z", "tt3,C,2002"]
    csv(Path("l"), "Movies/m.csv", "\n".join(rows))
    await _built()
    found = {row["imdb_id"]: (row["title"], row["start_year"]) for row in _read("Movies")}
    assert found == {"tt0000001": (None, None), "tt0000002": ("B", 2001), "tt0000003": ("C", 2002)}
    rejects = {(row["row"], row["reason"], row["value"]) for row in _read("Rejects")}
    why = "4 columns where the header has 3: only its id is used"
    assert rejects == {(1, why, "tt1,Me, Myself,2000"), (3, why, "tt3,x,y,z")}


async def test_imdb_s_exports_and_datasets() -> None:
    """Their names are ours; a column that no table has is named, in each build again."""
    names = "Const,Your Rating,Title,Original Title,Title Type,IMDb Rating,Runtime (mins),Year,"
    row = 'tt1,9,A,O,Movie,8.3,122,2001,"Comedy, Romance",800000'
    csv(Path("l"), "Movies/ratings.csv", f"{names}Genres,Num Votes\n{row}\n")
    tsv = "tconst\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres"
    csv(Path("l"), "Series/title.basics.tsv.csv", f'{tsv}\ntt2\t"B\t"P\t0\t1999\t\\N\t45\tDrama\n')
    ignored = {
        "Movies/ratings.csv": ["Your Rating", "Title Type"],
        "Series/title.basics.tsv.csv": ["isAdult"],
    }
    for _ in range(2):
        done = await _built()
        assert {
            "/".join((k.split("/")[3], k.split("/")[-1])): v for k, v in done.ignored.items()
        } == (ignored)
    (movie,) = _read("Movies")
    assert (movie["title"], movie["original_title"], movie["start_year"]) == ("A", "O", 2001)
    assert (movie["rating"], movie["votes"], movie["runtime_minutes"]) == (8.3, 800000, 122)
    assert movie["genres"] == ["Comedy", "Romance"]
    (series,) = _read("Series")
    assert (series["title"], series["end_year"], series["runtime_minutes"]) == ('"B', None, 45)


def test_what_is_given_up_ends(tmp_path: Path) -> None:
    """Between two blocks of a chunk, of which a gzip's are a thousand."""
    (tmp_path / "x.csv").write_bytes(gzip.compress(b"id|title\n" + b"tt1|A\n" * 2_000_000, 9))
    given_up = Event()
    given_up.set()
    staged = stage([Csv("x.csv", "movie", tmp_path / "x.csv")], tmp_path / "staged", given_up)
    assert staged.counts["movie"] < 50_000
