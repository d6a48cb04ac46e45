"""`harvester query`: what it prints and writes, what it refuses, and how it ends."""

import asyncio
import csv
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import duckdb
import pexpect
import pyarrow.parquet as pq
import pytest
from asked_lake import digest, make_asked
from command_line import harvester
from csvs import movies
from made_star import make_star, small_star
from made_whole import command
from s3_servers import S3Server
from terminal import on_terminal, plain, rest

from harvester import extras
from harvester.cli.console.answer import MOST_CHARACTERS, MOST_ROWS
from harvester.simulator import SimulatorOptions, simulate
from harvester.zones.query.views import all_views
from harvester.zones.refined.tables import ROOT

TOO_MUCH_SQL = "harvester: the SQL has more than 262,144 bytes: ask for less at once"
TITLES = "SELECT title, year FROM dim_title WHERE year < 2001 ORDER BY year"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a lake with both zones, once."""
    folder = tmp_path_factory.mktemp("asked") / "lake"
    asyncio.run(make_asked(folder))
    return folder


@pytest.fixture
def lake(made: Path) -> str:
    """Return that lake as a command takes it; no test changes it."""
    return str(made)


def test_a_table(lake: str) -> None:
    """A header and a line a row, numbers to the right; how many they are is said on stderr."""
    ended = command("query", TITLES, "--lake", lake)
    assert (ended.code, ended.err) == (0, "2 rows\n")
    assert [line.rstrip() for line in ended.out.splitlines()] == [
        "title   year",
        "Ascent  1994",
        "Bottom  1999",
    ]


def test_what_is_not_known_and_what_is_nested(lake: str) -> None:
    """Null has a name, a list is JSON, and a long text is cut."""
    ended = command("query", "SELECT NULL AS a, [1, 2] AS b, repeat('x', 500) AS c", "--lake", lake)
    cells = ended.out.splitlines()[1].split()
    assert cells[:2] == ["NULL", "[1,2]"]
    assert cells[2] == "x" * (MOST_CHARACTERS - 1) + "…"


def test_a_pipe_loses_no_column_and_no_cell(lake: str) -> None:
    """However wide a table is: off a terminal each header and each cell stands as promised."""
    names = [f"a_rather_long_name_of_column_{n:02}" for n in range(80)]
    cells = [f"{n:02}{'x' * (MOST_CHARACTERS - 2)}" for n in range(80)]
    columns = ", ".join(f"'{cell}' AS {name}" for name, cell in zip(names, cells, strict=True))
    ended = command("query", f"SELECT {columns}", "--lake", lake)
    assert [line.split() for line in ended.out.splitlines()] == [names, cells]
    for view in ("title", "dim_title"):
        first = f"FROM {view} LIMIT 1"
        headers = command("query", first, "--lake", lake).out.splitlines()[0].split()
        assert headers == list(json.loads(command("query", first, "--json", "--lake", lake).out)[0])
    escaped = command("query", "SELECT repeat(chr(8238), 5000) AS a, 'end' AS b", "--lake", lake)
    shown = escaped.out.splitlines()[1].split()
    assert shown == [r"\u202e" * (MOST_CHARACTERS - 1) + "…", "end"]


def test_no_row_and_too_many(lake: str) -> None:
    """An answer without rows has its header; of a long one the first rows are shown."""
    ended = command("query", "FROM dim_country WHERE false", "--lake", lake)
    assert (ended.out.split(), ended.err) == (["country_code", "country"], "0 rows\n")
    ended = command("query", "FROM range(5000) t(i)", "--lake", lake)
    assert len(ended.out.splitlines()) == 1 + MOST_ROWS
    assert "the first 1,000 rows; --csv, --json and --parquet give all" in ended.err


def test_a_table_keeps_what_it_shows(lake: str) -> None:
    """Large cells are cut as they come: the memory for all of them is never taken."""
    sql = "SELECT repeat('x', 1000000) AS a FROM range(200)"
    tracemalloc.start()
    try:
        ended = command("query", sql, "--lake", lake)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (ended.code, len(ended.out.splitlines())) == (0, 201)
    assert peak < 60_000_000


def test_nothing_in_a_cell_steers_the_terminal(lake: str) -> None:
    """Control characters of data, of a column's name and of an error are shown as escapes."""
    sql = "SELECT chr(27) || '[2J' || chr(10) || chr(8238) AS \"\x1b[31m\""
    ended = command("query", sql, "--lake", lake)
    assert ended.out.split() == [r"\x1b[31m", r"\x1b[2J\n\u202e"]
    assert json.loads(command("query", sql, "--json", "--lake", lake).out) == [
        {"\x1b[31m": "\x1b[2J\n\u202e"}
    ]
    assert "\\u202e" in command("query", sql, "--json", "--lake", lake).out
    ended = command("query", "SELECT error(chr(27) || '[2J')", "--lake", lake)
    assert (ended.code, "\x1b" in ended.err) == (2, False)


def test_csv_and_json(lake: str) -> None:
    """Data alone is on stdout: CSV as it is, JSON an array of objects."""
    ended = command("query", TITLES, "--csv", "--lake", lake)
    assert (ended.code, ended.err) == (0, "")
    assert list(csv.reader(io.StringIO(ended.out)))[1:] == [["Ascent", "1994"], ["Bottom", "1999"]]
    ended = command("query", TITLES, "--json", "--lake", lake)
    assert json.loads(ended.out) == [
        {"title": "Ascent", "year": 1994},
        {"title": "Bottom", "year": 1999},
    ]


def test_parquet(lake: str) -> None:
    """A file with the answer's types, also in the place of an older one; nothing is printed."""
    for _ in range(2):
        ended = command("query", TITLES, "--parquet", "x.parquet", "--lake", lake)
        assert (ended.code, ended.out, ended.err) == (0, "", "")
        assert pq.read_table("x.parquet").to_pylist()[0] == {"title": "Ascent", "year": 1994}
    ended = command("query", TITLES, "--parquet", "none/x.parquet", "--lake", lake)
    assert (ended.code, "none/x.parquet can't be written" in ended.err) == (2, True)


def test_where_the_sql_comes_from(lake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, standard input, both of several statements; not two of them."""
    Path("q.sql").write_text("-- two\nSELECT 1 AS a;\nSELECT 'é' AS b;\n", encoding="utf-8")
    ended = command("query", "-f", "q.sql", "--lake", lake)
    assert (ended.code, ended.out.split()) == (0, ["a", "1", "b", "é"])
    for words in ((), ("-f", "-")):
        monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT 3 AS c"))
        assert command("query", *words, "--lake", lake).out.split() == ["c", "3"]
    assert command("query", "SELECT 1", "-f", "q.sql", "--lake", lake).code == 2


def test_a_file_of_sql_is_a_file(lake: str) -> None:
    """What has no end, or no writer, is refused unread; of standard input no more is read."""
    os.mkfifo("pipe")
    for name in ("/dev/zero", "pipe"):
        ended = command("query", "-f", name, "--lake", lake)
        assert (ended.code, ended.out) == (2, "")
        said = "it is no file but a pipe, a socket or a device; `-f -` reads standard input"
        assert ended.err.strip() == f"harvester: --file {name} can't be read: {said}"
    with Path("huge.sql").open("wb") as file:
        file.truncate(10**12)
    ended = command("query", "-f", "huge.sql", "--lake", lake)
    assert (ended.code, ended.err.splitlines()) == (2, [TOO_MUCH_SQL])
    with Path("/dev/zero").open("rb") as endless:
        asked = [sys.executable, "-m", "harvester", "query", "--lake", lake]
        done = subprocess.run(asked, stdin=endless, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode().splitlines()) == (2, [TOO_MUCH_SQL])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["selct"], "the SQL can't be read in line 1: syntax error"),
        (["FROM dim_titel"], "did you mean 'dim_title'?"),
        (["DROP VIEW dim_title"], "query only reads, and refuses DROP"),
        (["COPY dim_title TO 'x.csv'"], "query only reads, and refuses COPY"),
        (["FROM read_csv('/etc/passwd')"], "refuses read_csv()"),
        (["INSTALL httpfs"], "refuses INSTALL"),
        (["SELECT 1; CREATE TABLE t (i INT)"], "refuses CREATE"),
        ([""], "no SQL was given"),
        (["SELECT 1; SELECT 2", "--json"], "take one statement"),
        (["SELECT 1", "--json", "--csv"], "give one"),
        (["SELECT 1", "--csv", "--parquet", "x"], "give one"),
        (["-f", "none.sql"], "--file none.sql can't be read: No such file"),
        (["-f", "."], "can't be read"),
        (["SELECT interval 1 day AS i", "--parquet", "x"], "cast it"),
    ],
)
def test_what_is_refused(words: list[str], said: str, made: Path) -> None:
    """Exit 2 and one sentence; the lake is as it was, and nothing was written beside it."""
    before = digest(made)
    ended = command("query", *words, "--lake", str(made))
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1
    assert digest(made) == before
    assert not list(Path.cwd().iterdir())


def test_a_zone_or_a_file_that_is_not_there(made: Path) -> None:
    """Exit 2 with the command that helps: no zone, a damaged table, a file that was changed."""
    ended = command("query", "FROM dim_title", "--lake", "none")
    assert (ended.code, "build it by `harvester refined`" in ended.err) == (2, True)
    shutil.copytree(made, "copy")
    Path("copy", ROOT, "dim_genre/part-0.parquet").write_bytes(b"PAR1")
    ended = command("query", "FROM dim_genre", "--lake", "copy")
    said = f"{ROOT}dim_genre/part-0.parquet is damaged: rebuild it by"
    assert (ended.code, said in ended.err) == (2, True)
    (record, *_) = Path("copy/Raw/TMDB/JSON").rglob("details/**/*.json")
    record.write_bytes(record.read_bytes().replace(b"e", b"f"))
    ended = command("query", "FROM raw_details", "--lake", "copy")
    assert (ended.code, "is not what its manifest says" in ended.err) == (2, True)


@pytest.mark.parametrize("missing", ["ibis", "duckdb", "pyarrow"])
@pytest.mark.parametrize("words", [["query", "SELECT 1"], ["export", "-o", "x.duckdb"]])
def test_without_the_extra(missing: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what to install."""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == missing else found(name)
    )
    monkeypatch.setattr(extras, "command_to_add", lambda extra: f"install '.[{extra}]'")
    ended = command(*words, "--lake", "l")
    assert (ended.code, "install '.[zones]'" in ended.err) == (2, True)


def test_the_list() -> None:
    """Every view, every column with its type and what it means; it needs no lake."""
    lines = command("query", "--list").out.splitlines()
    for view in all_views():
        assert view.shown in lines
    wanted = ["title_id", "VARCHAR", "the title → dim_title"]
    assert wanted in [re.split(r"  +", line.strip()) for line in lines]
    listed = json.loads(command("query", "--list", "--json").out)
    assert [one["name"] for one in listed] == [view.shown for view in all_views()]
    assert listed[0]["columns"][0].keys() == {"name", "type", "description"}


def test_no_lake_is_named() -> None:
    """As with every other command."""
    ended = command("query", "SELECT 1")
    assert (ended.code, "say where the lake is" in ended.err) == (2, True)


@pytest.mark.slow
def test_a_prompt(made: Path) -> None:
    """Statements over lines, errors that end nothing, Ctrl-C, Ctrl-D; wide rows as records."""
    child = on_terminal("query", "--lake", str(made), tmdb="http://127.0.0.1:9/3", columns=60)
    child.expect("Ctrl-D ends")
    for line, prompt in (("SELECT title,", r"\.\.\. "), ("year FROM dim_title ORDER BY 2;", "> ")):
        child.sendline(line)
        child.expect(prompt)
    assert "Bottom" in plain(child.before or "")
    child.sendline("FROM dim_titel;")
    child.expect("did you mean 'dim_title'")
    child.sendline("FROM dim_title LIMIT 1;")
    child.expect("row 1")
    child.expect("original_language +en")
    child.expect("1 row")
    child.sendline("SELECT count(*) FROM range(1000000000) a, range(1000000000) b;")
    with pytest.raises(pexpect.TIMEOUT):
        child.expect("rows", timeout=2)
    child.sendintr()
    child.expect("interrupted")
    child.sendline("SELECT 1 +")
    child.expect(r"\.\.\. ")
    child.sendintr()
    child.expect("harvester> ")
    child.sendline("SELECT 6 * 7 AS answer;")
    child.expect("42")
    child.expect("harvester> ")
    child.sendeof()
    rest(child)
    assert child.exitstatus == 0


@pytest.mark.slow
def test_an_interrupt(lake: str) -> None:
    """Ctrl-C ends a query with 130, and nothing is said."""
    sql = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b"
    child = on_terminal("query", sql, "--lake", lake, tmdb="http://127.0.0.1:9/3")
    with pytest.raises(pexpect.TIMEOUT):
        child.expect("rows", timeout=4)
    child.sendintr()
    assert rest(child).replace("^C", "").strip() == ""
    assert child.exitstatus == 130


@pytest.mark.slow
@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_a_reader_that_had_enough(form: str, lake: str) -> None:
    """`| head` ends a query that would go on for hours, with 0 and without a word."""
    program = f"{sys.executable} -m harvester query 'FROM range(10000000000)' {form} --lake {lake}"
    ended = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {program} | head -3"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) == 3


@pytest.mark.slow
async def test_an_s3_lake_is_asked_as_a_local_one(
    seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str], tmp_path: Path
) -> None:
    """Both zones and records give the same rows; a table that is not named is not copied."""
    bucket = fresh_bucket(seaweedfs)
    movies(tmp_path / "m.csv", range(1, 21))
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        for lake in (f"{bucket}/some/prefix", "l"):
            for words in (
                ("upload", "m.csv"),
                ("run", "--rate", "1000", "--date", "2026-11-24"),
                ("trusted",),
                ("refined",),
            ):
                ended = await harvester(*words, "--lake", lake, tmdb=tmdb)
                assert ended.code == 0, ended.err
    for sql in (
        "SELECT * EXCLUDE (fetched_at, gone_at) FROM dim_title ORDER BY title_id",
        "SELECT title_id, title, dt FROM trusted.tmdb_movies_details ORDER BY title_id",
        "SELECT id, response FROM raw_credits ORDER BY id",
    ):
        there, here = [
            await harvester("query", sql, "--json", "--lake", lake)
            for lake in (f"{bucket}/some/prefix", "l")
        ]
        assert there.code == 0, there.err
        assert len(json.loads(there.out)) > 10
        assert there.out == here.out
    ended = await harvester("export", "--lake", f"{bucket}/some/prefix", "-o", "x.sqlite")
    assert (ended.code, ended.out) == (0, "x.sqlite\n")
    ended = await harvester("query", "FROM dim_title", "--lake", f"{bucket}/nowhere")
    assert (ended.code, "has no Refined zone" in ended.err) == (2, True)


@pytest.mark.slow
def test_first_rows_of_a_large_lake(tmp_path: Path) -> None:
    """250,000 titles: no table is read whole for ten rows, which cost less than 2 s of CPU."""
    asyncio.run(make_star(tmp_path / "l", small_star()))
    where = tmp_path / "l" / ROOT
    with duckdb.connect() as connection:
        for name, rows in {
            "dim_title": "SELECT * REPLACE ('tt' || i AS title_id, repeat(md5(i::VARCHAR), 10) AS "
            "overview) FROM (FROM '{}' LIMIT 1), range(250000) t(i)",
            "fact_cast": "SELECT * REPLACE ('tt' || i AS title_id, i AS person_id) "
            "FROM (FROM '{}' LIMIT 1), range(5000000) t(i)",
        }.items():
            file = where / name / "part-0.parquet"
            new = f"{file}.new"
            columns = [row[0] for row in connection.execute(f"DESCRIBE FROM '{file}'").fetchall()]
            wide = f"FROM ({rows.format(file)}) SELECT {', '.join(columns)}"
            connection.execute(f"COPY ({wide}) TO '{new}' (FORMAT parquet, COMPRESSION zstd)")
            Path(new).replace(file)
    sql = "SELECT title, c.* FROM dim_title JOIN fact_cast c USING (title_id) LIMIT 10"
    for one in ("FROM dim_title LIMIT 10", "FROM fact_cast LIMIT 10", sql):
        code = (
            "import resource, sys; from harvester.cli.app import _ended; "
            "code = _ended(); used = resource.getrusage(resource.RUSAGE_SELF); "
            "print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr); sys.exit(code)"
        )
        words = ["query", one, "--csv", "--lake", str(tmp_path / "l")]
        ended = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
        )
        assert len(ended.stdout.splitlines()) == 11
        seconds, peak = map(float, ended.stderr.split())
        assert peak < 1_200_000
        assert seconds < (2 if one != sql else 6)
