"""SQL about a made lake: what each view holds, what an error says, and that nothing is changed."""

import asyncio
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asked_lake import ask, digest, make_asked, rows_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_lake import table
from made_star import make_star, small_star

from harvester.errors import HarvesterError, LakeError, UserError
from harvester.stores import open_store
from harvester.zones.query.answer import AnswerColumn, QueryAnswer
from harvester.zones.query.session import open_query_session
from harvester.zones.query.statements import read_statements
from harvester.zones.query.views import all_views

DETAILS = "trusted.tmdb_movies_details"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a lake with both zones, once; no test changes it."""
    folder = tmp_path_factory.mktemp("asked") / "lake"
    asyncio.run(make_asked(folder))
    return folder


@pytest.fixture
def star(tmp_path: Path) -> Path:
    """Make a lake that is a star alone, for the tests that damage it."""
    asyncio.run(make_star(tmp_path / "star", small_star()))
    return tmp_path / "star"


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=[pytest.mark.slow])])
async def test_each_table_of_both_zones_is_a_view(step: int, lake: Path) -> None:
    """Every one has the rows of its files and the columns that are listed; quick: some of them."""

    def whole(answer: QueryAnswer) -> tuple[list[AnswerColumn], list[tuple[Any, ...]]]:
        columns, batches = answer.rows()
        return columns, [row for some in batches for row in some]

    async with open_store(str(lake)) as store, open_query_session(store) as session:
        for view in all_views()[::step]:
            (statement,) = read_statements(f"FROM {view.shown}")
            columns, found = await session.answer(statement, whole)
            listed = [(column.name, _plain(column.type)) for column in view.columns]
            assert [(column.name, _plain(column.type)) for column in columns] == listed
            if view.folder:
                wanted = table(lake, view.folder.rstrip("/"))
                assert found or view.zone == "refined", view
                assert sorted(map(str, found)) == sorted(str(tuple(row.values())) for row in wanted)


def test_catalogues_know_the_columns_of_every_view(lake: Path) -> None:
    """Also of those that the statement does not name, and that nobody reads."""
    listed = ask(lake, "SELECT table_name, column_name, data_type FROM duckdb_columns()")
    for view in all_views():
        wanted = [(column.name, _plain(column.type)) for column in view.columns]
        assert [
            (name, _plain(kind)) for table, name, kind in listed if table == view.name
        ] == wanted


def _plain(kind: str) -> str:
    return kind.replace('"', "")


def test_refined_needs_no_schema(lake: Path) -> None:
    """A table of Refined has the same rows with and without it; names know no case."""
    short, long, odd = (
        ask(lake, f"FROM {name} SELECT title ORDER BY ALL")
        for name in ("dim_title", "refined.dim_title", 'Refined."DIM_TITLE"')
    )
    assert short == long == odd
    assert len(short) == 5


def test_tables_are_joined_across_zones(lake: Path) -> None:
    """One statement names tables of both zones and records."""
    assert ask(
        lake,
        "SELECT t.title, r.response.budget::BIGINT, d.dt FROM dim_title t "
        "JOIN raw_details r ON r.id = t.title_id "
        "JOIN trusted.tmdb_movies_details d ON d.tmdb_id = r.tmdb_id "
        "WHERE r.response.title = '\"One\"' ORDER BY d.dt",
    ) == [("Ascent", 7, date(2026, 11, 23)), ("Ascent", 7, date(2026, 11, 24))]


def test_a_name_of_its_own(lake: Path) -> None:
    """A WITH may use a table's name, and mean the table within; another schema's is the table."""
    assert ask(lake, "WITH dim_title AS (SELECT 5 AS n) FROM dim_title") == [(5,)]
    sql = "WITH dim_title AS (SELECT count(*) AS n FROM refined.dim_title) FROM dim_title"
    assert ask(lake, sql) == [(5,)]


def test_a_name_of_its_own_in_a_lake_without_the_table(tmp_path: Path) -> None:
    """Where the lake lacks the table that a WITH is called like, that is no error."""
    assert ask(tmp_path / "none", "WITH dim_title AS (SELECT 5 AS n) FROM dim_title") == [(5,)]


def test_a_statement_about_nothing_in_the_lake(tmp_path: Path) -> None:
    """It needs no lake, and makes none; times are UTC's."""
    sql = "SELECT TIMESTAMPTZ '2026-01-01 00:00:00Z'::VARCHAR"
    assert ask(tmp_path / "none", sql) == [("2026-01-01 00:00:00+00",)]
    assert not (tmp_path / "none").exists()


def test_catalogues_name_every_view(lake: Path) -> None:
    """SHOW TABLES has Refined's and the records', SHOW ALL TABLES Trusted's, too."""
    shown = {name for (name,) in ask(lake, "SHOW TABLES")}
    assert shown == {view.name for view in all_views() if view.zone != "trusted"}
    every = {(schema, name) for _, schema, name, *_ in ask(lake, "SHOW ALL TABLES")}
    assert every == {
        ("main" if view.zone == "raw" else view.zone, view.name) for view in all_views()
    }


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("FROM dim_titel", "there is no table dim_titel (did you mean 'dim_title'?)"),
        ("FROM trusted.find", "did you mean 'trusted.tmdb_find'?"),
        ("FROM raw_detail", "did you mean 'raw_details'?"),
        ("FROM nowhere.at_all", "there is no table nowhere.at_all"),
        ("SELECT titel FROM dim_title", 'near it: "title"'),
        ("SELECT 1,\n titel FROM dim_title", "in line 2"),
        ("SELECT 'x'::INTEGER FROM dim_title", "Could not convert"),
        ("SELECT error('my own') FROM dim_title", "my own"),
        ("SELECT CASE WHEN i = 90000 THEN error('late') END FROM range(99999) t(i)", "late"),
        ("SELECT (INTERVAL 5000000 YEARS)::VARIANT", "cast a value to VARCHAR, it is too large"),
        ("SELECT $1", "parameters"),
        ("FROM '/etc/passwd'", "there is no table /etc/passwd"),
        ("FROM 'other.parquet'", "only the tables of the lake"),
        ("FROM 'http://127.0.0.1:9/x.parquet'", "only the tables of the lake"),
    ],
)
def test_what_can_not_be_answered(sql: str, words: str, lake: Path) -> None:
    """One sentence says why, and what was perhaps meant."""
    before = digest(lake)
    with pytest.raises(UserError, match=re.escape(words)) as error:
        ask(lake, sql)
    assert "\n" not in str(error.value)
    assert digest(lake) == before


@pytest.mark.parametrize(
    ("sql", "command"),
    [("FROM dim_title", "harvester refined"), (f"FROM {DETAILS}", "harvester trusted")],
)
def test_a_zone_that_is_not_built(sql: str, command: str, tmp_path: Path) -> None:
    """The command that builds it is named; columns are known all the same."""
    with pytest.raises(LakeError, match=f"build it by `{command}`"):
        ask(tmp_path / "none", sql)
    assert ask(tmp_path / "none", f"FROM (DESCRIBE {sql[5:]}) LIMIT 1")


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "gone"])
def test_a_damaged_table(damage: str, star: Path) -> None:
    """The file is named, and how to rebuild it; other tables are answered from."""
    file = star / "Refined/Parquet/dim_title/part-0.parquet"
    whole = file.read_bytes()
    match damage:
        case "cut":
            file.write_bytes(whole[: len(whole) // 2])
        case "empty":
            file.write_bytes(b"")
        case "text":
            file.write_bytes(b"no Parquet")
        case "gone":
            file.unlink()
    with pytest.raises(LakeError, match=r"^Refined/Parquet/dim_title/.*`harvester refined --reb"):
        ask(star, "SELECT * FROM dim_title")
    assert ask(star, "SELECT count(*) FROM dim_person") == [(3,)]


def test_a_page_that_is_damaged(star: Path) -> None:
    """What only the reading of the rows finds out is said of the file, not of the SQL."""
    file = star / "Refined/Parquet/fact_cast/part-0.parquet"
    rows = "SELECT md5(i::VARCHAR) AS title_id FROM range(100000) t(i)"
    duckdb.connect().execute(f"COPY ({rows}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
    data = bytearray(file.read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 4000):
        data[at] ^= 0x5A
    file.write_bytes(data)
    with pytest.raises(LakeError, match=r"fact_cast/part-0\.parquet is damaged"):
        ask(star, "SELECT count(DISTINCT title_id) FROM fact_cast")


@pytest.mark.parametrize("name", ["lake ?", "dt=2024-05-01", "a'b\"c", "[x]*"])
def test_a_lake_of_any_name(name: str, tmp_path: Path) -> None:
    """Its path is no pattern, adds no column and ends no text."""
    asyncio.run(make_star(tmp_path / name, small_star()))
    asyncio.run(make_star(tmp_path / "lake 2", {}))
    (row,) = ask(tmp_path / name, "SELECT count(*) FROM dim_title")
    assert row == (5,)
    columns = [name for name, *_ in ask(tmp_path / name, "DESCRIBE dim_genre")]
    assert columns == ["genre", "tmdb_genre_id"]


def test_a_link_in_the_place_of_a_table(star: Path, tmp_path: Path) -> None:
    """It is not followed out of the lake."""
    file = star / "Refined/Parquet/dim_title/part-0.parquet"
    file.rename(tmp_path / "elsewhere.parquet")
    file.symlink_to(tmp_path / "elsewhere.parquet")
    with pytest.raises(HarvesterError, match="is a link"):
        ask(star, "FROM dim_title")


async def test_an_answer_that_nobody_reads_to_its_end(lake: Path) -> None:
    """The rest is neither made nor waited for, records included."""

    def first(answer: QueryAnswer) -> tuple[Any, ...]:
        return next(answer.rows()[1])[0]

    async with open_store(str(lake)) as store, open_query_session(store) as session:
        for sql in ("SELECT i FROM range(1000000000000) t(i)", "SELECT id FROM raw_details"):
            (statement,) = read_statements(sql)
            assert await session.answer(statement, first) in {(0,), ("tt0000001",)}


@pytest.mark.parametrize("table_name", ["range(1000000000) a, range(1000000000) b", "raw_details"])
async def test_an_answer_that_is_cancelled(table_name: str, lake: Path) -> None:
    """DuckDB is interrupted, also while rows are used, and its thread has ended."""
    (statement,) = read_statements(f"FROM {table_name}, range(1000000000) c SELECT count(*)")
    async with open_store(str(lake)) as store, open_query_session(store) as session:
        task = asyncio.create_task(session.answer(statement, rows_of))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 20)


def test_nothing_is_left_behind(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a session keeps on disk is gone with it, after an error, too."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ask(lake, "SELECT count(*) FROM dim_title")
    with pytest.raises(UserError):
        ask(lake, "SELECT error('x')")
    assert not list(tmp_path.glob("harvester-*"))


def test_a_moment_is_one_without_a_zone(lake: Path) -> None:
    """Times of records are those that are in them, as TIMESTAMP."""
    (row,) = ask(lake, "SELECT DISTINCT fetched_at FROM raw_details")
    assert row == (datetime(2026, 11, 24, 7),)  # noqa: DTZ001 - as DuckDB gives it


_PARTS = st.sampled_from(
    [
        *("SELECT * FROM dim_title", "SELECT count(*) FROM raw_details", "FROM trusted.tmdb_find"),
        *("SELECT 1", "WITH a AS (", ")", "COPY dim_title TO 'out.csv'", "COPY (", ") TO 'x'"),
        *("UNION ALL", ";", ",", "JOIN dim_person ON true", "WHERE", "LIMIT 1", "'", '"', "--"),
        *("read_csv('/etc/passwd')", "query('COPY (SELECT 1) TO ''x''')", "glob('/*')", "1 / 0"),
        *("PIVOT", "ON kind", "DESCRIBE", "error('x')", "unnest([1])", "::INTEGER", "title", "*"),
        *("INSERT INTO dim_title", "ATTACH 'x.db'", "SET threads = 1", "INSTALL httpfs", "BEGIN"),
        *("INTERVAL 5000000 YEARS", "TIMESTAMPTZ '290000-01-01'", "'infinity'::DATE", "1e999"),
        *(
            "DROP VIEW dim_title",
            "refined.",
            "trusted.",
            "GROUP BY ALL",
            "SELECT",
            "FROM",
            "chr(0)",
        ),
    ]
)
_SQL = st.one_of(
    st.lists(_PARTS, max_size=5).map(" ".join),
    st.text(st.characters(exclude_categories=()), max_size=20),
)


def _judge(lake: Path, text: str) -> None:
    before = digest(lake), digest(Path.cwd())
    try:
        ask(lake, text)
    except HarvesterError as error:
        said = str(error)
    else:
        said = "an answer"
    assert said.strip()
    assert "\n" not in said
    assert (digest(lake), digest(Path.cwd())) == before


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_SQL)
def test_any_sql(lake: Path, text: str) -> None:
    """It ends in an answer or in one sentence, and no byte of the lake or of the folder changes."""
    _judge(lake, text)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(
    max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_SQL)
def test_any_sql_at_length(lake: Path, text: str) -> None:
    """The same, 1,000 times."""
    _judge(lake, text)
