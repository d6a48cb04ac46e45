"""What is said where an extra is missing: the command that adds it depends on the installation."""

import importlib.util
import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from harvester.errors import SettingError

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_NAME = "tmdb-harvester"
_UNKNOWN = "in a checkout of the harvester, pip install '.[{}]'"


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the harvester was installed from and to, and by which program.

    `source` is a folder, file or URL, or None where an index was the source; `python` is the
    interpreter that runs it, in the environment `prefix`.
    """

    source: str | None
    is_editable: bool
    installer: str
    prefix: Path
    python: str


def require_zones(who: str, *more: str) -> None:
    """Raise `SettingError`, which says what to install, where what `who` needs is missing."""
    needed = ("ibis", "duckdb", "pyarrow", *more)
    if any(importlib.util.find_spec(name) is None for name in needed):
        raise SettingError(f"{who} needs the extra `zones`: {command_to_add('zones')}")


def command_to_add(extra: str) -> str:
    """Return the command that adds an extra to the installation that runs."""
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415 - not for --help

    try:
        installation = _installation(distribution(_NAME))
    except PackageNotFoundError:  # a container's files, or a checkout on the path
        return _UNKNOWN.format(extra)
    return command_for(installation, extra)


def command_for(installation: Installation, extra: str) -> str:
    """Return the command that adds an extra to an installation."""
    one = installation
    if one.source is None:
        return _UNKNOWN.format(extra)
    is_local = "://" not in one.source
    is_makes = is_local and one.is_editable and one.prefix == Path(one.source) / ".venv"
    if is_makes and extra == "zones":
        return shlex.join(["make", "-C", one.source, "run"])
    wanted = f"{one.source}[{extra}]" if is_local else f"{_NAME}[{extra}] @ {one.source}"
    if (one.prefix / "pipx_metadata.json").exists():
        return shlex.join(["pipx", "install", "--force", wanted])
    if (one.prefix / "uv-receipt.toml").exists():
        return shlex.join(["uv", "tool", "install", "--force", wanted])
    if one.installer == "uv" and "archive-v0" in one.prefix.parts:  # uvx's, in uv's cache
        return f"{shlex.join(['uvx', '--from', wanted, 'harvester'])} …"
    words = [one.python, "-m", "pip", "install"]
    if one.installer == "uv":
        words = ["uv", "pip", "install", "--python", one.python]
    return shlex.join([*words, *(["--editable"] if one.is_editable else []), wanted])


def _installation(found: "Distribution") -> Installation:
    """Return what the metadata of an installed package says of it.

    https://packaging.python.org/en/latest/specifications/direct-url/
    """
    origin = json.loads(found.read_text("direct_url.json") or "{}")
    source = origin.get("url")
    if source is not None and (parts := urlsplit(source)).scheme == "file":
        source = unquote(parts.path)
    elif source is not None and "vcs_info" in origin:
        vcs = origin["vcs_info"]
        source = f"{vcs['vcs']}+{source}@{vcs['commit_id']}"
    return Installation(
        source=source,
        is_editable=origin.get("dir_info", {}).get("editable", False),
        installer=(found.read_text("INSTALLER") or "").strip(),
        prefix=Path(sys.prefix),
        python=sys.executable,
    )
