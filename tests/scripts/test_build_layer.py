"""The layer: only locked and imported packages, reproducible, and complete."""

import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import build_layer
import pytest
from csvs import movies
from invariants import judge
from lambda_runtime import ROOT, running_function
from s3_copy import download
from s3_servers import S3Server

from harvester.simulator import SimulatorOptions, simulate

TOKEN = "eyJ-a-secret-token"
ARCH = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]


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


def _interpreter(version: str) -> str:
    """Return a Python of this version that starts, or skip the test."""
    candidates = [shutil.which(f"python{version}")]
    candidates += sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))
    for one in filter(None, candidates):
        if subprocess.run([one, "-c", ""], capture_output=True, check=False).returncode == 0:
            return one
    pytest.skip(f"no python{version} on this machine")


def _runtime(version: str, target: Path) -> Path:
    """Install Lambda's runtime client into a separate folder."""
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--only-binary=:all:", "--implementation", "cp", "--python-version", version),
        *("--platform", f"manylinux2014_{platform.machine()}", "--target", str(target)),
        "awslambdaric",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return target


@pytest.mark.slow
@pytest.mark.timeout(600)  # it installs from the registry
@pytest.mark.parametrize("version", ["3.11", "3.13"])
async def test_the_handler_runs_on_the_layer_alone(
    version: str,
    seaweedfs: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    tmp_path: Path,
) -> None:
    """The path has only the zips as Lambda unpacks them, and its runtime client."""
    python = _interpreter(version)
    lake = fresh_bucket(seaweedfs)
    said = build_layer.build_layer(version, ARCH, tmp_path / "layer.zip")
    build_layer.build_layer(version, ARCH, tmp_path / "again.zip")
    assert (tmp_path / "layer.zip").read_bytes() == (tmp_path / "again.zip").read_bytes(), said
    assert (tmp_path / "layer.zip").stat().st_size <= 8_000_000, said
    build_layer.build_code(tmp_path / "code.zip")
    for name in ("layer", "code"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip") as archive:
            archive.extractall(tmp_path / name)
    runtime = _runtime(version, tmp_path / "runtime")
    ids = movies(tmp_path / "movies.csv", range(1, 151))
    async with (
        simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb,
        running_function(
            {"HARVESTER_LAKE": lake, "TMDB_BASE_URL": tmdb.base_url, "TMDB_TOKEN": TOKEN},
            python=python,
            flags=("-S",),  # no site-packages
            path=(tmp_path / "code", tmp_path / "layer/python", runtime),
        ) as function,
    ):
        inputs = {"inputs": [str(tmp_path / "movies.csv")]}
        first = await function.invoke({**inputs, "rate": 1000})
        second = await function.invoke(inputs)
    assert first.result.get("finish_reason") == "finished", (first, function.out)
    assert second.result.get("finish_reason") == "nothing_to_do", (second, function.out)
    judge(download(lake, seaweedfs, tmp_path / "copy"), first.result["run"], ids)
