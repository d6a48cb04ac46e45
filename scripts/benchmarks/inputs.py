"""Target 5: the ids of a movies.csv of a million rows, from disk, gzip and S3; and of an export."""

import importlib
import json
import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import movies_csv
from benchmarks.processes import SCRIPTS, measured, simulator
from benchmarks.rows import Row
from benchmarks.workspace import Workspace

CPU_SECONDS, CPU_SECONDS_GZ = 0.5, 0.75
WHERE_RATIO = 1.3
"""What `--where` on a person may cost, over what a genre costs."""
MEGABYTES = 60

EXPORT_LINES = 1_470_989
"""What TMDB's exports of movies and series held together in September 2026."""
EXPORT_CPU_SECONDS = 15
EXPORT_MEGABYTES = 200


def csv_reading(space: Workspace) -> Iterator[Row]:
    """Read the file from disk, plain and gzipped."""
    plain, packed = _files(space)
    yield from _read(space, "from disk", str(plain))
    yield from _read(space, "from disk, gz", str(packed), CPU_SECONDS_GZ)
    yield from _chosen(space, str(plain))


def csv_reading_from_s3(space: Workspace) -> Iterator[Row]:
    """Read the file from SeaweedFS, plain and gzipped."""
    plain, packed = _files(space)
    with _s3(space.folder / "s3", plain, packed) as names:
        targets = (CPU_SECONDS, CPU_SECONDS_GZ)
        for how, name, most in zip(("from S3", "from S3, gz"), names, targets, strict=True):
            yield from _read(space, how, name, most)


def export_planning(space: Workspace) -> Iterator[Row]:
    """Download, keep and plan an export of all of TMDB's movies."""
    with simulator("--latency", "0", "--population", str(EXPORT_LINES)) as server:
        url = server.base_url.removesuffix("/3")
        os.environ["TMDB_EXPORT_URL"] = f"{url}/p/exports"
        command = [sys.executable, "-m", "benchmarks.export_planning"]
        found = [
            json.loads(measured([*command, str(space.lake())], server).out)
            for _ in range(space.runs)
        ]
    if any(each["titles"] < EXPORT_LINES for each in found):
        raise RuntimeError(f"not every line was planned: {found}")
    cpu = tuple(each["cpu"] for each in found)
    most = EXPORT_CPU_SECONDS
    yield Row("", f"CPU to plan an export of {EXPORT_LINES:,} lines", "s", cpu, at_most=most)
    above = tuple(each["mb"] for each in found)
    yield Row("", "  memory above the interpreter", "MB", above, at_most=EXPORT_MEGABYTES)


def _files(space: Workspace) -> tuple[Path, Path]:
    """Return the file and its gzip; a process of its own writes them, as it grows large."""
    plain, packed = movies_csv.paths(space.kept)
    if not packed.exists():
        measured([sys.executable, "-m", "benchmarks.movies_csv", str(space.kept)])
    return plain, packed


def _read(space: Workspace, how: str, name: str, most: float = CPU_SECONDS) -> Iterator[Row]:
    command = [sys.executable, "-m", "benchmarks.csv_reading", name]
    found = [json.loads(measured(command).out) for _ in range(space.runs)]
    if any((each["rows"], each["ids"]) != (movies_csv.ROWS, movies_csv.IDS) for each in found):
        raise RuntimeError(f"{name}: not every row and id was read: {found}")
    cpu = tuple(each["cpu"] for each in found)
    yield Row("5", f"CPU for the ids of 1,045,161 rows, {how}", "s", cpu, at_most=most)
    above = tuple(each["mb"] for each in found)
    yield Row("5", "  memory above the interpreter", "MB", above, at_most=MEGABYTES)


def _chosen(space: Workspace, name: str) -> Iterator[Row]:
    """Read the file with a condition on the genre, then on the person, in processes by turns."""
    genre, person = "genre=Sci-Fi", "person=Night Riverson"
    command = [sys.executable, "-m", "benchmarks.csv_reading", name]
    cpu: dict[str, list[float]] = {genre: [], person: []}
    for text in (genre, person) * space.runs:
        ended = measured([*command, text])
        if not 0 < json.loads(ended.out)["ids"] < movies_csv.IDS:
            raise RuntimeError(f"{name}: {text} chose nothing, or everything")
        cpu[text].append(ended.cpu)
    yield Row("", "CPU of a process that reads them with --genre", "s", tuple(cpu[genre]))
    ratio = statistics.median(cpu[person]) / statistics.median(cpu[genre])
    values = tuple(cpu[person])
    what = "  with --where person=…, over --genre"
    yield Row("", what, "s", values, ratio=ratio, ratio_at_most=WHERE_RATIO)


@contextmanager
def _s3(folder: Path, *files: Path) -> Iterator[list[str]]:
    """Run the S3 server of the tests with these files in a bucket; AWS's variables point at it."""
    sys.path.append(str(SCRIPTS.parent / "tests" / "fakes"))
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
