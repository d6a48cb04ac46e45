"""A crash at any step leaves a readable table, and the next build completes the rest."""

import os
import shutil
from pathlib import Path

import pytest
from made_lake import Made, make, table

from harvester.stores import open_store, swap
from harvester.zones import workspace
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted

DETAILS = {"details": {"id": 1, "title": "A", "overview": "o"}}


def _folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "part-0.parquet").write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_takes_the_place_of_another(
    exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new content is there, the old one is gone, nothing is left over, on Linux or not."""
    if not exchange:
        monkeypatch.setattr(swap, "_exchanged", lambda _one, _other: False)
    target = _folder(tmp_path / "zone/t", "old")
    swap.put_in_place(_folder(tmp_path / "new", "new"), target)
    assert (target / "part-0.parquet").read_text(encoding="utf-8") == "new"
    assert os.listdir(tmp_path / "zone") == ["t"]  # noqa: PTH208 - hidden ones too
    assert not (tmp_path / "new").exists()


def test_nothing_is_removed_before_the_new_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new folder has its name before anything of the old one is removed."""
    target = _folder(tmp_path / "t", "old")
    seen = []

    def removed(_path: Path, *, ignore_errors: bool) -> None:
        del ignore_errors
        seen.append((target / "part-0.parquet").read_text(encoding="utf-8"))

    monkeypatch.setattr(shutil, "rmtree", removed)
    swap.put_in_place(_folder(tmp_path / "new", "new"), target)
    assert seen == ["new"]


@pytest.mark.slow
@pytest.mark.parametrize("at", [4, 0])
async def test_a_crash_between_tables(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table is completely old or new; the same command then builds the new ones."""
    lake = Path("l")
    await make(lake, [Made("tt0000001", bodies=DETAILS)], run="20261124-0a")
    async with open_store("l") as store:
        await build_trusted(store, "duckdb", rebuild=False)
        await build_refined(store, "duckdb", rebuild=False)
        await make(lake, [Made("tt0000002", bodies=DETAILS)], run="20261124-0b")
        calls = []

        def crash(new: Path, target: Path) -> None:
            calls.append(target)
            if len(calls) > at:
                raise KeyboardInterrupt
            swap.put_in_place(new, target)

        with monkeypatch.context() as patch:
            patch.setattr(workspace, "put_in_place", crash)
            with pytest.raises(KeyboardInterrupt):
                await build_trusted(store, "duckdb", rebuild=False)
        titles = "Trusted/TMDB/Parquet/Movies/details"
        assert len(table(lake, titles)) in {1, 2}
        assert len(table(lake, "Refined/Parquet/dim_title")) == 1
        assert not list(lake.glob(".zones-*"))
        built = await build_trusted(store, "duckdb", rebuild=False)
        assert built.built == ["2026-11-24"]
        assert len(table(lake, titles)) == 2
        await build_refined(store, "duckdb", rebuild=False)
        assert len(table(lake, "Refined/Parquet/dim_title")) == 2
