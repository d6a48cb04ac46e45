"""The wheel as it would be installed: it holds what the program needs, and the tests pass on it."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it into a folder of its own, as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(installed: Path) -> None:
    """Data files and type marker are in; the Lambda handlers are deployed by another package."""
    tops = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == {"harvester"}
    for path in (
        "py.typed",
        "sample/movies.csv",
        "pages/templates/report.html",
        "pages/texts/pt-BR.toml",
        "pages/texts/names.pt-BR.toml",
        "zones/analysis/questions/genres.sql",
    ):
        assert (installed / "harvester" / path).is_file(), path
    ours = {path.relative_to(ROOT) for path in (ROOT / "harvester").rglob("*.py")}
    assert ours == {path.relative_to(installed) for path in installed.rglob("*.py")}


@pytest.mark.slow
def test_the_source_archive_makes_the_same_wheel(installed: Path, tmp_path: Path) -> None:
    """Who has it alone installs the same package, byte for byte."""

    def build(kind: str, where: Path) -> Path:
        command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(tmp_path)]
        subprocess.run(command, cwd=where, check=True, capture_output=True)
        (made,) = tmp_path.glob("*.whl" if kind == "wheel" else "*.tar.gz")
        return made

    shutil.unpack_archive(build("sdist", ROOT), tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    with zipfile.ZipFile(build("wheel", source)) as wheel:
        assert {name for name in wheel.namelist() if name.startswith("harvester/")} == {
            path.relative_to(installed).as_posix()
            for path in (installed / "harvester").rglob("*")
            if path.is_file()
        }
        for name in wheel.namelist():
            if name.startswith("harvester/"):
                assert wheel.read(name) == (installed / name).read_bytes(), name


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_tests_pass_on_the_wheel(installed: Path, tmp_path: Path) -> None:
    """What runs is the wheel's code, not the checkout's, in this process and in its children."""
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    where = "import harvester; print(harvester.__file__)"
    found = subprocess.run(
        [sys.executable, "-P", "-c", where],
        env=environ,
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert found.startswith(str(installed))
    # Those that read the package's own files: texts, templates, SQL, the sample.
    reads = (
        *("cli/test_help.py", "cli/commands/test_build.py", "test_sample.py"),
        *("pages/test_rendering.py", "pages/test_names.py"),
    )
    whole = ("system/e2e/test_run_local.py", "system/e2e/test_report_command.py")
    ended = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "pytest", "-q", "-n", "0", "-m", "not slow"),
            *("-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")),
            *(str(ROOT / "tests" / name) for name in (*reads, *whole)),
        ],
        env=environ,
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-1000:]
