"""Rows of RFC 4180 stay whole, whatever their texts hold; what may be two things is named."""

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reading import read

from harvester.inputs.row_reader import RowReader

if TYPE_CHECKING:
    from harvester.inputs.splitting import Row

TEXTS = st.text(st.sampled_from('ab ",;\t\n'), max_size=12)
CELLS = st.lists(st.sampled_from(["tt7", "7", "a", ",", '"', "\n"]), max_size=9).map("".join)
IN_QUOTES = "one row by its quotes, but a line in them is a row: read line by line"


def _written(rows: list[list[str]], delimiter: str, end: str, *, quote_all: bool) -> bytes:
    out = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue().encode()


def _read(data: bytes, chunk: int) -> tuple[list[list[str]], int]:
    """Return the rows that are taken, and how many are rejected."""
    reader = RowReader("x.csv")
    found: list[Row] = []
    for at in range(0, len(data), chunk):
        found += chain.from_iterable(reader.feed(data[at : at + chunk]))
    found += reader.close()
    taken = [row.values for row in found if row.why is None]
    return taken, len(found) - len(taken)


def _table(texts: list[list[str]], place: int) -> list[list[str]]:
    """Return a header and rows, their ids in this column."""
    names = [f"c{n}" for n in range(max(map(len, texts), default=1))]
    ids = ["imdb_id", *(f"tt{n:07d}" for n in range(1, len(texts) + 1))]
    rows = [names, *texts]
    return [[*row[:place], id_, *row[place:]] for row, id_ in zip(rows, ids, strict=True)]


@given(
    st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=6),
    st.integers(0, 3),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(1, 200),
)
@example([["A\nB", "", "C\nD"]], 1, ",", "\n", False, 9)
@example([["A\nB", "x", "C\nD"], ["A", "B\n", "\nC"]], 2, ";", "\n", True, 200)
def test_what_the_csv_module_writes_comes_back(
    texts: list[list[str]], place: int, delimiter: str, end: str, quote_all: bool, chunk: int
) -> None:
    """Line breaks, separators and quotes in any column, before the id and after it."""
    rows = _table(texts, place)
    assert _read(_written(rows, delimiter, end, quote_all=quote_all), chunk) == (rows[1:], 0)


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=4),
    st.integers(0, 2),
    st.booleans(),
    st.integers(1, 200),
)
@example([["x,tt7\n", ""]], 1, False, 9)
@example([['a,tt7,"\nb,tt7,', "c"], ["", ""]], 0, True, 9)
@example([["Alien,1979\ntt7,Brazil,1985\ntt7,Gremlins", "1984"]], 0, False, 200)
def test_rows_in_texts_are_named_where_they_are_taken(
    texts: list[list[str]], place: int, quote_all: bool, chunk: int
) -> None:
    """A text of rows may be misplaced quotes around them: the rows come back, or one is named."""
    rows = _table(texts, place)
    taken, rejected = _read(_written(rows, ",", "\n", quote_all=quote_all), chunk)
    assert taken == rows[1:] or rejected


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        ('imdb_id,t,y\ntt1,"Alien,1979\ntt2,Brazil,1985\ntt3,Gremlins",1984\n', [1, 2, 3]),
        ('imdb_id,t,y\ntt1,"Alien,1979\ntt2,Brazil",1985\n', [1, 2]),
        ('t,imdb_id\n"Alien,tt1\nBrazil,tt2\nGremlins",tt3\n', [1, 2, 3]),
        ('t,imdb_id\n"Alien,tt1\nGremlins",tt3\n', [1, 3]),
        ('t,imdb_id,y\nAlien,tt1,"1979\nBrazil,tt2,1985"\n', [1, 2]),
    ],
)
def test_two_stray_quotes(data: str, taken: list[int]) -> None:
    """The lines between them are rows; that they could be a text is told, with the first line."""
    facts, numbers = read(data)
    assert numbers == taken
    assert [(one.line, one.why) for one in facts.rejects] == [(2, IN_QUOTES)]
    assert facts.rows == len(taken) + 1


def test_a_row_of_many_lines() -> None:
    """A row of more lines than are parsed twice, with breaks before its id and after it."""
    rows = _table([["A\nB" * 15, "A\nB" * 15]], 1)
    assert _read(_written(rows, ",", "\n", quote_all=False), 1 << 20) == (rows[1:], 0)
