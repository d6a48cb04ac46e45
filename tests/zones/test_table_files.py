"""A file of a table that can't be read is named, with what is wrong with it, whoever reads it."""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asked_lake import asked
from made_lake import Made, csv, make

from harvester.errors import LakeError
from harvester.stores import open_store
from harvester.zones import state, workspace
from harvester.zones.analysis.page import analysis_page
from harvester.zones.export.export import export_refined
from harvester.zones.export.target import parse_target
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted import csv_rows
from harvester.zones.trusted.build import build_trusted

TITLES = "Refined/Parquet/dim_title/part-0.parquet"
DETAILS = "Trusted/TMDB/Parquet/Movies/details/dt=2026-11-24/part-0.parquet"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both zones of a lake without marks of its files, once; no test changes it."""
    lake = tmp_path_factory.mktemp("files") / "lake"

    async def build() -> None:
        bodies = {"details": {"id": 1, "title": "One"}, "credits": {"cast": []}}
        await make(lake, [Made("tt0000001", bodies=bodies)])
        csv(lake, "Movies/m.csv", "id,tituloPincipal\ntt0000001,One\n")
        async with open_store(str(lake)) as store:
            await build_trusted(store, "duckdb", rebuild=False)
            await build_refined(store, "duckdb", rebuild=False)

    asyncio.run(build())
    for key in (state.TRUSTED, state.REFINED):
        content = json.loads((lake / key).read_bytes())
        days = content["dates"].values() if key == state.TRUSTED else ()
        for part in (content, content.get("local") or {}, *days):
            part.pop("files", None)
        (lake / key).write_text(json.dumps(content))
    return lake


@pytest.fixture
def lake(built: Path, tmp_path: Path) -> Path:
    """Copy the lake for a test to change."""
    return shutil.copytree(built, tmp_path / "lake")


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4 : len(data) // 2] = bytes(one ^ 255 for one in data[4 : len(data) // 2])
    file.write_bytes(data)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def _put_anothers(file: Path) -> None:
    lake = next(above for above in file.parents if above.name == "lake")
    shutil.copy(lake / "Refined/Parquet/dim_genre/part-0.parquet", file)


DAMAGES = [(_flip, "is damaged"), (_cut, "is damaged"), (_put_anothers, "has the columns of")]


@pytest.mark.parametrize(("damage", "what"), DAMAGES)
async def test_a_table_of_refined(damage: Callable[[Path], None], what: str, lake: Path) -> None:
    """The page and an export end with its name, and what rebuilds it."""
    damage(lake / TITLES)
    said = rf"^{TITLES} {what}.*: rebuild it by `harvester refined --rebuild`$"
    async with open_store(str(lake)) as store:
        with pytest.raises(LakeError, match=said):
            await analysis_page(store, "en")
        with pytest.raises(LakeError, match=said):
            await export_refined(store, parse_target("x.duckdb"), force=False)


@pytest.mark.parametrize(("damage", "what"), DAMAGES)
async def test_a_table_of_trusted(damage: Callable[[Path], None], what: str, lake: Path) -> None:
    """Refined is not made of it."""
    damage(lake / DETAILS)
    async with open_store(str(lake)) as store:
        with pytest.raises(
            LakeError, match=rf"^{DETAILS} {what}.*: rebuild it by `harvester trusted --rebuild`$"
        ):
            await build_refined(store, "duckdb", rebuild=True)


async def test_a_file_that_may_not_be_read(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not called damaged: a build would not help."""
    _flip(lake / TITLES)  # so that root's DuckDB can't read it, either
    is_open = Path.open

    def denied(path: Path, *args: Any, **more: Any) -> Any:
        if path.parts[-2:] == ("dim_title", "part-0.parquet"):
            raise PermissionError(13, "Permission denied", str(path))
        return is_open(path, *args, **more)

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(LakeError, match=rf"^{TITLES} can't be read: permission denied$"):
        await asked(lake, "SELECT max(title) FROM dim_title")


@pytest.mark.parametrize("where", [(workspace, "put_in_place"), (csv_rows, "stage")])
async def test_what_a_build_may_not_touch(
    where: tuple[Any, str], lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named, and no scratch is left."""

    def denied(*_: Any) -> None:
        raise PermissionError(13, "Permission denied", "/some/m.csv")

    monkeypatch.setattr(*where, denied)
    async with open_store(str(lake)) as store:
        with pytest.raises(LakeError, match=r"^/some/m\.csv can't be read or written: Permission"):
            await build_trusted(store, "duckdb", rebuild=True)
    assert not list(lake.glob(".zones-*"))
