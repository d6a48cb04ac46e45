"""The command that adds an extra fits how the harvester was installed."""

import importlib.metadata
import json
import sys
from importlib.metadata import PackageNotFoundError, PathDistribution
from pathlib import Path

import pytest

from harvester.extras import Installation, command_for, command_to_add

PYTHON = "/env/bin/python"


def _of(
    prefix: Path, source: str | None = "/src", installer: str = "pip", *, is_editable: bool = False
) -> Installation:
    return Installation(source, is_editable, installer, prefix, PYTHON)


@pytest.mark.parametrize(
    ("mark", "command"),
    [
        ("pipx_metadata.json", "pipx install --force '/src[zones]'"),
        ("uv-receipt.toml", "uv tool install --force '/src[zones]'"),
    ],
)
def test_a_tool_of_pipx_or_uv_is_installed_again(mark: str, command: str, tmp_path: Path) -> None:
    """Each leaves a file of its own in the environment that it made."""
    (tmp_path / mark).touch()
    assert command_for(_of(tmp_path), "zones") == command


@pytest.mark.parametrize(
    ("installation", "command"),
    [
        (_of(Path("/env")), f"{PYTHON} -m pip install '/src[zones]'"),
        (_of(Path("/env"), "/my src"), f"{PYTHON} -m pip install '/my src[zones]'"),
        (
            _of(Path("/env"), is_editable=True),
            f"{PYTHON} -m pip install --editable '/src[zones]'",
        ),
        (_of(Path("/src/.venv"), is_editable=True), "make -C /src run"),
        (
            _of(Path("/env"), "/x/tmdb_harvester-0.1.0-py3-none-any.whl"),
            f"{PYTHON} -m pip install '/x/tmdb_harvester-0.1.0-py3-none-any.whl[zones]'",
        ),
        (_of(Path("/env"), installer="uv"), f"uv pip install --python {PYTHON} '/src[zones]'"),
        (
            _of(Path("/cache/uv/archive-v0/x"), installer="uv"),
            "uvx --from '/src[zones]' harvester …",
        ),
        (
            _of(Path("/env"), "git+https://example.org/h.git@abc"),
            f"{PYTHON} -m pip install 'tmdb-harvester[zones] @ git+https://example.org/h.git@abc'",
        ),
        (_of(Path("/env"), None), "in a checkout of the harvester, pip install '.[zones]'"),
    ],
)
def test_each_way_of_installing_has_its_command(installation: Installation, command: str) -> None:
    """pip, uv, uvx, make, a wheel and a repository; one from an index is told of a checkout."""
    assert command_for(installation, "zones") == command


def test_spark_is_none_of_what_make_run_installs() -> None:
    """So it is pip's to install, into the same environment."""
    command = command_for(_of(Path("/src/.venv"), is_editable=True), "spark")
    assert command == f"{PYTHON} -m pip install --editable '/src[spark]'"


@pytest.mark.parametrize(
    ("direct_url", "wanted"),
    [
        (
            {"url": "file:///my%20src", "dir_info": {"editable": True}},
            "--editable '/my src[spark]'",
        ),
        (
            {
                "url": "https://example.org/h.git",
                "vcs_info": {"vcs": "git", "commit_id": "abc"},
            },
            "'tmdb-harvester[spark] @ git+https://example.org/h.git@abc'",
        ),
        (None, "pip install '.[spark]'"),
    ],
)
def test_the_metadata_of_the_installation_is_read(
    direct_url: dict[str, object] | None,
    wanted: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What pip writes beside an installed package names the source."""
    (tmp_path / "INSTALLER").write_text("pip\n", encoding="utf-8")
    if direct_url is not None:
        (tmp_path / "direct_url.json").write_text(json.dumps(direct_url), encoding="utf-8")
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _: PathDistribution(tmp_path))
    command = command_to_add("spark")
    assert command.endswith(wanted)
    assert command.startswith(sys.executable) == (direct_url is not None)


def test_what_was_not_installed_has_a_command_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container image has the files alone."""

    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    assert command_to_add("zones") == "in a checkout of the harvester, pip install '.[zones]'"
