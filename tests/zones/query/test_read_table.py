"""`harvester.table`: a table as Arrow, by the names that `query` has, and its errors."""

import asyncio
import importlib.util
from pathlib import Path

import pytest
from asked_lake import make_asked
from made_lake import table as rows_in

import harvester
from harvester import extras
from harvester.zones.refined.tables import ROOT


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a lake with both zones, once."""
    folder = tmp_path_factory.mktemp("asked") / "lake"
    asyncio.run(make_asked(folder))
    return folder


@pytest.mark.parametrize("name", ["dim_title", "refined.dim_title"])
def test_it_has_all_rows(name: str, lake: Path) -> None:
    """Of Refined with or without the zone's name; pandas takes it as it is."""
    found = harvester.table(lake, name)
    assert sorted(map(str, found.to_pylist())) == [
        str(row) for row in rows_in(lake, f"{ROOT}dim_title")
    ]
    assert len(found.to_pandas()) == found.num_rows == 5


def test_trusted_has_its_dates(lake: Path) -> None:
    """Under the name that `query --list` gives; the rows of all dates."""
    found = harvester.table(str(lake), "trusted.tmdb_movies_details")
    assert sorted(str(day) for day in found["dt"].unique().to_pylist()) == [
        *("2026-11-23", "2026-11-24")
    ]


def test_the_flat_view(lake: Path) -> None:
    """Its lists are lists."""
    found = {row["title_id"]: row["genres"] for row in harvester.table(lake, "title").to_pylist()}
    assert found["tt0000002"] == ["Crime", "Drama"]


async def test_it_works_within_a_loop(lake: Path) -> None:
    """As in a notebook."""
    assert harvester.table(lake, "dim_genre").num_rows >= 0


@pytest.mark.parametrize("name", ["dim_titel", "raw_details", "trusted.dim_title", "", 'a"b', "."])
def test_a_name_that_is_none(name: str, lake: Path) -> None:
    """One sentence says where the names are, and the nearest."""
    with pytest.raises(harvester.SettingError, match="harvester query --list") as raised:
        harvester.table(lake, name)
    assert ("did you mean 'dim_title'" in str(raised.value)) is (name == "dim_titel")


def test_a_lake_without_the_zone(tmp_path: Path) -> None:
    """The command that builds it is named."""
    with pytest.raises(harvester.LakeError, match="harvester refined"):
        harvester.table(tmp_path / "none", "title")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The import works, so the rest of the face does; the call says what to install."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(extras, "command_to_add", lambda extra: f"install '.[{extra}]'")
    from harvester import table  # noqa: PLC0415 - as a user writes it

    with pytest.raises(
        harvester.SettingError, match=r"harvester\.table .*: install '\.\[zones\]'$"
    ):
        table("lake", "title")
