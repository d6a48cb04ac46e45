"""Every declared table is listed once, where it lies and under a name that no other has."""

from pathlib import Path

import pytest

from harvester.zones.refined.tables import TABLES
from harvester.zones.trusted.endpoints.tmdb import TMDB
from harvester.zones.zone_tables import trusted_name, zone_tables


def test_names_and_folders_are_their_own() -> None:
    """In their zone's schema, and in one schema for all; Refined's come first, in their order."""
    found = list(zone_tables())
    for of in ("flat_name", "folder"):
        assert len({getattr(one, of) for one in found}) == len(found)
    assert tuple(one.table for one in found[: len(TABLES)]) == TABLES
    assert {one.zone for one in found[len(TABLES) :]} == {"trusted"}
    named = {one.flat_name: one for one in found}
    assert named["dim_title"].folder == "Refined/Parquet/dim_title/"
    assert named["trusted_tmdb_movies_details"].partitioned
    assert not named["trusted_local_movies"].partitioned


def test_a_name_says_the_place() -> None:
    """Of the table below its zone, without the format."""
    (details,) = [one for one in TMDB.tables if one.name == "Movies/details"]
    assert trusted_name(TMDB.root, details) == "tmdb_movies_details"


@pytest.mark.parametrize("place", ["scripts/build_catalog.py", "harvester/zones/query/views.py"])
def test_the_list_is_shared(place: str) -> None:
    """The catalog and the views of `query` have no list of their own."""
    text = (Path(__file__).parents[2] / place).read_text("utf-8")
    assert "zone_tables()" in text
