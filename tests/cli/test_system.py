"""On a system that lacks POSIX's locks, or room, one sentence and no traceback."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from made_star import make_star, small_star

_HIDDEN = (
    "import sys; sys.modules['fcntl'] = None; sys.argv[0] = 'harvester'\n"
    "from harvester.cli import main\nmain()"
)


@pytest.mark.parametrize("words", [["run", "--local"], ["--help"], ["status", "--local"]])
def test_windows_is_told_at_the_start(words: list[str]) -> None:
    """Exit 2 and where to run it, whatever the command."""
    ended = subprocess.run(
        [sys.executable, "-c", _HIDDEN, *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "WSL" in ended.stderr
    assert "Linux or macOS" in ended.stderr


_NOWHERE = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
    "sys.argv[0] = 'harvester'\n"
    "from harvester.cli import main\nmain()"
)


@pytest.mark.parametrize("words", [["query", "SELECT 1"], ["analyse"]])
def test_no_folder_for_temporary_files(words: list[str], tmp_path: Path) -> None:
    """Where no file takes a byte, and so none of the system's folders: exit 2, and what to do."""
    asyncio.run(make_star(tmp_path / "l", small_star()))
    ended = subprocess.run(
        [sys.executable, "-B", "-c", _NOWHERE, *words, "--lake", str(tmp_path / "l")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert "TMPDIR" in ended.stderr
