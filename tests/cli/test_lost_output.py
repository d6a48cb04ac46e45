"""Which commands fail where stdout takes nothing, and which have done their work all the same."""

import errno
from pathlib import Path

import pytest
from made_whole import command, make_whole


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("describe", "--ddl", "duckdb"), 2),
        (("query", "--list"), 2),
        (("query", "--list", "--json"), 2),
        (("query", "SELECT 1", "--lake", "l"), 2),
        (("show", "tt0000001", "--lake", "l"), 2),
        (("status", "--lake", "l"), 2),
        (("status", "--lake", "l", "--failed"), 2),
        (("config",), 2),
        (("version",), 2),
        (("--version",), 2),
        (("expire", "--lake", "l", "--dry-run"), 2),
        (("expire", "--lake", "l", "--json"), 2),
        (("expire", "--lake", "l"), 0),
        (("upload", "titles.txt", "--as", "Movies", "--lake", "l"), 0),
        (("report", "--lake", "l"), 0),
        (("run", "--help"), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_who_fails_where_stdout_is_full(
    words: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command whose work is what it prints; the others say so and end as they would."""
    make_whole(Path("l").resolve())
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr("harvester.cli.output.lost_output", lambda: full)
    ended = command(*words)
    assert ended.code == code, ended.err
    assert "harvester: standard output takes no more: No space left on device" in ended.err
