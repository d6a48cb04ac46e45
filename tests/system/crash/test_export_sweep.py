"""`export`, killed at any call of its code, leaves a whole export or none under its name."""

import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asked_lake import digest
from killed_export import killed_exports
from made_star import make_star, small_star

from harvester.stores import open_store
from harvester.zones.export.export import export_refined
from harvester.zones.export.target import parse_target
from harvester.zones.refined.tables import TABLES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

ENDS = (".duckdb", ".sqlite", "/")
EVERY = 5
"""A kill at every fifth call."""


def _content(path: Path) -> Any:
    """Return what an export holds, read by what its user would read it with."""
    if path.is_dir():
        return digest(path)
    if path.suffix == ".sqlite":
        database = sqlite3.connect(path)
        try:
            return list(database.iterdump())
        finally:
            database.close()
    with duckdb.connect(str(path), read_only=True) as connection:
        return [connection.sql(f"FROM {table.name}").fetchall() for table in TABLES]


async def _export(lake: Path, output: str, *, force: bool = False) -> Path:
    target = parse_target(output)
    async with open_store(str(lake)) as store:
        await export_refined(store, target, force=force)
    return target.path


@pytest.mark.parametrize("end", ENDS)
async def test_a_new_export(end: str, tmp_path: Path) -> None:
    """Its name is free until it is whole; the next command needs no help after any of the kills."""
    await make_star(tmp_path / "l", small_star())
    out = tmp_path / "out"
    out.mkdir()
    killed = killed_exports(tmp_path / "l", f"{out}/{{}}{end}", every=EVERY)
    assert killed >= 6
    whole = _content(out / f"0{end}")
    seen = [path for path in out.iterdir() if not path.name.startswith(".")]
    assert 1 < len(seen) <= killed
    for path in seen:
        assert _content(path) == whole
    left = [path for path in out.iterdir() if path not in seen]
    assert all(path.name.startswith(".harvester-") for path in left)
    path = await _export(tmp_path / "l", f"{out}/1{end}", force=True)
    assert _content(path) == whole


@pytest.mark.parametrize("end", ENDS)
async def test_an_export_in_the_place_of_an_older_one(end: str, tmp_path: Path) -> None:
    """One of the two is there, whole, after every kill."""
    await make_star(tmp_path / "l", {})
    old = await _export(tmp_path / "l", f"{tmp_path}/old{end}")
    await make_star(tmp_path / "l", small_star())
    out = tmp_path / "out"
    out.mkdir()
    killed = killed_exports(tmp_path / "l", f"{out}/{{}}{end}", every=EVERY, old=old)
    new = _content(out / f"0{end}")
    found = [_content(path) for path in out.iterdir() if not path.name.startswith(".")]
    assert len(found) == killed + 1
    assert all(content in (_content(old), new) for content in found)
    assert {content == new for content in found} == {True, False}
