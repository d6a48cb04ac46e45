"""No folder or entry of a lake, however deep or odd, ends a listing or hides what is beside it."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harvester.errors import DocumentError, LakeError
from harvester.stores.local.store import LocalStore

RUN = "Raw/TMDB/_harvest/20261127-1a2b3c4d"
ODD = "Raw/TMDB/_harvest/20261126-zz"


@pytest.fixture
async def store(tmp_path: Path) -> LocalStore:
    """Return a lake with one run."""
    store = LocalStore(tmp_path / "lake")
    await store.put(f"{RUN}/plan.json", b"{}")
    return store


async def _runs(store: LocalStore) -> list[str]:
    return await store.folders("Raw/TMDB/_harvest/")


async def _listed(store: LocalStore, prefix: str = "") -> list[str]:
    return [entry.key async for entry in store.list(prefix)]


def _nest(folder: Path, names: list[str]) -> None:
    """Make folders within one another, with a file in the last, beyond what a path can name."""
    at = os.open(folder, os.O_RDONLY)
    for name in names:
        os.mkdir(name, dir_fd=at)
        below = os.open(name, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=at))
    os.close(at)


def _unnest(folder: Path) -> None:
    """Remove what `_nest` made, always the outermost: no path gets long."""
    last = folder.with_name("last")
    while folder.is_dir():
        (inner,) = folder.iterdir()
        inner.rename(last)
        folder.rmdir()
        last.rename(folder)
    folder.unlink()


@pytest.fixture(
    params=[
        ["a"] * 1200,
        pytest.param(["a"] * 3000, marks=pytest.mark.slow),
        ["n" * 250] * 30,
    ]
)
def _deep(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Nest folders beside the run and where CSVs lie, and remove them, which `shutil` can't."""
    odd = [tmp_path / "lake" / at for at in (ODD, "Raw/Local")]
    try:
        for folder in odd:
            folder.mkdir(parents=True)
            _nest(folder, request.param)
        yield
    finally:
        for folder in odd:
            _unnest(folder)


@pytest.mark.timeout(20)
@pytest.mark.usefixtures("_deep")
async def test_folders_are_followed_to_a_depth(
    store: LocalStore, caplog: pytest.LogCaptureFixture
) -> None:
    """1,200 ended in a RecursionError, 3,000 took minutes, and a path too long stopped all runs."""
    assert await _listed(store) == [f"{RUN}/plan.json"]
    assert await _runs(store) == [RUN.rpartition("/")[2]]
    (said,) = caplog.messages
    assert "lies deeper than any file of a lake" in said
    assert "remove it" in said


async def test_a_file_is_found_as_deep_as_folders_are_followed(store: LocalStore) -> None:
    """Whatever a user nests by hand is listed: thirty folders are no attack."""
    key = "Raw/Local/" + "a/" * 29 + "x.csv"
    await store.put(key, b"x")
    assert await _listed(store, "Raw/Local/") == [key]
    assert await store.folders("Raw/") == ["Local", "TMDB"]


async def test_a_link_to_itself_is_nothing(store: LocalStore) -> None:
    """As a broken one is. All runs were refused: "too many levels of symbolic links"."""
    (store.folder or Path()).joinpath(ODD).symlink_to(ODD.rpartition("/")[2])
    assert await _listed(store) == [f"{RUN}/plan.json"]
    assert await _runs(store) == [RUN.rpartition("/")[2]]
    with pytest.raises(DocumentError, match=f"{ODD} is a link"):
        await store.get(f"{ODD}/plan.json")


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Return what has the system refuse one path, as it refuses nothing to root."""
    scandir, lstat = os.scandir, Path.lstat

    def refuse(denied: Path) -> None:
        def check(path: object) -> None:
            if Path(str(path)).is_relative_to(denied):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

        def scan(path: Path) -> object:
            check(path)
            return scandir(path)

        def stat(path: Path) -> os.stat_result:
            check(path.parent)
            return lstat(path)

        monkeypatch.setattr(os, "scandir", scan)
        monkeypatch.setattr(Path, "lstat", stat)

    return refuse


async def test_a_folder_that_cannot_be_read_is_named(
    store: LocalStore, refused: Callable[[Path], None]
) -> None:
    """It is one run's fault, which whoever reads that run is told: other runs go on."""
    await store.put(f"{ODD}/plan.json", b"{}")
    refused((store.folder or Path()) / ODD)
    assert await _runs(store) == [one.rpartition("/")[2] for one in (ODD, RUN)]
    assert await store.get(f"{RUN}/plan.json") == b"{}"
    for work in (lambda: store.get(f"{ODD}/plan.json"), lambda: _listed(store, f"{ODD}/")):
        with pytest.raises(DocumentError, match=rf"{ODD}\S* can't be read \(Permission denied\):"):
            await work()


async def test_a_lake_that_cannot_be_read_is_no_document(
    store: LocalStore, refused: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lake itself is named, once, and not each of its files."""
    refused(store.folder or Path())
    monkeypatch.setattr(os, "access", lambda *_: False)
    for work in (lambda: store.get(f"{RUN}/plan.json"), lambda: _listed(store)):
        with pytest.raises(LakeError, match=r"refuses us \(Permission denied\)") as raised:
            await work()
        assert not isinstance(raised.value, DocumentError)


async def test_a_folder_in_the_place_of_a_file_is_named(store: LocalStore) -> None:
    """It is what to move away, whether a file is written or a lease is held there."""
    where = "is a folder, where a lake has a file: move it away"
    for name in ("x/plan.json", "x/._run"):
        (store.folder or Path()).joinpath(name).mkdir(parents=True)
    with pytest.raises(LakeError, match=rf"x/plan\.json {where}"):
        await store.put("x/plan.json", b"{}")
    with pytest.raises(LakeError, match=rf"x/\._run {where}"):
        async with store.hold("x/_run", "a run", lambda _: None):
            pytest.fail("held a folder")


@pytest.mark.parametrize("fault", [errno.ENOENT, errno.ENAMETOOLONG])
async def test_an_entry_that_vanishes_hides_no_other(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    """A listing that met a file just deleted ended there, as if the folder held no more."""
    for name in "abcdef":
        await store.put(f"x/{name}", b"x")
    scandir = os.scandir

    class Vanishing:
        """An entry whose file is gone once its size is asked for."""

        def __init__(self, entry: os.DirEntry[str]) -> None:
            self._entry = entry

        def __getattr__(self, name: str) -> object:
            return getattr(self._entry, name)

        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            if self._entry.name in {"b", "e"}:
                raise OSError(fault, os.strerror(fault), self._entry.path)
            return self._entry.stat(follow_symlinks=follow_symlinks)

    class Scan:
        """A folder's entries."""

        def __init__(self, path: str) -> None:
            self._scan = scandir(path)

        def __enter__(self) -> "list[Vanishing]":
            with self._scan as entries:
                return [Vanishing(entry) for entry in entries]

        def __exit__(self, *_: object) -> None:
            """Leave nothing open."""

    monkeypatch.setattr(os, "scandir", Scan)
    assert await _listed(store, "x/") == ["x/a", "x/c", "x/d", "x/f"]


async def test_a_lake_whose_name_is_too_long_is_no_folder_too_deep(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It was told as "lies deeper than any file of a lake" of a folder that there was not."""
    store = LocalStore(tmp_path / ("x" * 300))
    assert await store.folders("Raw/") == []
    assert await _listed(store) == []
    assert caplog.messages == []
