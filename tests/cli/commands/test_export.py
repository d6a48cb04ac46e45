"""`harvester export`: it prints where the export is, and refuses in one sentence."""

import asyncio
from pathlib import Path

import pytest
from made_star import make_star, small_star
from made_whole import command


@pytest.fixture(autouse=True)
def _lake() -> None:
    """Make a lake that is a star."""
    asyncio.run(make_star("l", small_star()))


@pytest.mark.parametrize("output", ["x.duckdb", "x.sqlite", "x/"])
def test_its_path_is_printed(output: str) -> None:
    """As it was given, and nothing else on stdout; an older export is refused, or replaced."""
    ended = command("export", "--lake", "l", "-o", output)
    assert (ended.code, ended.out, ended.err) == (0, f"{output}\n", "")
    assert Path(output).exists()
    ended = command("export", "--lake", "l", "-o", output)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"harvester: {Path(output)} exists: --force replaces it\n"
    assert command("export", "--lake", "l", "-o", output, "--force").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "x.xlsx"], "an export is a .duckdb file, a .sqlite file, or a folder of CSVs"),
        (["-o", "none/x.sqlite"], "none/x.sqlite can't be written: No such file or directory"),
        (["-o", "x.sqlite", "--lake", "none"], "build it by `harvester refined`"),
        ([], "missing option '--output' / '-o'"),
    ],
)
def test_what_is_refused(words: list[str], said: str) -> None:
    """Exit 2 and one sentence; nothing is written."""
    ended = command("export", "--lake", "l", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1
    assert [path.name for path in Path.cwd().iterdir()] == ["l"]
