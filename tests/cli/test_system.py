"""On a system that lacks POSIX's locks, one sentence and no traceback."""

import subprocess
import sys

import pytest

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
