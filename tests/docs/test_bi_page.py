"""What the page on other databases and BI shows works, as far as it can be tried here."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

from asked_lake import make_asked
from manual import READMES, ROOT, blocks, code, prose

from harvester.zones.ddl.ddl import DIALECTS
from harvester.zones.query.views import all_views

PAGE = ROOT / "docs" / "bi.md"


def test_the_python_runs(tmp_path: Path) -> None:
    """In a folder with a lake."""
    asyncio.run(make_asked(tmp_path / "lake"))
    (block,) = [block for block in blocks(PAGE) if block.language == "python"]
    ended = subprocess.run(
        [sys.executable, "-c", block.text],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "movie" in ended.stdout
    assert "Drama" in ended.stdout


def test_what_is_named_exists() -> None:
    """Tables, and the databases of the option, each with what proves it."""
    text = prose(PAGE)
    views = {view.name for view in all_views()}
    named = {word for word in code(text) if re.fullmatch(r"(dim|fact|bridge)_\w+", word)}
    assert named
    assert named <= views
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == [
        name for name in ("postgresql", "duckdb", "athena") if name in DIALECTS
    ]
    assert len(DIALECTS) == 3


def test_both_readmes_show_it() -> None:
    """With the command."""
    for page in READMES:
        text = page.read_text("utf-8")
        assert "harvester describe" in text
        assert "(docs/bi.md)" in text
