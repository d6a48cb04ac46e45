"""Renames beyond the standard library: never over a name, and two names at once."""

import ctypes
import errno
from pathlib import Path
from typing import Any

import pytest

from harvester.stores import rename


class _Library:
    """A C library with one function, which fails with an error number."""

    def __init__(self, name: str, number: int) -> None:
        def fail(*_: Any) -> int:
            ctypes.set_errno(number)
            return -1

        setattr(self, name, fail)


def _fail(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: _Library(name, number))


def test_a_free_name_is_given(tmp_path: Path) -> None:
    """The file has its new name, and the old one is free."""
    (tmp_path / "a").write_bytes(b"a")
    rename.rename_exclusively(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"a"
    assert not (tmp_path / "a").exists()


def test_a_taken_name_is_left(tmp_path: Path) -> None:
    """Neither file is touched."""
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    with pytest.raises(FileExistsError):
        rename.rename_exclusively(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == b"a"
    assert (tmp_path / "b").read_bytes() == b"b"


def test_two_names_are_exchanged(tmp_path: Path) -> None:
    """Each name has what the other had, whether file or folder."""
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").mkdir()
    rename.exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").is_dir()
    assert (tmp_path / "b").read_bytes() == b"a"


@pytest.mark.parametrize("name", ["renameat2", "renamex_np"])
@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM])
def test_what_is_not_offered(name: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system or file system without such a rename is told from one that fails."""
    _fail(monkeypatch, name, number)
    for renamed in (rename.rename_exclusively, rename.exchange):
        with pytest.raises(rename.NotOffered):
            renamed(Path("a"), Path("b"))


def test_a_library_without_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """An old C library has neither function."""
    _fail(monkeypatch, "another", 0)
    with pytest.raises(rename.NotOffered):
        rename.rename_exclusively(Path("a"), Path("b"))


def test_a_failure_is_the_systems_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full or failing disk is no missing feature."""
    _fail(monkeypatch, "renameat2", errno.EIO)
    with pytest.raises(OSError, match="b") as caught:
        rename.rename_exclusively(Path("a"), Path("b"))
    assert caught.value.errno == errno.EIO
