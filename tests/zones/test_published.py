"""A table that was lost or altered since it was built is built again, and never read as it is."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from asked_lake import asked
from made_lake import Made, csv, make, table
from memory_store import MemoryStore

from harvester.errors import LakeError
from harvester.stores import Entry, Store, open_store
from harvester.stores.local.store import LocalStore
from harvester.stores.swap import put_in_place
from harvester.zones import state, workspace
from harvester.zones.analysis.page import analysis_page
from harvester.zones.built import LOCAL, Built
from harvester.zones.export.export import export_refined
from harvester.zones.export.target import parse_target
from harvester.zones.published import folders_below, mark_of
from harvester.zones.query.views import all_views
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted

DETAILS = "Trusted/TMDB/Parquet/Movies/details"
MOVIES = "Trusted/Local/Parquet/Movies"
REFINED = "Refined/Parquet"
DAYS = ("2026-11-23", "2026-11-24")


def _lose(folder: Path) -> None:
    shutil.rmtree(folder)


def _add_another(folder: Path) -> None:
    file = next(folder.rglob("part-0.parquet"))
    shutil.copy(file, file.with_name("part-1.parquet"))


def _put_another_tables(folder: Path) -> None:
    lake = next(above for above in folder.parents if above.name == "lake")
    other = lake / REFINED / "dim_genre/part-0.parquet"
    shutil.copy(other, next(folder.rglob("part-0.parquet")))


def _rename(folder: Path) -> None:
    file = next(folder.rglob("part-0.parquet"))
    file.rename(file.with_name("part-00.parquet"))


def _add_one_of_any_name(folder: Path) -> None:
    file = next(folder.rglob("part-0.parquet"))
    shutil.copy(file, os.fsdecode(os.fsencode(file.parent) + b"/\xff.parquet"))


DAMAGES = (_lose, _add_another, _add_one_of_any_name, _put_another_tables, _rename)


async def _make(lake: Path) -> None:
    for number, day in enumerate(DAYS, 1):
        bodies = {"details": {"id": number, "title": f"T{number}"}, "credits": {"cast": []}}
        made = Made(f"tt000000{number}", tmdb_id=number, bodies=bodies)
        await make(lake, [made], run=f"2026112{number}-0a", day=date.fromisoformat(day))
    csv(lake, "Movies/m.csv", "id,tituloPincipal\ntt0000001,One\n")


async def _trusted(store: Store, *, rebuild: bool = False) -> Built:
    return await build_trusted(store, "duckdb", rebuild=rebuild)


async def _refined(store: Store) -> Built:
    return await build_refined(store, "duckdb", rebuild=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both zones of a lake, once; no test changes it."""
    lake = tmp_path_factory.mktemp("published") / "lake"

    async def build() -> None:
        await _make(lake)
        async with open_store(str(lake)) as store:
            await _trusted(store)
            await _refined(store)

    asyncio.run(build())
    return lake


@pytest.fixture
def lake(built: Path, tmp_path: Path) -> Path:
    """Copy the lake for a test to change."""
    return shutil.copytree(built, tmp_path / "lake")


def _rows(lake: Path, *folders: str) -> list[list[dict[str, Any]]]:
    return [table(lake, folder) for folder in folders]


def _each_of(zone: str) -> str:
    return ";".join(f"FROM {one.shown} LIMIT 1" for one in all_views() if one.zone == zone)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    ("folder", "view", "part"),
    [
        (DETAILS, "trusted.tmdb_movies_details", list(DAYS)),
        (f"{DETAILS}/dt={DAYS[0]}", "trusted.tmdb_movies_details", [DAYS[0]]),
        (MOVIES, "trusted.local_movies", [LOCAL]),
    ],
)
async def test_a_table_of_trusted(
    folder: str, view: str, part: list[str], damage: Callable[[Path], None], lake: Path
) -> None:
    """It is named by who reads it, and what it belongs to is built again as it was."""
    before = _rows(lake, DETAILS, MOVIES)
    if folder == DETAILS and damage is not _lose:
        part = [next((lake / DETAILS).rglob("*.parquet")).parent.name.removeprefix("dt=")]
    damage(lake / folder)
    said = rf"^{folder}/.*rebuild it by `harvester trusted`$"
    with pytest.raises(LakeError, match=said):
        await asked(lake, f"FROM {view} LIMIT 1")
    async with open_store(str(lake)) as store:
        with pytest.raises(LakeError, match=said):
            await build_refined(store, "duckdb", rebuild=True)
        again = await _trusted(store)
        assert again.built == part
        assert not again.breaches
        assert (await _trusted(store)).built == []
        assert (await _refined(store)).built == []
    assert _rows(lake, DETAILS, MOVIES) == before


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_table_of_refined(damage: Callable[[Path], None], lake: Path) -> None:
    """No reader takes it as it is; Refined is built again, and Trusted is not."""
    before = _rows(lake, f"{REFINED}/dim_title")
    damage(lake / REFINED / "dim_title")
    said = rf"^{REFINED}/dim_title/.*rebuild it by `harvester refined`$"
    with pytest.raises(LakeError, match=said):
        await asked(lake, "SELECT count(*) FROM dim_title")
    assert await asked(lake, "SELECT count(*) FROM dim_genre")
    async with open_store(str(lake)) as store:
        with pytest.raises(LakeError, match=said):
            await export_refined(store, parse_target("x.duckdb"), force=False)
        with pytest.raises(LakeError, match=said):
            await analysis_page(store, "en")
        assert (await _trusted(store)).built == []
        assert (await _refined(store)).built == list(DAYS)
        assert (await _refined(store)).built == []
    assert _rows(lake, f"{REFINED}/dim_title") == before


async def test_what_an_older_harvester_built(lake: Path) -> None:
    """Its `_build.json` has no marks: nothing is compared, and nothing built again."""
    for key in (state.TRUSTED, state.REFINED):
        content = json.loads((lake / key).read_bytes())
        parts = [content, content.get("local") or {}]
        parts += content["dates"].values() if key == state.TRUSTED else []
        assert [part.pop("files") for part in parts if "files" in part]
        (lake / key).write_text(json.dumps(content))
    _add_another(lake / REFINED / "dim_title")
    _add_another(lake / MOVIES)
    async with open_store(str(lake)) as store:
        assert (await _trusted(store)).built == []
        assert (await _refined(store)).built == []
    assert await asked(lake, "SELECT count(*) FROM dim_title") == [[(4,)]]


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize(
    "steps", [0, 5, *(pytest.param(n, marks=[pytest.mark.slow]) for n in (1, 3, 20, 45, 500))]
)
async def test_a_build_that_is_broken_off(
    steps: int, rebuild: bool, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All its tables can be read meanwhile and afterwards, and the next build finishes it.

    Until then Refined is not made of what is half new.
    """
    wanted = _rows(lake, DETAILS, MOVIES)
    _add_another(lake / DETAILS / f"dt={DAYS[1]}")
    published = 0

    def broken(new: Path, target: Path) -> None:
        nonlocal published
        if published == steps:
            raise ConnectionError
        put_in_place(new, target)
        published += 1

    async with open_store(str(lake)) as store:
        with monkeypatch.context() as patched:
            patched.setattr(workspace, "put_in_place", broken)
            is_broken = False
            try:
                await _trusted(store, rebuild=rebuild)
            except ConnectionError:
                is_broken = True
        await asked(lake, _each_of("trusted"))
        if is_broken:
            with pytest.raises(LakeError, match=r"by `harvester trusted`$"):
                await _refined(store)
        again = await _trusted(store)
        assert bool(again.built) == is_broken
        await _refined(store)
    assert _rows(lake, DETAILS, MOVIES) == wanted


async def test_a_star_that_is_broken_off(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of Refined's tables are new: each can be read, and the next build makes them anew."""
    published: list[Path] = []

    def broken(new: Path, target: Path) -> None:
        if len(published) == 9:
            raise ConnectionError
        put_in_place(new, target)
        published.append(target)

    async with open_store(str(lake)) as store:
        with monkeypatch.context() as patched:
            patched.setattr(workspace, "put_in_place", broken)
            with pytest.raises(ConnectionError):
                await build_refined(store, "duckdb", rebuild=True)
        await asked(lake, _each_of("refined"))
        assert (await _refined(store)).built == list(DAYS)
        assert (await _refined(store)).built == []


async def test_the_mark_of_what_is_put_into_s3(tmp_path: Path) -> None:
    """It is that of a listing afterwards, whatever lay there before."""
    store: Any = MemoryStore()
    await store.put("Refined/Parquet/x/part-7.parquet", b"old")
    work = workspace.Workspace(store, None, tmp_path, None, [])
    new = Path(work.place("x"))
    new.mkdir(parents=True)
    for number, data in enumerate((b"a", b"bc")):
        (new / f"data-{number}.parquet").write_bytes(data)
    mark = await work.publish("x", "Refined/Parquet/x/")
    found = await folders_below(store, "Refined/")
    assert found == {"Refined/Parquet/x/": {"part-0.parquet": 1, "part-1.parquet": 2}}
    assert mark == mark_of(found["Refined/Parquet/x/"])
    assert mark != mark_of({})


async def test_one_listing_a_zone(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that finds nothing new lists the zone's root once, and no table."""
    listed: list[str] = []
    list_all = LocalStore.list

    def counted(self: LocalStore, prefix: str) -> AsyncIterator[Entry]:
        listed.append(prefix)
        return list_all(self, prefix)

    monkeypatch.setattr(LocalStore, "list", counted)
    async with open_store(str(lake)) as store:
        await _trusted(store)
        await _refined(store)
    of_zones = [one for one in listed if one.startswith(("Trusted/", "Refined/"))]
    assert of_zones == ["Trusted/", f"{REFINED}/"]
