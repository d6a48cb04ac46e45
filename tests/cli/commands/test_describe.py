"""`harvester describe`: the DDL on stdout, and what it says of a database that it does not know."""

import pytest
from made_whole import command

from harvester.zones.ddl.ddl import DIALECTS, Dialect, write_ddl


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_prints_the_ddl(dialect: Dialect) -> None:
    """Nothing else, and without a lake."""
    ended = command("describe", "--ddl", dialect.upper())
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == write_ddl(dialect)


def test_athenas_lake_may_be_named() -> None:
    """Its tables then lie there."""
    ended = command("describe", "--ddl", "athena", "--lake", "s3://b/p")
    assert ended.out == write_ddl("athena", "s3://b/p")
    assert "s3://BUCKET" not in ended.out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--ddl", "oracle"], "athena, duckdb, postgresql, not 'oracle'"),
        ([], "--ddl"),
        (["--ddl", "athena", "--lake", "films"], "s3://bucket/prefix"),
        (["--ddl", "duckdb", "--lake", "s3://b"], "--ddl athena"),
    ],
)
def test_what_can_not_be(more: list[str], said: str) -> None:
    """One sentence, and exit code 2."""
    ended = command("describe", *more)
    assert ended.code == 2
    assert ended.out == ""
    assert said in ended.err
    assert ended.err.count("\n") == 1
