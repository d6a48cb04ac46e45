"""The batch upload as a user runs it: a command, a bucket, exit codes."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import end, harvester, start, until
from s3_servers import S3Server

from harvester.stores import open_store

MOVIES = b"id|tituloPincipal|genero\ntt0000001|A|Drama\n"


@pytest.fixture
def lake(seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str]) -> str:
    """Make a bucket."""
    return fresh_bucket(seaweedfs)


@pytest.mark.slow
async def test_a_folder_is_uploaded_skipped_and_replaced(lake: str, tmp_path: Path) -> None:
    """Only keys on stdout; what happened to each file on stderr."""
    data = tmp_path / "data"
    data.mkdir()
    for name in "ab":
        (data / f"{name}.csv").write_bytes(MOVIES)
    args = ("upload", str(data), "--lake", lake, "--date", "2026-01-05")
    keys = [f"Raw/Local/CSV/Movies/2026/01/05/{name}.csv" for name in "ab"]

    first = await harvester(*args)
    assert (first.code, sorted(first.out.split())) == (0, keys)
    assert first.err.count("uploaded, checksum compared") == 2
    again = await harvester(*args)
    assert (again.code, sorted(again.out.split())) == (0, keys)
    assert again.err.count("skipped, the same bytes are there") == 2

    (data / "a.csv").write_bytes(MOVIES * 2)
    other = await harvester(*args)
    assert (other.code, other.out.split()) == (2, keys[1:])
    assert f"holds another file as {keys[0]}" in other.err
    forced = await harvester(*args, "--force", "--quiet")
    assert (forced.code, sorted(forced.out.split()), forced.err) == (0, keys, "")
    async with open_store(lake) as store:
        assert await store.get(keys[0]) == MOVIES * 2


async def test_sigterm_ends_an_upload(tmp_path: Path) -> None:
    """`docker stop` is an interrupt: exit 130, no traceback, nothing half written."""
    source = tmp_path / "movies.csv"
    source.write_bytes(MOVIES + b"tt0000002|B|Drama\n" * 10_000_000)  # half a second's work
    lake = tmp_path / "lake"
    process = await start("upload", str(source), "--lake", str(lake))
    await until(lambda: any(lake.rglob(".harvester-*.tmp")))
    process.send_signal(signal.SIGTERM)
    ended = await end(process)
    assert ended.code == 130
    assert "Traceback" not in ended.err
    assert not any(lake.rglob(".harvester-*.tmp"))
