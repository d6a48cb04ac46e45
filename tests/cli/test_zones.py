"""The zones' commands: what they refuse, and that nothing of theirs is imported before use."""

import importlib.util
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from command_line import harvester
from made_lake import Made, make

from harvester import extras
from harvester.cli.zones import conclude
from harvester.errors import SettingError
from harvester.stores import open_store
from harvester.zones import state
from harvester.zones.built import Built


async def test_refined_without_trusted() -> None:
    """Refined is built from Trusted, and says so."""
    Path("l").mkdir()
    ended = await harvester("refined", "--lake", "l")
    assert ended.code == 2
    assert len(ended.err.strip().splitlines()) == 1
    assert "harvester trusted" in ended.err


async def test_an_engine_that_is_none() -> None:
    """The error names the engines that exist."""
    ended = await harvester("trusted", "--lake", "l", "--engine", "polars")
    assert ended.code == 2
    assert "duckdb or spark" in ended.err


async def test_a_lake_that_is_empty() -> None:
    """With no CSV and no run there is nothing to build, which is not an error.

    That there is no lake is one: `test_memory.py`.
    """
    Path("l/Raw").mkdir(parents=True)
    Path("l/Raw/notes.txt").write_text("none of ours", encoding="utf-8")
    ended = await harvester("trusted", "--lake", "l")
    assert ended.code == 0, ended.err
    ended = await harvester("refined", "--lake", "l")
    assert ended.code == 0, ended.err


@pytest.mark.parametrize("build", [False, True])
async def test_refined_without_the_tables_of_a_date(build: bool) -> None:
    """A date that was harvested and that Trusted lacks is named; no star is built without it."""
    await make(Path("l"), [Made("tt0000001")])
    if build:
        assert (await harvester("trusted", "--lake", "l")).code == 0
        await make(Path("l"), [Made("tt0000002")], run="20261125-00000000", day=date(2026, 11, 25))
    else:
        async with open_store("l") as store:
            await state.save_state(
                store, state.TRUSTED, {"local": None, "dates": {}, "simulated_runs_left_out": 0}
            )
    ended = await harvester("refined", "--lake", "l")
    assert ended.code == 2, ended.err
    assert ("2026-11-25" if build else "2026-11-24") in ended.err
    assert "harvester trusted" in ended.err
    assert not Path("l/Refined/Parquet/_build.json").exists()


@pytest.mark.parametrize("missing", ["ibis", "duckdb", "pyarrow"])
def test_without_the_extra(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what to install."""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == missing else found(name)
    )
    monkeypatch.setattr(extras, "command_to_add", lambda extra: f"install '.[{extra}]'")
    with pytest.raises(SettingError, match=r"needs the extra `zones`: install '\.\[zones\]'$"):
        extras.require_zones("this command")


def test_nothing_of_it_loads_before_it_is_asked_for() -> None:
    """The command line, the harvest and the handler import nothing from the extra."""
    code = (
        "import sys, harvester.cli, harvester.run.harvest, handlers\n"
        "print({'ibis', 'duckdb', 'pyarrow', 'pandas', 'harvester.zones'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"


async def test_a_second_build_at_the_same_time() -> None:
    """The other process that builds the zone is named, and this one exits with 6."""
    await make(Path("l"), [Made("tt0000001")])
    async with open_store("l") as store, store.hold("Trusted/_build.lease", "t", lambda _: None):
        ended = await harvester("trusted", "--lake", "l")
    assert ended.code == 6
    assert "is working on the build of Trusted: wait for it" in ended.err


def test_of_many_columns_that_are_not_used_some_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A person reads twenty; the rest is a number."""
    few, many = ([f"c{number}" for number in range(size)] for size in (20, 1_021))
    built = Built("Trusted", ignored={"a.csv": few, "b.csv": many})
    conclude(built, as_json=True, verbose=False, quiet=False)
    said = capsys.readouterr().err
    assert f"a.csv: columns not used: {', '.join(few)}\n" in said
    assert f"b.csv: columns not used: {', '.join(few)} and 1,001 more\n" in said
