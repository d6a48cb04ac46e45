"""No name of a lake's folder, and of none above it, is a pattern to an engine."""

import os
import tempfile
from pathlib import Path

import orjson
import pytest
from command_line import harvester
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from made_lake import Made, csv, make

from harvester.errors import SettingError
from harvester.stores import open_store
from harvester.zones.analysis.page import analysis_page
from harvester.zones.engines import Engine
from harvester.zones.plain_path import is_plain, plain_path
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted
from harvester.zones.trusted.endpoints.tmdb.envelope import RECORD

DETAILS = {"details": {"id": 1, "title": "A", "overview": "o"}}
# Any name a file system of Linux takes: bytes, without the two that separate and end names.
_NAMES = st.binary(min_size=1, max_size=40).filter(
    lambda name: not {b"/"[0], 0} & set(name) and name not in {b".", b".."}
) | st.text(st.sampled_from("ab?*[]{}=%\\!^-,'\" \u00e9"), min_size=1, max_size=12).map(os.fsencode)


def _write(folder: Path, imdb_id: str) -> None:
    folder.mkdir(parents=True)
    record = {**dict.fromkeys(RECORD), "imdb_id": imdb_id, "response": {"a": 1}}
    (folder / "r.json").write_bytes(orjson.dumps([record]))
    (folder / "r.jsonl").write_bytes(orjson.dumps(record) + b"\n")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=_NAMES, above=_NAMES)
@example(name=b"wars ?", above=b"x")
@example(name=b"[ab]", above=b"dt=2024-05-01")
@example(name=b"\xff\xfe", above=b"**")
def test_any_name_is_read_and_written_as_it_stands(
    name: bytes, above: bytes, engine: Engine
) -> None:
    """Records and tables come from that folder alone, and get no new column."""
    with tempfile.TemporaryDirectory() as base:
        lake = Path(base) / os.fsdecode(above) / os.fsdecode(name)
        _write(lake, "ours")
        for decoy in ("a", "b", "wars 2"):
            if lake.with_name(decoy) != lake:
                _write(lake.with_name(decoy), "another's")
        with plain_path(lake) as plain:
            assert is_plain(str(plain))
            read = engine.records([str(plain / "r.json"), str(plain / "r.jsonl")], RECORD)
            assert read.columns == tuple(RECORD)
            assert [row["imdb_id"] for row in engine.rows(read)] == ["ours", "ours"]
            engine.write(read, str(plain / "table"))
            written = engine.parquet(str(plain / "table"))
            assert written.columns == tuple(RECORD)
            assert len(engine.rows(written)) == 2
        assert sorted(os.listdir(lake)) == ["r.json", "r.jsonl", "table"]  # noqa: PTH208


def test_a_plain_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    """Nothing is linked where nothing need be, and the folder need not be there yet."""
    with plain_path(tmp_path / "lake") as plain:
        assert plain == tmp_path / "lake"


def test_the_link_goes_away(tmp_path: Path) -> None:
    """After the context only the lake is there, with all that was written."""
    (tmp_path / "a ?").mkdir()
    with plain_path(tmp_path / "a ?") as plain:
        (plain / "x").write_bytes(b"x")
    assert not plain.parent.exists()
    assert (tmp_path / "a ?/x").read_bytes() == b"x"


def test_no_plain_folder_for_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An odd TMPDIR is passed over for another folder; where there is none the setting is named."""
    odd = tmp_path / "t [1]"
    odd.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(odd))
    with plain_path(odd) as plain:
        assert is_plain(str(plain))
    monkeypatch.setattr("harvester.zones.plain_path._ELSEWHERE", ())
    with pytest.raises(SettingError, match="TMPDIR"), plain_path(odd):
        pass


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["{a,b}[c]*\\", "wars ?", os.fsdecode(b"no \xff UTF-8")],
)
async def test_the_zones_of_a_lake_of_any_name(name: str) -> None:
    """Trusted, Refined and the page see the one title of this lake, none of those beside it."""
    for folder, ids in ((name, (1,)), ("wars 2", (2, 3))):
        lake = Path("above=1") / folder
        titles = [Made(f"tt{number:07d}", bodies=DETAILS) for number in ids]
        await make(lake, titles)
        csv(lake, "Movies/a [1] ?.csv", "".join(f"tt{number:07d}\n" for number in ids))
        async with open_store(str(lake)) as store:
            built = await build_trusted(store, "duckdb", rebuild=False)
            assert not built.breaches, built.checks
    async with open_store(str(Path("above=1") / name)) as store:
        refined = await build_refined(store, "duckdb", rebuild=False)
        assert not refined.breaches, refined.checks
        rows = {check.table: check.found for check in refined.checks if check.name == "rows"}
        assert rows["dim_title"] == 1
        assert "<html" in await analysis_page(store, "en")


@pytest.mark.slow
async def test_commands_in_a_lake_that_is_no_utf8() -> None:
    """Each command ends well and shows the odd byte by its number."""
    lake = os.fsdecode(b"lake \xff")
    await make(Path(lake), [Made("tt0000001", bodies=DETAILS)])
    for command in (["trusted"], ["refined"], ["status"]):
        ended = await harvester(*command, "--lake", lake)
        assert ended.code == 0, ended.err
        assert "Traceback" not in ended.err
