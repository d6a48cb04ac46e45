"""End to end on a real S3 server: CSVs uploaded, read from S3, records and documents written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from command_line import harvester
from csvs import movies, series
from invariants import judge, records
from s3_copy import download
from s3_servers import S3Server

from harvester.simulator import SimulatorOptions, simulate


def _without_times(found: dict[tuple[str, str], dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    return {key: {**record, "fetched_at": None} for key, record in found.items()}


async def test_s3_and_local_give_the_same_run(
    seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str], tmp_path: Path
) -> None:
    """Uploaded to S3, read from S3, written to S3: the same run id and records as a local run."""
    uri = fresh_bucket(seaweedfs)
    ids = movies(tmp_path / "movies.csv", range(1, 181)) + series(
        tmp_path / "series.csv", range(181, 221)
    )
    rate = ["--rate", "1000", "--json"]
    lake = f"{uri}/some/prefix"
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        uploaded = await harvester("upload", "movies.csv", "series.csv", "--lake", lake)
        assert uploaded.code == 0, uploaded.err
        on_s3 = await harvester("run", "--lake", lake, *rate, tmdb=tmdb)
        assert on_s3.code == 0, on_s3.err
        again = await harvester("run", "--lake", lake, *rate, tmdb=tmdb)
        local = await harvester("run", "movies.csv", "series.csv", "--lake", "l", *rate, tmdb=tmdb)
        key = uploaded.out.split()[0]
        named = await harvester(
            "run", f"{lake}/{key}", "--lake", lake, "--limit", "5", *rate, tmdb=tmdb
        )
    run = json.loads(local.out)["run"]
    assert json.loads(on_s3.out)["run"] == run
    assert json.loads(again.out)["finish_reason"] == "nothing_to_do"
    assert json.loads(named.out)["titles"]["total"] == 5
    copy = download(lake, seaweedfs, tmp_path / "copy")
    judge(copy, run, ids)
    judge(Path("l"), run, ids)
    assert _without_times(records(copy, run)) == _without_times(records(Path("l"), run))
    assert (copy / key).read_bytes() == Path("movies.csv").read_bytes()
    verified = await harvester("verify", run, "--lake", lake)
    assert verified.code == 0, verified.out
    listed = await harvester("status", "--lake", lake, "--json")
    assert {one["run"] for one in json.loads(listed.out)} == {run, json.loads(named.out)["run"]}


async def test_a_bucket_that_does_not_exist(
    seaweedfs: S3Server, s3_env: Callable[[S3Server], None], tmp_path: Path
) -> None:
    """A run into a missing bucket exits with 2 and one sentence that names it."""
    s3_env(seaweedfs)
    movies(tmp_path / "m.csv", range(1, 3))
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester("run", "m.csv", "--lake", "s3://no-such-bucket-here", tmdb=tmdb)
    assert ended.code == 2, ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert "no-such-bucket-here" in ended.err
