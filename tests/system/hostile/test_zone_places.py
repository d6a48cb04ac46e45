"""Whatever lies in the place of a zone's file or folder, a command ends soon and in a sentence.

A pipe is not waited for, nothing outside the lake is changed, and no traceback is printed.
"""

import asyncio
import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from asked_lake import digest
from command_line import Ended, harvester
from made_lake import Made, csv, make
from made_whole import Said, command

from harvester.cli.exits import Exit
from harvester.stores import open_store
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted

SECONDS = 40
DETAILS = {"details": {"id": 1, "title": "A", "overview": "o"}}
DATE = "Trusted/TMDB/Parquet/Movies/details/dt="
TRUSTED = (
    "Trusted",
    "Trusted/Local",
    "Trusted/Local/Parquet",
    "Trusted/Local/Parquet/Movies",
    "Trusted/Local/Parquet/Movies/part-0.parquet",
    "Trusted/Local/Parquet/Movies/x.parquet",
    "Trusted/TMDB",
    f"{DATE}2026-11-24",
    f"{DATE}2026-11-24/part-0.parquet",
    f"{DATE}2020-01-01",
    "Trusted/_build.json",
    "Trusted/._build.lease",
    ".zones-trusted-x",
)
REFINED = (
    "Refined",
    "Refined/Parquet",
    "Refined/Parquet/dim_title",
    "Refined/Parquet/dim_title/part-0.parquet",
    "Refined/Parquet/dim_title/x.parquet",
    "Refined/Parquet/_build.json",
    "Refined/._build.lease",
    ".zones-refined-x",
)
ODD = (
    "",
    "Trusted",
    "Trusted/Local/Parquet/Movies",
    f"{DATE}2026-11-24",
    "Refined/Parquet",
    "Refined/Parquet/dim_title",
)
# Those that read come first: a build may put right what it finds.
COMMANDS = {
    "Trusted": (
        ("query", "FROM trusted.local_movies"),
        ("query", "FROM trusted.tmdb_movies_details"),
        ("refined", "--rebuild"),
        ("trusted",),
        ("trusted", "--rebuild"),
    ),
    "Refined": (
        ("query", "FROM dim_title"),
        ("export", "-o", "new.sqlite"),
        ("analyse", "-o", "page.html"),
        ("refined",),
        ("refined", "--rebuild"),
    ),
}


def _file(path: Path) -> None:
    path.write_text("no table")


def _socket(path: Path) -> None:
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as one:
        os.chdir(path.parent)  # a socket's path may have a hundred characters
        one.bind(path.name)
        os.chdir(here)


def _link_out(path: Path) -> None:
    path.symlink_to(Path("outside").resolve())


def _link_to_file(path: Path) -> None:
    path.symlink_to(Path("outside/part-0.parquet").resolve())


def _link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def _folder(path: Path) -> None:
    (path / "folder").mkdir(parents=True)
    os.mkfifo(path / "folder/part-0.parquet")


S = TypeVar("S", Ended, Said)

KINDS = (_file, os.mkfifo, _socket, _link_out, _link_to_file, _link_to_itself, _folder)
Kind = Callable[[Path], None]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lake with both zones, which each test copies."""
    lake = tmp_path_factory.mktemp("zones") / "lake"

    async def build() -> None:
        csv(lake, "Movies/m.csv", "id\ntt0000001\n")
        await make(lake, [Made("tt0000001", bodies=DETAILS)], run="20261124-0a")
        async with open_store(str(lake)) as store:
            await build_trusted(store, "duckdb", rebuild=False)
            await build_refined(store, "duckdb", rebuild=False)

    asyncio.run(build())
    return lake


@pytest.fixture
def outside(built: Path) -> str:
    """Put a copy of the lake and a folder beside it; return what the folder holds."""
    shutil.copytree(built, "l")
    shutil.copytree(built / "Trusted/Local/Parquet/Movies", "outside")
    return digest(Path("outside"))


def _put(kind: Kind, place: str) -> None:
    path = Path("l") / place
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    kind(path)


async def _ended(*args: str) -> Ended:
    """Run a command to its end, which must be soon, documented and without a traceback."""
    return _checked(await asyncio.wait_for(harvester(*args), SECONDS))


def _checked(said: S) -> S:
    assert "Traceback" not in said.out + said.err, said
    assert said.code in {Exit.DONE, Exit.USAGE, Exit.SOME_FAILED}, said
    if said.code == Exit.USAGE:
        (sentence,) = [one for one in said.err.splitlines() if one.startswith("harvester: ")]
        assert "Trusted" in sentence or "Refined" in sentence or ".zones-" in sentence, sentence
    return said


def _judge(place: str, outside: str) -> None:
    """Run each command in this process: a thousand of them, and each would start for a second."""
    for args in COMMANDS["Refined" if "efined" in place else "Trusted"]:
        _checked(command(*args, "--lake", "l"))
        assert digest(Path("outside")) == outside, args
        for made in ("new.sqlite", "page.html"):
            Path(made).unlink(missing_ok=True)


@pytest.mark.parametrize("kind", [os.mkfifo, _file])
@pytest.mark.parametrize(
    ("place", "command"),
    [
        ("Trusted/Local/Parquet/Movies", "trusted"),
        ("Refined/Parquet/dim_title", "refined"),
        (".zones-trusted-x", "trusted"),
    ],
)
async def test_what_is_no_folder_gives_way_to_one(
    outside: str, kind: Kind, place: str, command: str
) -> None:
    """A build replaces what lies in the place of a table's folder, or of its own scratch."""
    _put(kind, place)
    said = await _ended(command, "--rebuild", "--lake", "l")
    assert said.code == Exit.DONE, said
    assert place.startswith(".") != (Path("l") / place).is_dir()
    assert digest(Path("outside")) == outside


@pytest.mark.parametrize("kind", [os.mkfifo, _file])
@pytest.mark.parametrize(
    ("place", "command"),
    [("Trusted", "trusted"), ("Trusted/Local/Parquet", "trusted"), ("Refined/Parquet", "refined")],
)
async def test_a_folder_above_is_named(outside: str, kind: Kind, place: str, command: str) -> None:
    """What lies in the place of a folder above a table's is nobody's to remove but the user's."""
    _put(kind, place)
    said = await _ended(command, "--rebuild", "--lake", "l")
    assert said.code == Exit.USAGE
    assert said.err == f"harvester: l/{place} is no folder, as a lake has there: move it away\n"
    assert digest(Path("outside")) == outside


async def test_a_pipe_that_a_killed_export_might_have_left(outside: str) -> None:
    """It goes away, and so does a link; what the link leads to is not looked at."""
    names = [".harvester-1-00000000.new", ".harvester-2-00000000.new"]
    os.mkfifo(names[0])
    Path(names[1]).symlink_to("outside")
    for name in names:
        os.utime(name, (time.time() - 9000, time.time() - 9000), follow_symlinks=False)
    said = await _ended("export", "--lake", "l", "-o", "new.sqlite")
    assert said.code == Exit.DONE, said
    assert not [name for name in names if os.path.lexists(name)]
    assert digest(Path("outside")) == outside


@pytest.mark.parametrize("beside", ["old.duckdb.wal", "old.sqlite-journal", "old/datapackage.json"])
async def test_a_pipe_beside_an_older_export(outside: str, beside: str) -> None:
    """Whether something is an export is found out without waiting."""
    del outside
    if beside.startswith("old/"):
        target = "old/"
        Path("old").mkdir()
    else:
        target = f"old.{'duckdb' if 'duckdb' in beside else 'sqlite'}"
        assert (await _ended("export", "--lake", "l", "-o", target)).code == Exit.DONE
    os.mkfifo(beside)
    said = await asyncio.wait_for(
        harvester("export", "--lake", "l", "-o", target, "--force"), SECONDS
    )
    assert "Traceback" not in said.err
    assert said.code == (Exit.DONE if "sqlite" in target else Exit.USAGE), said


@pytest.mark.parametrize("place", ["Trusted/TMDB/Parquet/Movies/details/dt=2020-01-01", "x"])
async def test_folders_in_one_another(outside: str, place: str) -> None:
    """Thousands of them are no part of a lake: a build does not walk them."""
    del outside
    here, path = Path.cwd(), Path("l") / place
    path.mkdir(parents=True)
    os.chdir(path)
    for _ in range(2000):
        os.mkdir("a")  # noqa: PTH102 - no path of them all is short enough
        os.chdir("a")
    Path("part-0.parquet").write_text("")
    os.chdir(here)
    try:
        assert (await _ended("trusted", "--rebuild", "--lake", "l")).code == Exit.DONE
    finally:
        _flatten(path)


def _flatten(path: Path) -> None:
    """Remove folders in one another, which pytest could not: each is moved up before it."""
    while (path / "a/a").exists():
        (path / "a/a").rename(path / "b")
        (path / "a").rmdir()
        (path / "b").rename(path / "a")


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("place", [*TRUSTED, *REFINED])
def test_anything_in_any_place(outside: str, place: str, kind: Kind) -> None:
    """Each command of the zones over each kind of name, in each place of a zone's."""
    _put(kind, place)
    _judge(place, outside)


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", [b"a\nb", b"\xff\xfe", b"n" * 247, b"\x1b[31m", b"' OR 1"])
@pytest.mark.parametrize("folder", ODD)
def test_odd_names(outside: str, folder: str, name: bytes) -> None:
    """A file or a folder of any name that a file system takes."""
    at = os.fsencode(Path("l") / folder) + b"/" + name
    shutil.copy(b"outside/part-0.parquet", at + b".parquet")
    os.mkdir(at)  # noqa: PTH102 - bytes
    shutil.copy(b"outside/part-0.parquet", at + b"/part-0.parquet")
    _judge(folder or "Trusted", outside)
