"""What the tests of Lambda's archives share: a Python to run them on, and what is in them."""

import _imp
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

ARCH = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]

CHECKED = 0b11
"""The flags of bytecode that is compared with the hash of its source (PEP 552)."""


def without_bytecode(files: Mapping[str, bytes], version: str) -> list[str]:
    """Return the modules that have no bytecode of this Python made from just this source."""
    tag = f"cpython-{version.replace('.', '')}"
    lacking = []
    for name, source in files.items():
        folder, _, module = name.rpartition("/")
        if module.endswith(".py"):
            compiled = files.get(
                f"{folder}/__pycache__/{module.removesuffix('.py')}.{tag}.pyc", b""
            )
            key = int.from_bytes(compiled[:4], "little")
            head = CHECKED.to_bytes(4, "little") + _imp.source_hash(key, source)
            if not compiled or compiled[4:16] != head:
                lacking.append(name)
    return lacking


def contents(archive: Path) -> dict[str, bytes]:
    """Return the files of an archive, each below a folder."""
    with zipfile.ZipFile(archive) as opened:
        return {f"./{name}": opened.read(name) for name in opened.namelist()}


def interpreter(version: str) -> str:
    """Return a Python of this version that starts, or skip the test."""
    candidates = [shutil.which(f"python{version}")]
    candidates += sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))
    for one in filter(None, candidates):
        if subprocess.run([one, "-c", ""], capture_output=True, check=False).returncode == 0:
            return one
    pytest.skip(f"no python{version} on this machine")


def runtime(version: str, target: Path) -> Path:
    """Install Lambda's runtime client into a separate folder."""
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--only-binary=:all:", "--implementation", "cp", "--python-version", version),
        *("--platform", f"manylinux2014_{platform.machine()}", "--target", str(target)),
        "awslambdaric",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return target
