"""A fresh clone of the project, as a user has it who deploys it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from aws_emulator import available
from manual import ROOT


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a copy of what git knows, in an empty folder, with this project's environments.

    Those are long in the making; they are older than nothing there, so that make takes them.
    """
    if not available():
        pytest.skip("no emulator of AWS: `make .venv-aws/.aws .venv-sam/.sam`")
    folder = tmp_path / "clone"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in listed.split("\0"):
        source = ROOT / name
        if name and source.is_file() and not name.startswith(("tests/", "docs/")):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            os.utime(target, (0, 0))
    for name in (".venv", ".venv-sam"):
        (folder / name).symlink_to(ROOT / name)
    return folder
