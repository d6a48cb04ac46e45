"""Exports are read again by others, and every cell is the one that is in Refined."""

import asyncio
import csv
import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asked_lake import digest
from made_lake import table
from made_star import Star, make_star, small_star

from harvester.errors import LakeError, SettingError, UserError
from harvester.stores import open_store
from harvester.zones import state
from harvester.zones.export import export
from harvester.zones.export.export import export_refined
from harvester.zones.export.target import parse_target
from harvester.zones.refined.tables import ROOT, TABLES

OUTPUTS = ("x.duckdb", "x.sqlite", "x/")
Rows = list[dict[str, Any]]


def star() -> Star:
    """Return the small star, with texts that end cells, and every type with a value and null."""
    made = small_star()
    made["dim_date"] = [
        {"date": row["release_date"], "year": row["release_date"].year, "weekday": 1}
        for row in made["dim_title"]
        if row["release_date"]
    ]
    odd = {
        "overview": 'a "b", c;\r\n\td',
        "tagline": "=1+1",
        "homepage": "🐕 é\u202e",
        "reason": " ",
    }
    made["dim_title"][0] |= odd | {"fetched_at": datetime(2026, 11, 24, 7, 0, 5)}  # noqa: DTZ001 - naive in Parquet
    made["fact_title"][0]["popularity"] = 1e-7
    return made


@pytest.fixture
async def lake(tmp_path: Path) -> Path:
    """Make a lake of that star, and start in an empty folder beside it."""
    await make_star(tmp_path / "l", star())
    (tmp_path / "out").mkdir()
    os.chdir(tmp_path / "out")
    return tmp_path / "l"


async def _export(lake: Path | str, output: str, *, force: bool = False) -> Path:
    target = parse_target(output)
    async with open_store(str(lake)) as store:
        await export_refined(store, target, force=force)
    return target.path


def _refined(lake: Path, name: str) -> Rows:
    return table(lake, f"{ROOT}{name}")


def _sorted(rows: Iterable[dict[str, Any]]) -> list[str]:
    return sorted(map(str, rows))


async def test_duckdb(lake: Path) -> None:
    """Rows, types, keys, what is never null, and a comment on each table and column."""
    path = await _export(lake, "x.duckdb")
    assert os.listdir() == ["x.duckdb"]  # noqa: PTH208 - hidden ones, too
    with duckdb.connect(str(path), read_only=True) as database:
        for declared in TABLES:
            found = database.sql(f"FROM {declared.name}")
            rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
            assert _sorted(rows) == _sorted(_refined(lake, declared.name))
        keys = dict(
            database.execute(
                "SELECT table_name, constraint_column_names FROM duckdb_constraints() "
                "WHERE constraint_type = 'PRIMARY KEY'"
            ).fetchall()
        )
        assert keys == {one.name: list(one.key) for one in TABLES if one.name != "fact_cast"}
        comments = database.execute(
            "FROM duckdb_columns() SELECT table_name, column_name, comment "
            "WHERE comment IS NOT NULL"
        ).fetchall()
        assert ("dim_title", "same_as") in {found[:2] for found in comments}
        said = {found[:2]: found[2] for found in comments}
        assert said["fact_title", "title_id"] == "the title → dim_title"
        of_tables = database.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall()
        assert dict(of_tables) == {one.name: one.description for one in TABLES}


async def test_any_duckdb_opens_it(lake: Path) -> None:
    """The file is of the format of DuckDB 1.0: https://duckdb.org/docs/stable/internals/storage."""
    path = await _export(lake, "x.duckdb")
    assert path.read_bytes()[8:13] == b"DUCK\x40"


async def test_sqlite(lake: Path) -> None:
    """Rows, keys, references that hold, and a table of what tables and columns mean."""
    path = await _export(lake, "x.sqlite")
    assert os.listdir() == ["x.sqlite"]  # noqa: PTH208 - hidden ones, too
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    for declared in TABLES:
        rows = [dict(row) for row in database.execute(f"SELECT * FROM {declared.name}")]  # noqa: S608 - declared
        wanted = [
            {key: _in_sqlite(value) for key, value in row.items()}
            for row in _refined(lake, declared.name)
        ]
        assert _sorted(rows) == _sorted(wanted)
        info = list(database.execute(f"PRAGMA table_info({declared.name})"))
        key = [row["name"] for row in sorted(info, key=lambda row: int(row["pk"])) if row["pk"]]
        assert key == ([] if declared.name == "fact_cast" else list(declared.key))
        references = {
            row["from"]: (row["table"], row["to"])
            for row in database.execute(f"PRAGMA foreign_key_list({declared.name})")
        }
        assert references.keys() <= {one.name for one in declared.columns if one.references}
    kinds = {row["name"]: row["type"] for row in database.execute("PRAGMA table_info(dim_title)")}
    assert [kinds[name] for name in ("title_id", "tmdb_id", "in_csv", "release_date")] == [
        *("TEXT", "INTEGER", "BOOLEAN", "DATE")
    ]
    assert references == {
        "title_id": ("dim_title", "title_id"),
        "language_code": ("dim_language", "language_code"),
    }
    database.execute("PRAGMA foreign_keys = ON")
    assert list(database.execute("PRAGMA foreign_key_check")) == []
    assert [row[0] for row in database.execute("PRAGMA integrity_check")] == ["ok"]
    said = list(
        database.execute(
            "SELECT description, is_key, references_table FROM descriptions "
            "WHERE table_name = 'fact_title' AND column_name = 'title_id'"
        )
    )
    assert [tuple(row) for row in said] == [("the title → dim_title", 1, "dim_title")]
    database.close()


def _in_sqlite(value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case datetime():
            return value.isoformat(" ")
        case date():
            return value.isoformat()
    return value


async def test_csvs(lake: Path) -> None:
    """Each is UTF-8 with a BOM, and every cell is there; a text and a data package say the rest."""
    folder = await _export(lake, "x/")
    package = json.loads((folder / "datapackage.json").read_bytes())
    resources = {one["name"]: one for one in package["resources"]}
    readme = (folder / "README.txt").read_text(encoding="utf-8-sig")
    for declared in TABLES:
        path = folder / f"{declared.name}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf" + declared.columns[0].name.encode())
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        wanted = [
            {key: _in_csv(value) for key, value in row.items()}
            for row in _refined(lake, declared.name)
        ]
        assert _sorted(rows) == _sorted(wanted)
        resource = resources[declared.name]
        assert resource["path"] == path.name
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert fields == [column.name for column in declared.columns]
        assert path.name in readme
    assert "is not endorsed, certified" in " ".join(readme.split())
    schema = resources["fact_title"]["schema"]
    assert schema["primaryKey"] == ["title_id"]
    assert {
        "fields": ["title_id"],
        "reference": {"resource": "dim_title", "fields": ["title_id"]},
    } in (schema["foreignKeys"])
    assert len(list(folder.iterdir())) == len(TABLES) + 2
    assert os.listdir() == ["x"]  # noqa: PTH208 - hidden ones, too


def _in_csv(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat(" ")
    return str(value)


@pytest.mark.parametrize("output", OUTPUTS)
async def test_the_same_lake_gives_the_same_export(output: str, lake: Path) -> None:
    """Rows are in the order of their keys, so that two exports can be compared."""

    def content(path: Path) -> Any:
        if output == "x/":
            return digest(path)
        if output == "x.sqlite":
            return path.read_bytes()
        with duckdb.connect(str(path), read_only=True) as database:
            return [database.sql(f"FROM {one.name}").fetchall() for one in TABLES]

    first = content(await _export(lake, output))
    assert content(await _export(lake, output, force=True)) == first


@pytest.mark.parametrize("output", OUTPUTS)
async def test_keys_that_are_not_true_are_left_out(output: str, tmp_path: Path) -> None:
    """Two rows of one key, a key that is null, a reference to nothing: they are there as rows."""
    made = star()
    made["dim_person"].append({"person_id": 1, "name": "Ana again"})
    made["dim_genre"] = [{"genre": None}, {"genre": "Drama"}]
    made["bridge_title_keyword"].append({"title_id": "tt9999999", "keyword_id": 1})
    await make_star(tmp_path / "l", made)
    path = await _export(tmp_path / "l", output)
    if output == "x.duckdb":
        with duckdb.connect(str(path), read_only=True) as database:
            keyed = database.execute(
                "SELECT DISTINCT table_name FROM duckdb_constraints() "
                "WHERE constraint_type = 'PRIMARY KEY'"
            ).fetchall()
            assert len(database.sql("FROM dim_person").fetchall()) == 4
        assert {"dim_person", "dim_genre"} & {name for (name,) in keyed} == set()
        assert ("bridge_title_keyword",) in keyed
    elif output == "x.sqlite":
        database_ = sqlite3.connect(path)
        assert list(database_.execute("SELECT count(*) FROM dim_person")) == [(4,)]
        lists = {
            name: [row[3] for row in database_.execute(f"PRAGMA foreign_key_list({name})")]
            for name in ("fact_cast", "bridge_title_keyword", "bridge_title_genre")
        }
        assert lists == {
            "fact_cast": ["title_id"],
            "bridge_title_keyword": ["keyword_id"],
            "bridge_title_genre": ["title_id"],
        }
        database_.close()
    else:
        package = json.loads((path / "datapackage.json").read_bytes())
        keys = {one["name"]: one["schema"]["primaryKey"] for one in package["resources"]}
        assert keys["dim_person"] == keys["dim_genre"] == []
        assert keys["dim_title"] == ["title_id"]


@pytest.mark.parametrize("output", OUTPUTS)
async def test_an_older_export(output: str, lake: Path) -> None:
    """It is refused before anything is read, and replaced by force."""
    path = await _export(lake, output)
    before = digest(Path.cwd())
    with pytest.raises(UserError, match=f"{path} exists: --force replaces it"):
        await _export("no-lake-at-all", output)
    assert digest(Path.cwd()) == before
    await make_star(lake, {})
    await _export(lake, output, force=True)
    assert os.listdir() == [path.name]  # noqa: PTH208 - hidden ones, too
    if path.is_dir():
        assert len((path / "dim_title.csv").read_text().splitlines()) == 1


@pytest.mark.parametrize("output", OUTPUTS)
async def test_force_replaces_exports_alone(output: str, lake: Path) -> None:
    """A folder of somebody's own, and a file in the place of a folder, stay as they are."""
    path = Path(output)
    if output == "x/":
        path.mkdir()
        (path / "thesis.txt").write_text("mine")
        (path / "datapackage.json").write_text('{"name":"mine"}')
    else:
        path.mkdir()
    before = digest(Path.cwd())
    with pytest.raises(SettingError, match="is no export"):
        await _export(lake, output, force=True)
    assert digest(Path.cwd()) == before


@pytest.mark.parametrize("output", ["x.duckdb", "x.sqlite"])
@pytest.mark.parametrize("held", ["text", "nothing", "a database"])
async def test_force_replaces_no_file_of_somebody_s_own(output: str, held: str, lake: Path) -> None:
    """Notes, an empty file and another database that only have such a name stay as they are."""
    path = Path(output)
    if held == "a database":
        with closing(
            duckdb.connect(path) if path.suffix == ".duckdb" else sqlite3.connect(path)
        ) as database:
            database.execute("CREATE TABLE fact_title (mine INTEGER)")
    else:
        path.write_text("mine" if held == "text" else "")
    before = digest(Path.cwd())
    with pytest.raises(SettingError, match="is no export"):
        await _export(lake, output, force=True)
    assert digest(Path.cwd()) == before


async def test_an_empty_folder_is_taken_by_force(lake: Path) -> None:
    """Nothing in it can be lost; a link to a folder is no folder."""
    Path("x").mkdir()
    await _export(lake, "x/", force=True)
    assert Path("x/README.txt").exists()
    Path("y").symlink_to("x")
    with pytest.raises(SettingError, match="is no export"):
        await _export(lake, "y/", force=True)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("kind", ["pipe", "link"])
async def test_a_target_that_is_no_file(output: str, kind: str, lake: Path) -> None:
    """A pipe that would never answer, a link to an export: neither is replaced."""
    target = Path(output)
    if kind == "pipe":
        os.mkfifo(target)
    else:
        (await _export(lake, output)).rename("aside")
        target.symlink_to("aside")
    with pytest.raises(SettingError, match="is no export"):
        await _export(lake, output, force=True)
    assert target.is_fifo() or target.is_symlink()


@pytest.mark.parametrize("output", OUTPUTS)
async def test_without_a_refined_zone(output: str, tmp_path: Path) -> None:
    """The command that builds it is named, and nothing is written."""
    with pytest.raises(LakeError, match="build it by `harvester refined`"):
        await _export(tmp_path / "none", output)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("damage", ["cut", "gone", "link"])
async def test_a_damaged_table(output: str, damage: str, lake: Path) -> None:
    """It is named; no half export is there, not even for a moment under the target's name."""
    file = lake / ROOT / "fact_cast/part-0.parquet"
    data = file.read_bytes()
    file.unlink()
    if damage == "cut":
        file.write_bytes(data[:-20])
    elif damage == "link":
        Path("elsewhere").write_bytes(data)
        file.symlink_to(Path("elsewhere").resolve())
    with pytest.raises(LakeError, match="fact_cast/"):
        await _export(lake, output)
    assert set(os.listdir()) <= {"elsewhere"}  # noqa: PTH208 - hidden ones, too


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError("database or disk is full"), duckdb.IOException("no\nspace")]
)
async def test_what_a_database_can_not_write(
    error: Exception, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence names the target, and nothing is left."""

    def failing(_connection: object, _tables: object, path: Path) -> None:
        path.write_text("half")
        raise error

    monkeypatch.setitem(export._WRITERS, "sqlite", failing)
    with pytest.raises(UserError, match=r"x\.sqlite can't be written: ") as raised:
        await _export(lake, "x.sqlite")
    assert "\n" not in str(raised.value)
    assert not os.listdir()  # noqa: PTH208 - hidden ones, too


async def test_a_zone_that_is_built_anew_meanwhile(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables of two builds are no export."""
    write = export._WRITERS["csv"]

    def slow(connection: Any, tables: Any, path: Path) -> None:
        write(connection, tables, path)
        content = json.loads((lake / state.REFINED).read_bytes())
        (lake / state.REFINED).write_text(
            json.dumps(content | {"built_at": "2027-01-01T00:00:00Z"})
        )

    monkeypatch.setitem(export._WRITERS, "csv", slow)
    with pytest.raises(LakeError, match="was rebuilt meanwhile: export it again"):
        await _export(lake, "x/")
    assert not os.listdir()  # noqa: PTH208 - hidden ones, too


async def test_a_cancelled_export(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB is interrupted, and nothing is left."""

    def endless(connection: duckdb.DuckDBPyConnection, _tables: object, path: Path) -> None:
        path.write_text("half")
        connection.execute("SELECT count(*) FROM range(1000000000), range(1000000000)").fetchall()

    monkeypatch.setitem(export._WRITERS, "sqlite", endless)
    task = asyncio.create_task(_export(lake, "x.sqlite"))
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 20)
    assert not os.listdir()  # noqa: PTH208 - hidden ones, too
