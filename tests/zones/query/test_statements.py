"""What reads is let pass, with the tables it names; what may do more is refused in one sentence."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvester.errors import UserError
from harvester.zones.query.statements import read_statements

READS = {
    "SELECT * FROM dim_title": {("", "dim_title")},
    "FROM Refined.Dim_Title": {("refined", "dim_title")},
    'SELECT "a" FROM "dim_title" AS x JOIN trusted.tmdb_find USING (title_id)': {
        ("", "dim_title"),
        ("trusted", "tmdb_find"),
    },
    "WITH a AS (FROM fact_cast) SELECT (SELECT 1 FROM dim_date) FROM a": {
        ("", "a"),
        ("", "fact_cast"),
        ("", "dim_date"),
    },
    "DESCRIBE dim_title": {("", "dim_title")},
    "SHOW dim_title": {("", "dim_title")},
    "SUMMARIZE trusted.tmdb_find": {("trusted", "tmdb_find")},
    "SHOW TABLES": {("", "tables")},
    "VALUES (1)": set(),
    "TABLE dim_title": {("", "dim_title")},
    "PIVOT dim_title ON kind IN ('movie') USING count(*)": {("", "dim_title")},
    "SELECT 1 UNION ALL SELECT n FROM range(3) t(n)": set(),
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) FROM t": {
        ("", "t")
    },
    'SELECT \'COPY\', "INSERT_QUERY_NODE" FROM (SELECT 1 AS "INSERT_QUERY_NODE")': set(),
    "SELECT unnest([1]), j.value FROM json_each('[1]') j": set(),
}
WRITES = (
    "COPY (SELECT 1) TO 'x.csv'",
    "COPY dim_title TO 'x.csv'",
    "WITH a AS (COPY (SELECT 1) TO 'x.csv') SELECT 1",
    "SELECT (WITH a AS (COPY (SELECT 1) TO 'x.csv') SELECT 1)",
    "WITH a AS (INSERT INTO t VALUES (1) RETURNING *) FROM a",
    "WITH a AS (DELETE FROM t RETURNING *) FROM a",
    "WITH a AS (UPDATE t SET i = 1 RETURNING *) FROM a",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO 'x.csv'",
    "EXPORT DATABASE 'x'",
    "IMPORT DATABASE 'x'",
    "ATTACH 'x.db'",
    "ATTACH ':memory:' AS m",
    "DETACH memory",
    "USE memory",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET threads = 1",
    "RESET threads",
    "SET VARIABLE x = 1",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "CALL pragma_version()",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "BEGIN",
    "CREATE TABLE t (i INTEGER)",
    "CREATE VIEW v AS SELECT 1",
    "CREATE TEMP MACRO f(x) AS x",
    "CREATE SECRET s (TYPE s3)",
    "DROP VIEW dim_title",
    "ALTER VIEW dim_title RENAME TO x",
    "COMMENT ON VIEW dim_title IS 'x'",
    "INSERT INTO dim_title VALUES (1)",
    "UPDATE dim_title SET kind = 'x'",
    "DELETE FROM dim_title",
    "TRUNCATE dim_title",
    "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "PIVOT dim_title ON kind USING count(*)",
    "COPY (PIVOT dim_title ON kind USING count(*)) TO 'x.csv'",
)
READS_ELSEWHERE = (
    *("read_csv", "read_csv_auto", "read_text", "read_blob", "read_json", "read_parquet", "glob"),
    *("parquet_scan", "parquet_metadata", "sniff_csv", "read_duckdb", "sqlite_scan", "read_xlsx"),
    *("duckdb_secrets", "duckdb_settings", "enable_logging", "json_execute_serialized_sql"),
    *("query", "query_table", "checkpoint", "Read_CSV", '"read_csv"', "system.main.read_csv"),
)


@pytest.mark.parametrize("sql", READS)
def test_what_reads_is_let_pass(sql: str) -> None:
    """Each is one statement, as it stands, with the names of its tables in lower case."""
    (found,) = read_statements(sql)
    assert found.sql == sql
    assert found.tables == READS[sql]


def test_several_statements_and_none() -> None:
    """Semicolons part them; a comment or nothing at all is none."""
    assert len(read_statements("SELECT 1;; FROM a -- x\n;")) == 2
    assert read_statements("") == read_statements("  ;\n-- nothing\n") == []


@pytest.mark.parametrize("sql", WRITES)
def test_what_may_do_more_is_refused(sql: str) -> None:
    """A write, a setting, an extension: one sentence, also beside what reads."""
    for text in (sql, f"SELECT 1; {sql}", f"/* x */ {sql};"):
        with pytest.raises(UserError) as refused:
            read_statements(text)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", READS_ELSEWHERE)
def test_a_function_that_reads_elsewhere_is_refused(name: str) -> None:
    """In the place of a table only a few functions are let pass; the sentence names the other."""
    with pytest.raises(UserError, match="only the tables of the lake"):
        read_statements(f"FROM {name}('/etc/passwd')")


@pytest.mark.parametrize("sql", ["selct 1", "SELECT (", "SELECT 'a", "SELECT 1 FRM t", "\udcff"])
def test_what_is_no_sql(sql: str) -> None:
    """One sentence says so, on one line."""
    with pytest.raises(UserError, match=r"can't be read|is no text") as refused:
        read_statements(sql)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("opening", ["(", "( \n", "(/* ) /* 1 */ */", "(-- 1)\n"])
def test_parentheses_without_end(opening: str) -> None:
    """DuckDB's parser takes 20 GB for 30,000, if nothing stands between them but comments."""
    with pytest.raises(UserError, match="nested too deep"):
        read_statements("SELECT " + opening * 30_000)
    assert read_statements(f"SELECT '{'(' * 3_000}' AS \"{'(' * 3_000}\"")


_WORDS = st.sampled_from(
    [
        *("SELECT", "FROM", "WITH", "a", "AS", "(", ")", ",", ";", "*", "1", "'x'", "COPY", "TO"),
        *("dim_title", "JOIN", "ON", "UNION ALL", "INSERT INTO", "VALUES", "PIVOT", "USING", "="),
        *("count(*)", "DESCRIBE", "read_csv('x')", "query('COPY')", "SET", "ATTACH", "--", "/*"),
        *("*/", '"', "$1", "EXPLAIN", "PRAGMA"),
    ]
)
_SQL = st.one_of(
    st.lists(_WORDS, max_size=12).map(" ".join),
    st.text(st.characters(exclude_categories=()), max_size=30),
)


@settings(max_examples=100, deadline=None)
@given(_SQL)
@example("(" * 2000)
@example("SELECT " + "(" * 900 + "1" + ")" * 900)
@example("SELECT " + "[" * 900 + "]" * 900)
@example("SELECT " + " + ".join(["1"] * 3000))
def test_any_text(text: str) -> None:
    """It is statements that read, or one sentence."""
    try:
        said = [one.sql for one in read_statements(text)]
    except UserError as error:
        said = [str(error)]
        assert "\n" not in said[0]
    assert all(one.strip() for one in said)
