"""Where an export goes, and what it is to be: that is said by the name."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import orjson

from harvester.errors import SettingError
from harvester.regular_file import open_regular
from harvester.stores.new_file import is_special, taken
from harvester.zones.export.csv_folder import PACKAGE, PACKAGE_NAME

_FORMATS: dict[str, Literal["duckdb", "sqlite"]] = {".duckdb": "duckdb", ".sqlite": "sqlite"}
_TAKES = "an export is a .duckdb file, a .sqlite file, or a folder of CSVs, whose name ends in /"


@dataclass(frozen=True, slots=True)
class Target:
    """A file of a database, or a folder of CSVs."""

    path: Path
    format: Literal["duckdb", "sqlite", "csv"]


def parse_target(output: str) -> Target:
    """Return what a name means. Raises `SettingError` for one that is no export's."""
    path = Path(output)
    if path.name in {"", ".."} or "\0" in output:
        raise SettingError(f"--output {output!r} names nothing: {_TAKES}")
    if output.endswith("/") or not path.suffix:
        return Target(path, "csv")
    kind = _FORMATS.get(path.suffix.casefold())
    if kind is None:
        raise SettingError(f"--output {output}: {_TAKES}")
    return Target(path, kind)


def check_target(target: Target, *, force: bool) -> None:
    """Raise `UserError` where an export can't go: an export alone is replaced, and by `force`."""
    path = target.path
    if not os.path.lexists(path):
        return
    if not force:
        raise taken(path)
    if is_special(path) or not _IS_EXPORT[target.format](path):  # a pipe would never answer
        raise SettingError(f"{path} is no export, and --force replaces nothing else: give another")


def _is_csv_export(path: Path) -> bool:
    if path.is_symlink() or not path.is_dir():
        return False
    try:
        with open_regular(path / PACKAGE) as file:
            package = orjson.loads(file.read())
    except (OSError, orjson.JSONDecodeError):
        return not any(path.iterdir())
    return isinstance(package, dict) and package.get("name") == PACKAGE_NAME


def _is_duckdb_export(path: Path) -> bool:
    if is_special(path.with_name(f"{path.name}.wal")):  # it would be opened, too
        return False
    try:
        with duckdb.connect(path, read_only=True) as connection:
            found = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    except duckdb.Error:
        return False
    return {name for (name,) in found} >= _OF_EVERY_EXPORT


def _is_sqlite_export(path: Path) -> bool:
    try:
        # No journal beside it is opened: it may be a pipe.
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            found = database.execute("SELECT name FROM sqlite_master").fetchall()
    except sqlite3.Error:
        return False
    return {name for (name,) in found} >= _OF_EVERY_EXPORT


_OF_EVERY_EXPORT = {"dim_title", "fact_title"}
_IS_EXPORT = {"csv": _is_csv_export, "duckdb": _is_duckdb_export, "sqlite": _is_sqlite_export}
