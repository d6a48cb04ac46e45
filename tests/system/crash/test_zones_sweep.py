"""The zones' function, killed while it brings a lake up to date: nothing is half done."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from killed_build import killed_builds
from made_lake import Made, make, table

from harvester.stores import open_store
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

KEPT, GONE, GROWN = "2026-11-22", "2026-11-23", "2026-11-24"


def _made(number: int, title: str, when: str) -> Made:
    bodies: dict[str, Any] = {
        "details": {"id": number, "title": title, "overview": "o"},
        "credits": {"cast": [{"id": number, "name": "Ana"}], "crew": []},
    }
    return Made(f"tt000000{number}", tmdb_id=number, bodies=bodies, fetched_at=f"{when}T07:00:00Z")


async def _build(lake: Path) -> None:
    async with open_store(str(lake)) as store:
        await build_trusted(store, "duckdb", rebuild=False)
        await build_refined(store, "duckdb", rebuild=False)


def _files(lake: Path, below: str = "") -> dict[str, str]:
    """Return the hash of each Parquet file of Trusted."""
    return {
        str(file.relative_to(lake)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(lake.glob(f"Trusted/**/{below}*.parquet"))
    }


def _rows(lake: Path) -> dict[str, list[str]]:
    """Return the rows of each table of both zones; every file must be whole."""
    files = [*lake.glob("Trusted/**/*.parquet"), *lake.glob("Refined/**/*.parquet")]
    folders = {file.parent for file in files}
    names = sorted(str(folder.relative_to(lake)) for folder in folders)
    return {name: sorted(map(str, table(lake, name))) for name in names}


async def test_a_lake_that_is_brought_up_to_date(tmp_path: Path) -> None:
    """A date that grew, one whose run went away, one that is as it was and keeps its bytes.

    After any kill every table is the old or the new one, and the same commands then give what an
    undisturbed build gives.
    """
    lake = tmp_path / "lake"
    for number, when in enumerate((KEPT, GONE, GROWN), 1):
        day = date.fromisoformat(when)
        await make(lake, [_made(number, "A", when)], run=f"{when.replace('-', '')}-0a", day=day)
    await _build(lake)
    before, kept = _rows(lake), _files(lake, f"dt={KEPT}/")
    assert len(kept) > 5
    day = date.fromisoformat(GROWN)
    await make(lake, [_made(4, "B", GROWN), _made(1, "B", GROWN)], run="20261124-0b", day=day)
    for file in (lake / "Raw/TMDB/_harvest/20261123-0a").rglob("*"):
        file.unlink() if file.is_file() else None
    killed = killed_builds(lake, str(tmp_path / "{}"), every=29)
    assert killed >= 3
    after = _rows(tmp_path / "0")
    assert not any(f"dt={GONE}" in name for name in after)
    titles = table(tmp_path / "0", "Refined/Parquet/dim_title")
    assert {row["title_id"]: row["title"] for row in titles} == {
        "tt0000001": "B",
        "tt0000003": "A",
        "tt0000004": "B",
    }
    for copy in tmp_path.iterdir():
        if copy == lake:
            continue
        for name, rows in _rows(copy).items():
            assert rows in (before.get(name), after.get(name)), (copy.name, name)
        assert _files(copy, f"dt={KEPT}/") == kept
        await _build(copy)
        assert _rows(copy) == after, copy.name
        assert not list(copy.glob(".zones-*"))
