"""The zones' layer: what it takes of the lock, what it leaves out, and a lake built on it alone."""

import os
import re
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import build_layer
import duckdb
import pytest
import zones_layer
from command_line import harvester
from csvs import movies, series
from lambda_runtime import ROOT, Function, running_function
from layers import ARCH, contents, interpreter, runtime, without_bytecode
from s3_copy import download
from s3_servers import S3Server

from harvester.simulator import SimulatorOptions, simulate

LOCK = (ROOT / "requirements/dev.txt").read_text("utf-8")


def _names(requirements: str) -> set[str]:
    return {line.partition("==")[0] for line in requirements.splitlines() if line[:1].isalpha()}


def test_what_the_zones_import_is_taken_whole() -> None:
    """Each root with all it requires, but what nothing loads and what the other layer has."""
    found = zones_layer.requirements(LOCK, without={"typing-extensions"})
    names = _names(found)
    assert names >= {"duckdb", "ibis-framework", "pyarrow", "sqlglot", "toolz", "parsy", "rich"}
    assert not names & {*zones_layer.NEVER_LOADED, "typing-extensions", "altair", "pytest", "moto"}
    assert all(line in LOCK for line in found.splitlines())


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("pyarrow/libarrow.so.2600", True),
        ("pyarrow/libarrow_python.so.2600", True),
        ("pyarrow/libarrow_python.so", False),
        ("pyarrow/libarrow_python.so.2600.1.0", False),
        ("pyarrow/libarrow_substrait.so.2600", True),  # another library names it
        ("pyarrow/libarrow_flight.so.2600", False),
        ("pyarrow/libarrow_s3.so.2600", False),
        ("pyarrow/_s3fs.cpython-313-x86_64-linux-gnu.so", False),
        ("pyarrow/_parquet.cpython-313-x86_64-linux-gnu.so", True),
        ("pyarrow/_parquet_encryption.cpython-313-x86_64-linux-gnu.so", False),
        ("pyarrow/include/arrow/api.h", False),
        ("pyarrow/tests/test_array.py", False),
        ("ibis/backends/duckdb/__init__.py", True),
        ("ibis/backends/tests/test_json.py", False),
        ("ibis/examples/__init__.py", True),
        ("ibis_framework-12.0.0.dist-info/entry_points.txt", True),
        ("sqlglot-30.30.0.dist-info/entry_points.txt", False),
    ],
)
def test_what_no_build_loads_is_left_out(path: str, kept: bool) -> None:
    """Servers, other stores, headers, tests and second copies go; what is read by name stays."""
    assert zones_layer.of_use(path, otherwise=build_layer.of_use) is kept


def test_an_older_linux_is_refused() -> None:
    """Lambda's Python 3.11 runs on one where Arrow's wheels do not load."""
    assert zones_layer.platforms("3.13", "manylinux2014_aarch64")[0] == "manylinux_2_28_aarch64"
    with pytest.raises(SystemExit, match=r"3\.12 and 3\.13, not 3\.11"):
        zones_layer.platforms("3.11", "manylinux2014_aarch64")


def test_a_function_above_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The layers and the code count together."""
    (tmp_path / "a").write_text("x" * 600)
    build_layer.pack({"a": tmp_path / "a"}, tmp_path / "1.zip")
    monkeypatch.setattr(build_layer, "MAX_UNZIPPED", 1000)
    assert "0.0 of 0 MB" in build_layer.whole_function([tmp_path / "1.zip"])
    with pytest.raises(SystemExit, match="1,200 bytes unzipped"):
        build_layer.whole_function([tmp_path / "1.zip"] * 2)


def _rows(lake: Path) -> dict[str, list[str]]:
    """Return the rows of each table of both zones, as sorted texts."""
    folders = sorted({f.parent for z in ("Trusted", "Refined") for f in lake.glob(f"{z}/**/*.pa*")})
    with duckdb.connect() as connection:
        return {
            str(folder.relative_to(lake)): sorted(
                map(str, connection.execute(f"FROM '{folder}/*.parquet'").fetchall())
            )
            for folder in folders
        }


@pytest.mark.slow
@pytest.mark.timeout(3000)  # it installs from the registry; ZONES_TITLES may be many
async def test_the_function_builds_a_lake_on_the_layers_alone(
    seaweedfs: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """AWS's client, the archives as Lambda unpacks them, and no library of this machine.

    Both zones equal those that the commands build of the same lake; a second call finds nothing to
    do; a call without time for anything says that the lake is beyond one function.
    """
    python = interpreter("3.13")
    monkeypatch.setenv("PATH", str(Path(python).parent), prepend=os.pathsep)
    archives = [tmp_path / f"{name}.zip" for name in ("code", "layer", "zones")]
    build_layer.build_code("3.13", archives[0])
    build_layer.build_layer("3.13", ARCH, archives[1])
    said = build_layer.build_zones("3.13", ARCH, archives[2])
    assert without_bytecode(contents(archives[2]), "3.13") == []
    size = build_layer.whole_function(archives)
    for one in archives:
        with zipfile.ZipFile(one) as archive:
            archive.extractall(tmp_path / ("task" if one.stem == "code" else "opt"))
    titles = int(os.environ.get("ZONES_TITLES", "60"))
    lake = fresh_bucket(seaweedfs)
    await _harvest(lake, titles)
    copy = download(lake, seaweedfs, tmp_path / "copy")
    async with running_function(
        {
            "HARVESTER_LAKE": lake,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": os.environ.get("ZONES_MEMORY", "3008"),
            "HOME": "/nowhere",
        },
        python=python,
        handler="handlers.zones.handler",
        flags=("-S",),  # no site-packages
        path=(tmp_path / "task", tmp_path / "opt/python", runtime("3.13", tmp_path / "runtime")),
    ) as function:
        beyond = await function.invoke({"step": "both"}, seconds=20)
        began = time.monotonic()
        first = await function.invoke({"step": "both"})
        seconds = time.monotonic() - began
        used = _used(function)
        second = await function.invoke({})
    assert (beyond.error_type, "beyond one function" in beyond.error_message) == (
        "SettingError",
        True,
    )
    assert first.result.get("finish_reason") == "finished", (first, function.out)
    assert second.result.get("finish_reason") == "nothing_to_do", (second, function.out)
    assert [zone["breaches"] for zone in first.result["zones"]] == [0, 0]
    for command in ("trusted", "refined"):
        ended = await harvester(command, "--lake", str(copy))
        assert ended.code == 0, ended.err
    built = _rows(download(lake, seaweedfs, tmp_path / "built"))
    assert built == _rows(copy)
    assert len(built["Refined/Parquet/fact_title"]) == titles
    with capsys.disabled():
        sys.stdout.write(f"\n{said}\n{size}\n{titles} titles: {seconds:.1f} s, {used}\n")


def _used(function: Function) -> str:
    """Return the CPU time and the peak memory of a function's process so far."""
    assert function.process is not None
    proc = Path(f"/proc/{function.process.pid}")
    ticks = proc.joinpath("stat").read_text().rpartition(")")[2].split()[11:13]
    peak = re.search(r"VmHWM:\s+(\d+) kB", proc.joinpath("status").read_text())
    assert peak is not None
    return f"{sum(map(int, ticks)) / os.sysconf('SC_CLK_TCK'):.1f} s CPU, {int(peak[1]) // 1024} MB"


async def _harvest(lake: str, titles: int) -> None:
    """Harvest titles of two CSVs, of which every sixth is a series."""
    split = titles * 5 // 6
    movies(Path("movies.csv"), range(1, split + 1))
    series(Path("series.csv"), range(split + 1, titles + 1))
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        for words in (("upload", "movies.csv", "series.csv"), ("run", "--rate", "4000")):
            ended = await harvester(*words, "--lake", lake, tmdb=tmdb)
            assert ended.code == 0, ended.err
