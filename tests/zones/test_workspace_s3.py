"""The zones of a lake in S3: read through the lake's store, written as whole objects."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import harvester
from csvs import movies, series
from made_lake import table
from s3_copy import download
from s3_servers import S3Server

from harvester.simulator import SimulatorOptions, simulate

ZONES = ("Trusted", "Refined")


def _tables(lake: Path) -> dict[str, list[str]]:
    """Return all tables of a lake, their rows as sorted texts, without times of fetching."""
    folders = {
        str(file.parent.relative_to(lake))
        for zone in ZONES
        for file in lake.rglob(f"{zone}/**/*.parquet")
    }
    return {
        name: sorted(
            str({key: value for key, value in row.items() if key not in _TIMES})
            for row in table(lake, name)
        )
        for name in folders
    }


_TIMES = ("fetched_at", "finished_at", "dt", "valid_from", "valid_to", "gone_at")


@pytest.mark.slow
async def test_s3_and_local_give_the_same_tables(
    seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str], tmp_path: Path
) -> None:
    """One harvest, once in S3 and once in a folder: every table of both zones is equal."""
    lake = f"{fresh_bucket(seaweedfs)}/some/prefix"
    movies(tmp_path / "movies.csv", range(1, 31))
    series(tmp_path / "series.csv", range(31, 41))
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        for where in (lake, "l"):
            uploaded = await harvester("upload", "movies.csv", "series.csv", "--lake", where)
            assert uploaded.code == 0, uploaded.err
            ran = await harvester("run", "--lake", where, "--rate", "1000", tmdb=tmdb)
            assert ran.code == 0, ran.err
    for where in (lake, "l"):
        for command in ("trusted", "refined"):
            ended = await harvester(command, "--lake", where)
            assert ended.code == 0, ended.err + ended.out
    copy = download(lake, seaweedfs, tmp_path / "copy")
    assert _tables(copy) == _tables(Path("l"))
    assert _tables(copy)["Refined/Parquet/fact_title"]
    again = await harvester("trusted", "--lake", lake, "--json")
    assert json.loads(again.out)["built"] == []
    rebuilt = await harvester("refined", "--lake", lake, "--rebuild")
    assert rebuilt.code == 0, rebuilt.err
    after = download(lake, seaweedfs, tmp_path / "after")
    assert _tables(after) == _tables(copy)
    synthetic = json.loads((after / "Refined/Parquet/_build.json").read_bytes())["synthetic"]
    assert synthetic is True
