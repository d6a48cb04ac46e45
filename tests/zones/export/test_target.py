"""What an export is to be is said by its name."""

from pathlib import Path

import pytest

from harvester.errors import SettingError
from harvester.zones.export.target import Target, parse_target


@pytest.mark.parametrize(
    ("output", "target"),
    [
        ("a.duckdb", Target(Path("a.duckdb"), "duckdb")),
        ("b/A.SQLite", Target(Path("b/A.SQLite"), "sqlite")),
        ("folder/", Target(Path("folder"), "csv")),
        ("folder", Target(Path("folder"), "csv")),
        ("v1.2/", Target(Path("v1.2"), "csv")),
        ("x.sqlite/", Target(Path("x.sqlite"), "csv")),
    ],
)
def test_a_name_says_what_it_is(output: str, target: Target) -> None:
    """By its end, in any case; what ends in `/` or has no end is a folder."""
    assert parse_target(output) == target


@pytest.mark.parametrize("output", ["a.xlsx", "a.csv", "a.db", "", ".", "/", "..", "a\0.duckdb"])
def test_a_name_that_is_no_export(output: str) -> None:
    """One sentence says what there is."""
    with pytest.raises(SettingError, match=r"a \.duckdb file, a \.sqlite file, or a folder"):
        parse_target(output)
