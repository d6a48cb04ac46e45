"""The spool: what is put in comes out, what is dropped makes room, and a full disk is said."""

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import StoreDown
from harvester.upstream.spool import PAGE, Spool


def _spool() -> Spool:
    return Spool(lambda: None)


@given(st.lists(st.tuples(st.integers(0, 3 * PAGE), st.booleans()), max_size=12))
def test_whatever_is_put_in_comes_out(sizes: list[tuple[int, bool]]) -> None:
    """Of any size, while others are dropped and their pages used again."""
    spool = _spool()
    kept = {}
    for number, (size, drop) in enumerate(sizes):
        data = bytes([number + 1]) * size
        kept[number] = (spool.put(data), data)
        if drop:
            del kept[min(kept)]
    for spooled, data in kept.values():
        assert bytes(spooled) == data
        assert len(spooled) == len(data)
    assert spool.held == sum(-(-len(data) // PAGE) * PAGE for _, data in kept.values())
    spool.close()


def test_dropped_pages_are_used_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file grows no further than what is held at once, and has no name."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    spool = _spool()
    for _ in range(50):
        spool.put(b"x" * 3 * PAGE)
    assert spool.held == 0
    assert spool._file is not None
    assert os.fstat(spool._file.fileno()).st_size == 3 * PAGE
    assert os.fstat(spool._file.fileno()).st_dev == tmp_path.stat().st_dev
    assert list(tmp_path.iterdir()) == []
    spool.close()


def test_no_file_before_it_is_needed() -> None:
    """Most runs never have one."""
    spool = _spool()
    assert spool._file is None
    spool.close()


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It names the folder and the way out, and the pages are free again."""

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("os.pwrite", full)
    spool = _spool()
    with pytest.raises(StoreDown) as caught:
        spool.put(b"x")
    assert str(tmp_path) in str(caught.value)
    assert "No space left on device" in str(caught.value)
    assert "TMPDIR" in str(caught.value)
    del caught
    spool.close()


def test_a_folder_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sentence, whatever is wrong with it."""
    monkeypatch.setattr("harvester.upstream.spool.roomy_folder", lambda: "/no/such/folder")
    with pytest.raises(StoreDown, match=r"/no/such/folder .*No such file"):
        _spool().put(b"x")
