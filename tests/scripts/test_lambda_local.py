"""The users' own command runs the handler on a local machine."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import TOKEN, harvester
from csvs import movies
from invariants import judge
from lambda_local import LocalContext, lake_of
from lambda_runtime import ROOT
from s3_copy import download
from s3_servers import S3Server

from harvester.simulator import SimulatorOptions, simulate


async def _job(*args: str, **environ: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        ROOT / "scripts/lambda_local.py",
        *args,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environ},
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


@pytest.mark.slow
async def test_the_job_harvests_the_newest_csvs(
    seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str], tmp_path: Path
) -> None:
    """With the exact options and an empty input path, the lake's own CSVs are harvested."""
    lake = fresh_bucket(seaweedfs)
    ids = movies(Path("movies.csv"), range(1, 31))
    assert (await harvester("upload", "movies.csv", "--lake", lake)).code == 0
    async with simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb:
        code, out, err = await _job(
            *("--JOB_NAME", "PegaDadosTMDB", "--S3_INPUT_PATH", "--S3_TARGET_PATH", f"{lake}/Raw/"),
            TMDB_TOKEN=TOKEN,
            TMDB_BASE_URL=tmdb.base_url,
        )
    assert code == 0, err
    report = json.loads(out)
    assert report["lake"] == lake
    judge(download(lake, seaweedfs, tmp_path / "copy"), report["run"], ids)
    assert TOKEN not in out + err


async def test_a_wrong_input_is_one_sentence() -> None:
    """An input to fix gives exit code 1 and one sentence, no traceback."""
    movies(Path("movies.csv"), range(1, 31))
    code, out, err = await _job(
        *("--JOB_NAME", "job", "--S3_INPUT_PATH", "none.csv", "--S3_TARGET_PATH", "./lake/Raw"),
        TMDB_TOKEN=TOKEN,
    )
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == "job: none.csv does not exist: check the path of this input"
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("target", "lake"),
    [
        ("s3://dados-num-lago/Raw/", "s3://dados-num-lago"),
        ("s3://dados-num-lago/Raw", "s3://dados-num-lago"),
        ("s3://dados-num-lago/", "s3://dados-num-lago"),
        ("s3://dados-num-lago/some/prefix/Raw/", "s3://dados-num-lago/some/prefix"),
        ("s3://dados-num-lago/NotRaw/", "s3://dados-num-lago/NotRaw"),
    ],
)
def test_a_trailing_raw_is_no_part_of_the_lake(target: str, lake: str) -> None:
    """The lake is the folder that contains `Raw/`."""
    assert lake_of(target) == lake


def test_the_context_counts_down_from_lambdas_limit() -> None:
    """Deadline and memory are those of a real context."""
    context = LocalContext("job")
    assert 0 < context.get_remaining_time_in_millis() <= 900_000
    assert context.memory_limit_in_mb == 256
    assert LocalContext("job", deadline=0).get_remaining_time_in_millis() == 0
