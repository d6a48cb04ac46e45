"""`--memory`: what a size is, and that no other text is one."""

from pathlib import Path

import pytest
from command_line import harvester

from harvester.errors import SettingError
from harvester.zones.memory import OF_DUCKDB, memory_of_duckdb


def test_sizes() -> None:
    """A part is for Python and what it reads; without a size it is that of a gigabyte."""
    assert memory_of_duckdb("1GB", "duckdb") == memory_of_duckdb(None, "duckdb") == OF_DUCKDB
    assert memory_of_duckdb("1600mb", "duckdb") == 1_250_000_000
    assert memory_of_duckdb(None, "spark") == OF_DUCKDB


@pytest.mark.parametrize("text", ["", "1", "599MB", "0GB", "-1GB", "1.5GB", "1TB", "1GB 2GB"])
def test_what_is_no_size(text: str) -> None:
    """One sentence says what a size is."""
    with pytest.raises(SettingError, match="--memory is a size from 600MB on"):
        memory_of_duckdb(text, "duckdb")


@pytest.mark.parametrize("command", ["trusted", "refined"])
async def test_a_wrong_size_ends_with_2(command: str) -> None:
    """Before the lake is looked for; and Spark takes none."""
    ended = await harvester(command, "--lake", "none", "--memory", "much")
    assert ended.code == 2
    assert ended.err.startswith("harvester: --memory is a size")
    ended = await harvester(command, "--lake", "none", "--engine", "spark", "--memory", "1GB")
    assert ended.code == 2
    assert "spark.driver.memory" in ended.err


async def test_a_lake_that_is_not_there(tmp_path: Path) -> None:
    """Exit 2 and no folder is made; an empty one is none either."""
    for lake in (tmp_path / "none", tmp_path):
        ended = await harvester("trusted", "--lake", str(lake))
        assert ended.code == 2
        assert "is no lake, or an empty one" in ended.err
        assert list(tmp_path.iterdir()) == []
