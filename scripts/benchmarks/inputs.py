"""Target 5: the distinct ids of a movies.csv of a million rows, from disk, gzip and S3."""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import movies_csv
from benchmarks.processes import SCRIPTS, measured
from benchmarks.rows import Row
from benchmarks.workspace import Workspace

CPU_SECONDS = 0.5
MEGABYTES = 60


def csv_reading(space: Workspace) -> Iterator[Row]:
    """Read the file from disk, plain and gzipped."""
    plain, packed = _files(space)
    yield from _read(space, "from disk", str(plain))
    yield from _read(space, "from disk, gz", str(packed))


def csv_reading_from_s3(space: Workspace) -> Iterator[Row]:
    """Read the file from SeaweedFS, plain and gzipped."""
    plain, packed = _files(space)
    with _s3(space.folder / "s3", plain, packed) as names:
        for how, name in zip(("from S3", "from S3, gz"), names, strict=True):
            yield from _read(space, how, name)


def _files(space: Workspace) -> tuple[Path, Path]:
    """Return the file and its gzip; a process of its own writes them, as it grows large."""
    plain, packed = movies_csv.paths(space.kept)
    if not packed.exists():
        measured([sys.executable, "-m", "benchmarks.movies_csv", str(space.kept)])
    return plain, packed


def _read(space: Workspace, how: str, name: str) -> Iterator[Row]:
    command = [sys.executable, "-m", "benchmarks.csv_reading", name]
    found = [json.loads(measured(command).out) for _ in range(space.runs)]
    if any((each["rows"], each["ids"]) != (movies_csv.ROWS, movies_csv.IDS) for each in found):
        raise RuntimeError(f"{name}: not every row and id was read: {found}")
    cpu = tuple(each["cpu"] for each in found)
    yield Row("5", f"CPU for the ids of 1,045,161 rows, {how}", "s", cpu, at_most=CPU_SECONDS)
    above = tuple(each["mb"] for each in found)
    yield Row("5", "  memory above the interpreter", "MB", above, at_most=MEGABYTES)


@contextmanager
def _s3(folder: Path, *files: Path) -> Iterator[list[str]]:
    """Run the S3 server of the tests with these files in a bucket; AWS's variables point at it."""
    sys.path.append(str(SCRIPTS.parent / "tests" / "support"))
    servers = importlib.import_module("s3_servers")
    boto3 = importlib.import_module("boto3")
    folder.mkdir()
    with servers.running_seaweedfs(folder) as (server, _):
        server.make_bucket("bench")
        os.environ |= {
            "AWS_ENDPOINT_URL_S3": server.endpoint,
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        client = boto3.client("s3")
        for file in files:
            with file.open("rb") as data:
                client.put_object(Bucket="bench", Key=file.name, Body=data)
        client.close()
        yield [f"s3://bench/{file.name}" for file in files]
