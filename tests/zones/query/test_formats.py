"""An answer as CSV, JSON and Parquet: read again by others, every value is the one that it was."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from harvester.errors import UserError
from harvester.zones.query.answer import QueryAnswer
from harvester.zones.query.formats import unique, write_csv, write_json_rows, write_parquet
from harvester.zones.query.statements import read_statements

ROWS = """
SELECT * FROM (VALUES
    (1, 'a "b", c', DATE '1999-01-02', TIMESTAMP '2026-11-24 07:00:05', true, 1.5::DOUBLE),
    (2, 'two' || chr(10) || 'lines' || chr(8238), NULL, NULL, false, 'nan'::DOUBLE),
    (NULL, '', DATE '0001-01-01', TIMESTAMP '2026-11-24 07:00:00.25', NULL, 'inf'::DOUBLE)
) t(n, "a b", d, ts, b, x)
"""


def _written(write: Callable[[QueryAnswer, Callable[[str], bool]], None], sql: str) -> str:
    out = io.StringIO()

    def take(part: str) -> bool:
        out.write(part)
        return True

    with duckdb.connect() as connection:
        write(QueryAnswer(connection, sql), take)
    return out.getvalue()


def test_csv() -> None:
    """A header, and a line a row as RFC 4180 has it; null is empty."""
    assert list(csv.reader(io.StringIO(_written(write_csv, ROWS)))) == [
        ["n", "a b", "d", "ts", "b", "x"],
        ["1", 'a "b", c', "1999-01-02", "2026-11-24 07:00:05", "true", "1.5"],
        ["2", "two\nlines\u202e", "", "", "false", "nan"],
        ["", "", "0001-01-01", "2026-11-24 07:00:00.250000", "", "inf"],
    ]


def test_json() -> None:
    """An object a row, a line each; null, and what JSON has no number for, is null."""
    text = _written(write_json_rows, ROWS)
    rows = json.loads(text)
    assert rows[0] == {
        "n": 1, "a b": 'a "b", c', "d": "1999-01-02", "ts": "2026-11-24T07:00:05", "b": True,
        "x": 1.5,
    }  # fmt: skip
    assert [row["x"] for row in rows] == [1.5, None, None]
    assert len(text.splitlines()) == 5


def test_json_within_json() -> None:
    """A column of JSON is JSON, with all digits; one that is none is a text."""
    sql = (
        """SELECT '{"a":[1,{"b":null}],"n":12345678901234567890123}'::JSON AS j, NULL::JSON AS n"""
    )
    text = _written(write_json_rows, sql)
    assert '"j":{"a":[1,{"b":null}],"n":12345678901234567890123},"n":null' in text


@pytest.mark.parametrize("sql", ["SELECT 1 AS a WHERE false", "FROM range(2500) t(i)"])
def test_none_and_many(sql: str) -> None:
    """No row, and more than are fetched at once."""
    with duckdb.connect() as connection:
        wanted = connection.execute(sql).fetchall()
    assert [tuple(row.values()) for row in json.loads(_written(write_json_rows, sql))] == wanted
    assert len(_written(write_csv, sql).splitlines()) == 1 + len(wanted)


def test_intervals_are_in_duckdbs_words() -> None:
    """A year of an interval has no number of days, as Python would have it."""
    sql = (
        "SELECT age(DATE '2026-11-27', DATE '1994-09-23') AS a, i AS a, [INTERVAL 1 MONTH] AS b "
        "FROM range(3) t(i) ORDER BY i DESC; "
    )
    assert _written(write_csv, sql).splitlines() == [
        "a,a,b",
        *(f"32 years 2 months 4 days,{i},[1 month]" for i in (2, 1, 0)),
    ]


@pytest.mark.parametrize("end", ["", ";", " ; -- é", "-- ;", "; /* ; */ -- c\n", "; -- c\n ;;"])
def test_a_statement_may_end_as_it_likes(end: str) -> None:
    """Also where its answer has times, and is asked for in another form."""
    (statement, *_) = read_statements(f"""SELECT DATE '2020-01-02' AS "é;", ';' AS b{end}""")
    assert _written(write_csv, statement.sql).splitlines() == ["é;,b", "2020-01-02,;"]


def test_rows_with_times_stay_in_order() -> None:
    """As they are asked for, more of them than a thread takes at once."""
    sql = "FROM range(300000) t(i) SELECT i, DATE '2000-01-01' + (i % 99)::INT ORDER BY hash(i)"
    with duckdb.connect() as connection:
        wanted = [(str(i), str(day)) for i, day in connection.execute(sql).fetchall()]
    found = csv.reader(_written(write_csv, sql).splitlines()[1:])
    assert [tuple(row) for row in found] == wanted


@pytest.mark.parametrize(
    "kind",
    [
        "DATE",
        "TIMESTAMP",
        "TIMESTAMP_S",
        "TIMESTAMP_MS",
        "TIMESTAMP_NS",
        "TIMESTAMP WITH TIME ZONE",
    ],
)
def test_endless_times_are_in_duckdbs_words(kind: str) -> None:
    """They are no time of the years 1 and 9999, which Python makes of them."""
    sql = f"""
        SELECT * FROM (VALUES
            (1, 'infinity'::{kind}, 'a'), (2, '-infinity'::{kind}, 'infinity'), (3, NULL, NULL)
        ) t(i, d, e) ORDER BY i DESC -- the last first
    """  # noqa: S608
    assert _written(write_csv, sql).splitlines() == [
        "i,d,e", "3,,", "2,-infinity,infinity", "1,infinity,a",
    ]  # fmt: skip
    rows = json.loads(_written(write_json_rows, sql))
    assert [(row["d"], row["e"]) for row in rows] == [
        (None, None), ("-infinity", "infinity"), ("infinity", "a"),
    ]  # fmt: skip


def test_endless_times_within_values() -> None:
    """A value that holds one is in DuckDB's words; Python's own first and last times are times."""
    sql = """
        SELECT ['infinity'::DATE] AS a, {'k': {'t': '-infinity'::TIMESTAMP}} AS b,
               MAP {'infinity'::DATE: 1} AS c, {'t': 'infinity', 'd': DATE '2020-01-02'} AS d,
               [DATE '9999-12-31'] AS e, DATE '0001-01-01' AS f,
               TIMESTAMP '9999-12-31 23:59:59.999999' AS g, 'infinity'::DATE::VARIANT AS h
    """
    assert json.loads(_written(write_json_rows, sql)) == [
        {
            "a": "[infinity]",
            "b": "{'k': {'t': -infinity}}",
            "c": "{infinity=1}",
            "d": {"t": "infinity", "d": "2020-01-02"},
            "e": ["9999-12-31"],
            "f": "0001-01-01",
            "g": "9999-12-31T23:59:59.999999",
            "h": "infinity",
        }
    ]


def test_no_statement_is_computed_twice() -> None:
    """To find what its columns are takes no answer, whatever they are."""
    computed: list[int] = []

    def seen(value: int) -> int:
        computed.append(value)
        return value

    sql = "SELECT seen(i) AS n, DATE '2020-01-02' AS d, INTERVAL 1 DAY AS v FROM range(3) t(i)"
    with duckdb.connect() as connection:
        connection.create_function("seen", seen, ["BIGINT"], "BIGINT", side_effects=True)
        _, rows = QueryAnswer(connection, sql).rows()
        assert [row[0] for some in rows for row in some] == [0, 1, 2]
    assert computed == [0, 1, 2]


@pytest.mark.parametrize(
    "cell",
    ["t", "[t]", "{'a': t}", "MAP {t: 1}", "encode(t)", "{'d': DATE '2020-01-02', 't': t}"],
)
def test_large_cells_are_few_at_once(cell: str) -> None:
    """A part of the rows is bounded in bytes, and no row is lost."""
    sql = f"SELECT i, {cell} AS c FROM (SELECT i, repeat('x', 1000000) AS t FROM range(50) t(i))"  # noqa: S608
    with duckdb.connect() as connection:
        parts = [[row[0] for row in some] for some in QueryAnswer(connection, sql).rows()[1]]
    assert [number for some in parts for number in some] == list(range(50))
    assert max(map(len, parts)) <= 17


@pytest.mark.parametrize("write", [write_csv, write_json_rows])
def test_a_reader_that_had_enough(write: Any) -> None:
    """Nothing more is fetched once a part was not wanted: this answer would never end."""
    parts: list[str] = []

    def take(part: str) -> bool:
        parts.append(part)
        return len(parts) < 3

    with duckdb.connect() as connection:
        write(QueryAnswer(connection, "FROM range(1000000000000) t(i)"), take)
    assert 3 <= len(parts) <= 4


def test_parquet(tmp_path: Path) -> None:
    """Types and values are the answer's; an older file is replaced, and nothing is left beside."""
    path = tmp_path / "x.parquet"
    path.write_text("old")
    with duckdb.connect() as connection:
        write_parquet(QueryAnswer(connection, ROWS), path)
        found = connection.execute(f"FROM '{path}'").fetchall()
        wanted = connection.execute(ROWS).fetchall()
        kinds = [kind for _, kind, *_ in connection.execute(f"DESCRIBE FROM '{path}'").fetchall()]
    assert str(found) == str(wanted)
    assert kinds == ["INTEGER", "VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN", "DOUBLE"]
    assert [one.name for one in tmp_path.iterdir()] == ["x.parquet"]


def test_parquet_of_many_rows(tmp_path: Path) -> None:
    """More than a batch, nested, and none at all."""
    for sql in ("SELECT i, [i, NULL] AS l, {'a': i} AS s FROM range(60000) t(i)", "FROM range(0)"):
        with duckdb.connect() as connection:
            write_parquet(QueryAnswer(connection, sql), tmp_path / "x.parquet")
            wanted = connection.execute(sql).fetchall()
        rows = pq.read_table(tmp_path / "x.parquet").to_pylist()
        assert [tuple(row.values()) for row in rows] == wanted


@pytest.mark.parametrize("sql", ["SELECT INTERVAL 1 DAY AS i", "SELECT union_value(k := 1) AS u"])
def test_parquet_without_the_type(sql: str, tmp_path: Path) -> None:
    """A type that Parquet lacks is one sentence, and the older file stays."""
    path = tmp_path / "x.parquet"
    path.write_text("old")
    with duckdb.connect() as connection, pytest.raises(UserError, match="cast it"):
        write_parquet(QueryAnswer(connection, sql), path)
    assert path.read_text() == "old"


def test_parquet_of_an_answer_that_fails_late(tmp_path: Path) -> None:
    """DuckDB's error is DuckDB's, though Arrow passes it on; no file is there."""
    sql = "SELECT CASE WHEN i = 99000 THEN error('late') END AS x FROM range(100000) t(i)"
    with duckdb.connect() as connection, pytest.raises(duckdb.Error, match="late"):
        write_parquet(QueryAnswer(connection, sql), tmp_path / "x.parquet")
    assert not list(tmp_path.iterdir())


def test_names_that_come_twice(tmp_path: Path) -> None:
    """JSON and Parquet have no two columns of one name; a CSV may."""
    assert unique(["a", "a", "a_1", "b", "a"]) == ["a", "a_1", "a_1_1", "b", "a_2"]
    sql = "SELECT 1 AS a, 2 AS a, DATE '2020-01-01' AS b"
    assert json.loads(_written(write_json_rows, sql)) == [{"a": 1, "a_1": 2, "b": "2020-01-01"}]
    assert _written(write_csv, sql).splitlines()[0] == "a,a,b"
    with duckdb.connect() as connection:
        write_parquet(QueryAnswer(connection, sql), tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet").to_pylist() == [
        {"a": 1, "a_1": 2, "b": date(2020, 1, 1)}
    ]
