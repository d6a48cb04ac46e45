"""`harvester.toml` in the current folder, those above it up to the home folder, and the user's own.

Of a setting that several of them have, the nearest file's counts, as git's and npm's files do it.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harvester.errors import SettingError
from harvester.lake import keys
from harvester.regular_file import open_regular
from harvester.settings.keys import BY_NAME
from harvester.settings.values import words

FILE = "harvester.toml"
OWN_FOLDER = "tmdb-harvester"
"""In the folder of the user's settings: https://specifications.freedesktop.org/basedir-spec/latest/"""

_MOST_BYTES = 1 << 18
_MOST_SAID = 200
# tomllib takes the square of a key's parts in time and in memory.
_DEEP = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]++|"(?:[^"\\\n]|\\.){0,99}+"|'[^'\n]{0,99}+')[ \t]*+\.[ \t]*+){32}"""
)


@dataclass(frozen=True, slots=True)
class FromFile:
    """A value as a file has it, and what to call that file."""

    value: Any
    source: str


def read_setting_files(
    folder: Path | None = None, environ: Mapping[str, str] = os.environ
) -> dict[str, FromFile]:
    """Return what the files say that hold for `folder` (default: the current one), by key.

    A path in a file above it, or in the user's own, is relative to that file. Raises
    `SettingError`.
    """
    found: dict[str, FromFile] = {}
    for path in _files(folder or Path(), environ):
        is_first = path.parent == (folder or Path())
        source = FILE if is_first else _shown(path)
        for name, value in _read(path, source).items():
            if name not in found:
                told = value if is_first else _from_there(name, value, path.parent)
                found[name] = FromFile(told, source)
    return found


def _files(folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield where files may be, the nearest first: above the home folder there are none."""
    yield folder / FILE
    home = _home()
    if home is None:
        return
    here = _here(folder)
    if here is not None and here.is_relative_to(home):
        for above in here.parents:
            if not above.is_relative_to(home):
                break
            yield above / FILE
    own = Path(environ.get("XDG_CONFIG_HOME", ""))
    own = (own if own.is_absolute() else home / ".config") / OWN_FOLDER
    if own != here:
        yield own / FILE


def _here(folder: Path) -> Path | None:
    """Return the whole path of a folder; none where the current one was deleted."""
    try:
        return folder.resolve()
    except OSError:
        return None


def _home() -> Path | None:
    """Return the home folder; none where the user has none, as in some containers."""
    try:
        home = Path.home().resolve()
    except (RuntimeError, OSError):
        return None
    return home if home != home.parent else None


def _shown(path: Path) -> str:
    home = _home()
    is_in_home = home is not None and path.is_relative_to(home)
    return f"~/{path.relative_to(home)}" if home and is_in_home else str(path)


def _read(path: Path, source: str) -> dict[str, Any]:
    try:
        with open_regular(path) as file:
            return _parsed(file.read(_MOST_BYTES + 1))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except RecursionError:
        why = "it is nested too deep"
    except OSError as error:
        why = error.strerror or type(error).__name__
    except ValueError as error:  # no TOML, no UTF-8, a number of thousands of digits
        why = str(error)[:_MOST_SAID]
    raise SettingError(f"{source} can't be read: {why}; fix it or move it away")


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > _MOST_BYTES:
        raise ValueError(f"it has more than {_MOST_BYTES:,} bytes")
    text = data.decode()
    if _DEEP.search(text):
        raise ValueError("it has a key of too many parts")
    return tomllib.loads(text)


def _from_there(name: str, value: Any, folder: Path) -> Any:
    """Return a value whose paths lead from a file's folder."""
    if name not in BY_NAME or not BY_NAME[name].is_path:
        return value
    if name == "inputs" and isinstance(value, str) and value.strip(" ,"):
        value = list(words(value))
    if isinstance(value, list):
        return [_path(part, folder) for part in value]
    return _path(value, folder)


def _path(text: Any, folder: Path) -> Any:
    """Return a path as seen from everywhere; other texts, and names in the lake, as they are."""
    is_elsewhere = not isinstance(text, str) or (
        "://" in text
        or text.startswith(("~", "tmdb:"))
        or text in {"", "-"}
        or keys.parse_csv_key(text) is not None
    )
    return text if is_elsewhere else os.path.normpath(folder / text)
