"""The layer: only locked and imported packages, reproducible, and complete."""

import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import build_layer
import pytest
from csvs import movies
from invariants import judge
from lambda_runtime import ROOT, running_function
from layers import ARCH, contents, interpreter, runtime, without_bytecode
from s3_copy import download
from s3_servers import S3Server

from harvester.simulator import SimulatorOptions, simulate

TOKEN = "eyJ-a-secret-token"


def test_the_command_lines_own_libraries_stay_out() -> None:
    """What only rich and typer require is left out; what the core shares with them is kept."""
    locked = (ROOT / "requirements/core.txt").read_text(encoding="utf-8")
    core = build_layer.core(locked)
    names = {line.partition("==")[0] for line in core.splitlines() if line[:1].isalpha()}
    assert {"aioboto3", "aiohttp", "aiolimiter", "orjson", "tenacity", "botocore"} <= names
    assert not {"rich", "typer", "markdown-it-py", "pygments", "shellingham"} & names
    assert core.count("--hash=sha256:") < locked.count("--hash=sha256:")
    assert all(line in locked for line in core.splitlines())


@pytest.mark.parametrize(
    ("path", "loaded"),
    [
        ("botocore/data/s3/2006-03-01/service-2.json.gz", True),
        ("botocore/data/endpoints.json", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("botocore/cacert.pem", True),
        ("aiohttp/_http_parser.cpython-313-aarch64-linux-gnu.so", True),
        ("aiohttp/_http_parser.pyx", False),
        ("yarl/__pycache__/_url.cpython-311.pyc", False),
        ("six.py", True),
        ("aiofiles-25.1.0.dist-info/licenses/LICENSE", True),
        ("aiofiles-25.1.0.dist-info/RECORD", False),
    ],
)
def test_what_never_loads_is_trimmed(path: str, loaded: bool) -> None:
    """Other services' descriptions, sources of compiled modules, caches are out; licences stay."""
    assert build_layer.of_use(path) is loaded


def test_an_archive_depends_on_contents_alone(tmp_path: Path) -> None:
    """Times, modes and the order of the folder do not change the zip."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, names in ((one, ["a.py", "b.py"]), (other, ["b.py", "a.py"])):
        folder.mkdir()
        for name in names:
            (folder / name).write_text(name)
            (folder / name).chmod(0o600 if folder == other else 0o755)
    build_layer.pack(build_layer.below(one), tmp_path / "1.zip")
    build_layer.pack(build_layer.below(other), tmp_path / "2.zip")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_above_lambdas_limits_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive that Lambda would refuse gives an error with its size, and no file."""
    (tmp_path / "a.py").write_text("x" * 1000)
    files = build_layer.below(tmp_path)
    monkeypatch.setattr(build_layer, "MAX_UNZIPPED", 999)
    build_layer.pack(files, tmp_path / "out.zip")
    with pytest.raises(SystemExit, match="1,000 unzipped"):
        build_layer.check(tmp_path / "out.zip", files)
    assert not (tmp_path / "out.zip").exists()


HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def test_the_codes_bytecode_is_there_and_of_its_source(tmp_path: Path) -> None:
    """Every module of the code has bytecode, which names Lambda's folder and not ours."""
    said = build_layer.build_code(HERE, tmp_path / "code.zip")
    files = contents(tmp_path / "code.zip")
    assert without_bytecode(files, HERE) == []
    assert f"bytecode of Python {HERE}" in said
    tag = f"cpython-{HERE.replace('.', '')}"
    compiled = files[f"./handlers/__pycache__/aws_lambda.{tag}.pyc"]
    assert b"/var/task/handlers/aws_lambda.py" in compiled
    assert str(tmp_path).encode() not in compiled


def test_stale_or_missing_bytecode_is_found(tmp_path: Path) -> None:
    """What the other tests rely on: a module changed or added after compiling is named."""
    (tmp_path / "kept.py").write_text("A = 1\n")
    (tmp_path / "changed.py").write_text("A = 1\n")
    build_layer.compile_modules(tmp_path, HERE, "/opt/python")
    (tmp_path / "changed.py").write_text("A = 2\n")
    (tmp_path / "added.py").write_text("A = 1\n")
    build_layer.pack(build_layer.below(tmp_path), tmp_path / "out.zip")
    assert sorted(without_bytecode(contents(tmp_path / "out.zip"), HERE)) == [
        "./added.py",
        "./changed.py",
    ]


def test_without_that_python_there_is_no_bytecode_and_the_line_says_so(tmp_path: Path) -> None:
    """Bytecode of another version would never be read, so none is made."""
    (tmp_path / "a.py").write_text("A = 1\n")
    said = build_layer.compile_modules(tmp_path, "3.99", "/opt/python")
    assert "no python3.99 here" in said
    assert list(tmp_path.rglob("*.pyc")) == []


@pytest.mark.slow
@pytest.mark.timeout(600)  # it installs from the registry
@pytest.mark.parametrize("version", ["3.11", "3.13"])
async def test_the_handler_runs_on_the_layer_alone(
    version: str,
    seaweedfs: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The path has only the zips as Lambda unpacks them, and its runtime client."""
    python = interpreter(version)
    monkeypatch.setenv("PATH", str(Path(python).parent), prepend=os.pathsep)
    lake = fresh_bucket(seaweedfs)
    said = build_layer.build_layer(version, ARCH, tmp_path / "layer.zip")
    build_layer.build_layer(version, ARCH, tmp_path / "again.zip")
    assert (tmp_path / "layer.zip").read_bytes() == (tmp_path / "again.zip").read_bytes(), said
    assert (tmp_path / "layer.zip").stat().st_size <= 8_000_000, said
    build_layer.build_code(version, tmp_path / "code.zip")
    build_layer.build_code(version, tmp_path / "again.zip")
    assert (tmp_path / "code.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
    for name in ("layer", "code"):
        assert without_bytecode(contents(tmp_path / f"{name}.zip"), version) == []
        with zipfile.ZipFile(tmp_path / f"{name}.zip") as archive:
            archive.extractall(tmp_path / name)
    client = runtime(version, tmp_path / "runtime")
    ids = movies(tmp_path / "movies.csv", range(1, 151))
    async with (
        simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb,
        running_function(
            {
                "HARVESTER_LAKE": lake,
                "HARVESTER_INPUTS": str(tmp_path / "movies.csv"),  # an event may not name it
                "TMDB_BASE_URL": tmdb.base_url,
                "TMDB_TOKEN": TOKEN,
            },
            python=python,
            flags=("-S",),  # no site-packages
            path=(tmp_path / "code", tmp_path / "layer/python", client),
        ) as function,
    ):
        first = await function.invoke({"rate": 1000})
        second = await function.invoke({})
    assert first.result.get("finish_reason") == "finished", (first, function.out)
    assert second.result.get("finish_reason") == "nothing_to_do", (second, function.out)
    judge(download(lake, seaweedfs, tmp_path / "copy"), first.result["run"], ids)
