"""Shared by the tests of the zones: an engine for those that try its expressions."""

from collections.abc import Iterator

import pytest

from harvester.zones.engines import Engine, open_engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open DuckDB once for all examples of a module."""
    with open_engine("duckdb", tmp_path_factory.mktemp("spill")) as opened:
        yield opened
