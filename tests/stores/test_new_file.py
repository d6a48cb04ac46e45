"""A file or a folder has its name once it is whole, or not at all."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harvester.errors import UserError
from harvester.stores import new_file
from harvester.stores.new_file import written_beside
from harvester.stores.rename import NotOffered


def _write(target: Path, text: str | None, *, force: bool = False, folder: bool = False) -> None:
    with written_beside(target, force=force) as new:
        if folder:
            new.mkdir()
            (new / "a").write_text(text)  # type: ignore[arg-type]  # None is the error
        else:
            new.write_text(text)  # type: ignore[arg-type]  # None is the error
        assert new.name == target.name


@pytest.mark.parametrize("folder", [False, True])
def test_it_is_there_whole_or_not_at_all(folder: bool, tmp_path: Path) -> None:
    """A taken name is refused, `force` replaces; an error leaves the old, and nothing beside."""
    target = tmp_path / "x"

    def text() -> str:
        return (target / "a" if folder else target).read_text()

    _write(target, "one", folder=folder)
    assert text() == "one"
    with (
        pytest.raises(UserError, match="exists: --force replaces it"),
        written_beside(target, force=False) as new,
    ):
        new.mkdir() if folder else new.write_text("two")
    assert text() == "one"
    _write(target, "three", force=True, folder=folder)
    assert text() == "three"
    with pytest.raises(TypeError):
        _write(target, None, force=True, folder=folder)
    assert text() == "three"
    assert os.listdir(tmp_path) == ["x"]  # noqa: PTH208 - hidden ones, too


@pytest.mark.parametrize("folder", [False, True])
def test_without_an_exclusive_rename(
    folder: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the file system has none, a free name is taken and a taken one refused all the same."""

    def not_offered(_old: Path, _new: Path) -> None:
        raise NotOffered

    monkeypatch.setattr(new_file, "rename_exclusively", not_offered)
    _write(tmp_path / "x", "one", folder=folder)
    with pytest.raises(UserError, match="exists"):
        _write(tmp_path / "x", "two", folder=folder)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def _link(path: Path) -> None:
    path.with_name("old").write_text("old")
    path.symlink_to("old")


def _dead_link(path: Path) -> None:
    path.symlink_to("none")


SPECIAL = (_pipe, _socket, _link, _dead_link)


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("make", SPECIAL)
def test_what_is_no_regular_file(
    make: Callable[[Path], None], force: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused before anything is written, also when it comes later, and stays as it is."""
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    target = Path("x")
    make(target)
    before = target.lstat()
    with (
        pytest.raises(UserError, match="x is no regular file, and is not replaced by one"),
        written_beside(target, force=force),
    ):
        pytest.fail("it must not come so far")
    late = Path("late")

    def write() -> None:
        with written_beside(late, force=force) as new:
            new.write_text("one")
            target.rename(late)

    with pytest.raises(UserError, match="late is no regular file"):
        write()
    assert (late.lstat().st_ino, late.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert set(os.listdir()) <= {"late", "old"}  # noqa: PTH208 - hidden ones, too


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    """No such folder, a file in its place: one sentence that names the target."""
    (tmp_path / "file").write_text("")
    for target in (tmp_path / "none" / "x", tmp_path / "file" / "x"):
        with (
            pytest.raises(UserError, match=f"{target} can't be written: "),
            written_beside(target, force=True),
        ):
            pytest.fail("it must not come so far")


def test_what_killed_processes_left_is_removed_later(tmp_path: Path) -> None:
    """An hour after the last write in it; what is younger, or has another name, stays."""
    ours = tmp_path / ".harvester-1-0123abcd.new"
    young = tmp_path / ".harvester-2-0123abcd.new"
    theirs = tmp_path / ".harvester-x.new"
    for folder in (ours, young, theirs):
        folder.mkdir()
        (folder / "part").write_text("")
        for path in (folder / "part", folder):
            os.utime(path, (time.time() - 4000, time.time() - 4000))
    os.utime(young / "part")
    _write(tmp_path / "x", "one")
    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, theirs.name, "x"]


def test_a_folder_that_may_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written to all the same."""

    def refused(_: Path) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "iterdir", refused)
        _write(tmp_path / "x", "one")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
