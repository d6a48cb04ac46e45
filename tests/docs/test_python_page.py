"""The Python that the manual shows runs, and names the whole public API."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import made_lake
import pytest
from manual import READMES, ROOT, blocks, code, prose

import harvester

PAGE = ROOT / "docs" / "python.md"


def _ran(program: str, folder: Path) -> str:
    """Run a program in a folder and return what it printed."""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_page_runs(tmp_path: Path) -> None:
    """All its blocks, save the one for a library that is not installed here, are one program."""
    shown = [block for block in blocks(PAGE) if block.language == "python"]
    left_out = [block.text for block in shown if not block.runs]
    assert ["import polars" in text for text in left_out] == [True]
    said = _ran("\n".join(block.text for block in shown if block.runs), tmp_path)
    assert "of 5" in said
    assert "committed 5 titles" in said
    assert "finished" in said
    assert "average" in said
    assert "name" in said


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_lines_of_the_readme_run(readme: Path, tmp_path: Path) -> None:
    """They print the title of each movie in ./lake."""
    movie = made_lake.Made("tt0000001", bodies={"details": {"id": 1, "title": "One"}})
    series = made_lake.Made("tt0000002", "tv", 2, bodies={"details": {"id": 2, "name": "Two"}})
    asyncio.run(made_lake.make(tmp_path / "lake", [movie, series]))
    (lines,) = [block.text for block in blocks(readme) if block.language == "python"]
    assert _ran(lines, tmp_path) == "tt0000001 One\n"


def test_every_public_name_is_on_the_page() -> None:
    """In code, so that a search finds it."""
    assert set(code(prose(PAGE))) >= set(harvester.__all__)
