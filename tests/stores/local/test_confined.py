"""No name in a lake makes the harvester open, change or empty what is outside it, or wait."""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from harvester.errors import DocumentError, RunHeld
from harvester.stores.local.confined import open_file, read_file, regular
from harvester.stores.local.store import LocalStore

SECRET = b"outside"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a file beside the lake, which every test must leave as it is."""
    path = tmp_path / "outside"
    path.mkdir()
    (path / "file").write_bytes(SECRET)
    return path / "file"


def _link(path: Path, outside: Path) -> None:
    path.symlink_to(outside)


def _broken_link(path: Path, outside: Path) -> None:
    path.symlink_to(outside.with_name("nothing"))


def _pipe(path: Path, _outside: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path, _outside: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path may have a hundred characters
        one.bind(path.name)
        os.chdir(here)


def _device(path: Path, _outside: Path) -> None:
    path.symlink_to("/dev/zero")


PLACED = [_link, _broken_link, _pipe, _socket, _device]
Place = Callable[[Path, Path], None]


def _ignore(_: RunHeld) -> None:
    """Hear that a lease was lost, which a local one never is."""


@pytest.mark.timeout(20)
@pytest.mark.parametrize("place", PLACED)
async def test_what_is_no_file_is_neither_read_nor_written(
    tmp_path: Path, outside: Path, place: Place
) -> None:
    """Each method says so in one sentence that names it; what it points to stays as it is."""
    store = LocalStore(tmp_path / "lake")
    await store.put("a/b", b"x")
    place(tmp_path / "lake/a/c", outside)
    given = tmp_path / "given"
    given.write_bytes(b"given")
    for work in (
        lambda: store.get("a/c"),
        lambda: anext(store.stream("a/c")),
        lambda: store.create("a/c", b"ours"),
        lambda: store.upload("a/c", given, "0" * 64),
    ):
        with pytest.raises(DocumentError, match=r"lake/a/c is .*remove it") as raised:
            await work()
        assert "\n" not in str(raised.value)
    assert outside.read_bytes() == SECRET
    assert list(outside.parent.iterdir()) == [outside]


@pytest.mark.parametrize("place", PLACED)
async def test_a_lease_is_never_a_link(tmp_path: Path, outside: Path, place: Place) -> None:
    """It is emptied when it is taken: 0.1.0 emptied what a link led to."""
    store = LocalStore(tmp_path / "lake")
    await store.put("a/b", b"x")
    place(tmp_path / "lake/a/.lease.json", outside)
    with pytest.raises(DocumentError, match=r"lake/a/\.lease\.json is "):
        async with store.hold("a/lease.json", "r", _ignore):
            pytest.fail("it was taken")
    assert outside.read_bytes() == SECRET
    assert list(outside.parent.iterdir()) == [outside]


async def test_a_link_is_replaced_and_deleted_itself(tmp_path: Path, outside: Path) -> None:
    """A rename and an unlink follow no link."""
    store = LocalStore(tmp_path / "lake")
    await store.put("a/b", b"x")
    for _ in range(2):
        _link(tmp_path / "lake/a/c", outside)
        await store.put("a/c", b"ours")
        assert await store.get("a/c") == b"ours"
        await store.delete("a/c")
    _link(tmp_path / "lake/a/c", outside)
    await store.delete("a/c")
    assert outside.read_bytes() == SECRET
    assert await store.folders("") == ["a"]


@pytest.mark.parametrize("at", ["a", "a/b"])
async def test_no_folder_in_a_lake_is_a_link(tmp_path: Path, outside: Path, at: str) -> None:
    """Neither its files nor what is written, listed, deleted or held is looked for behind it."""
    store = LocalStore(tmp_path / "lake")
    await store.put("x/y", b"x")
    link = tmp_path / "lake" / at
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(outside.parent, target_is_directory=True)
    key = f"{at}/file"
    for work in (
        lambda: store.get(key),
        lambda: store.put(key, b"ours"),
        lambda: store.create(f"{at}/new", b"ours"),
        lambda: store.delete(key),
        lambda: anext(store.list(f"{at}/")),
        lambda: store.hold(f"{at}/lease", "r", _ignore).__aenter__(),
    ):
        with pytest.raises(DocumentError, match=rf"lake/{at} is a link"):
            await _entered(work)
    assert outside.read_bytes() == SECRET
    assert list(outside.parent.iterdir()) == [outside]
    assert "a" in await store.folders("")  # whoever opens it is told


async def _entered(work: Callable[[], object]) -> None:
    """Do a piece of work: await it."""
    await asyncio.wait_for(work(), 10)  # type: ignore[arg-type]


async def test_the_lake_itself_may_be_a_link(tmp_path: Path) -> None:
    """That is the user's own word; so may folders above it."""
    (tmp_path / "disk/real").mkdir(parents=True)
    (tmp_path / "lake").symlink_to("disk/real", target_is_directory=True)
    (tmp_path / "above").symlink_to("disk", target_is_directory=True)
    for root in ("lake", "above/real"):
        store = LocalStore(tmp_path / root)
        await store.put("a/b", root.encode())
        async with store.hold("a/lease.json", "r", _ignore):
            assert await store.get("a/b") == root.encode()
        assert [entry.key async for entry in store.list("")] == ["a/b"]
        assert await store.folders("") == ["a"]
        await store.delete("a/b")


def test_a_file_is_opened_and_a_folder_is_none(tmp_path: Path) -> None:
    """A regular file opens with the flags asked for; a folder is told apart from a wrong file."""
    (tmp_path / "a").write_bytes(b"x")
    descriptor = open_file(tmp_path / "a", os.O_RDWR)
    assert os.write(descriptor, b"yz") == 2
    os.close(descriptor)
    assert (tmp_path / "a").read_bytes() == b"yz"
    with pytest.raises(IsADirectoryError):
        open_file(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_file(tmp_path / "nothing")
    assert regular(tmp_path, "a") == tmp_path / "a"
    assert regular(tmp_path, "nothing") == tmp_path / "nothing"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("place", PLACED)
@pytest.mark.parametrize("was_there", [True, False])
def test_what_is_exchanged_after_the_check_is_not_opened(
    tmp_path: Path,
    outside: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: Place,
    was_there: bool,
) -> None:
    """Between the look at a name and its opening it becomes a link or a pipe: O_NOFOLLOW's work."""
    path, opening = tmp_path / "a", os.open

    def exchanged(at: Path, flags: int, mode: int) -> int:
        path.unlink(missing_ok=True)
        place(path, outside)
        return opening(at, flags, mode)

    for flags in (os.O_RDONLY, os.O_RDWR | os.O_CREAT):
        path.unlink(missing_ok=True)
        if was_there:
            path.write_bytes(b"ours")
        with monkeypatch.context() as patched:
            patched.setattr(os, "open", exchanged)
            with pytest.raises(DocumentError, match=r"/a is (a link|no file|no regular file), "):
                open_file(path, flags)
            with pytest.raises(DocumentError):
                read_file(path)
    assert outside.read_bytes() == SECRET
    assert list(outside.parent.iterdir()) == [outside]


async def test_an_object_of_too_many_bytes_is_not_read(tmp_path: Path) -> None:
    """A document of a terabyte, which takes no room on the disk, takes none in memory."""
    store = LocalStore(tmp_path / "lake")
    await store.put("a", b"1234")
    assert await store.get("a", most=4) == b"1234"
    with pytest.raises(DocumentError, match=r"^a is damaged: it has more than 3 bytes"):
        await store.get("a", most=3)
    os.truncate(tmp_path / "lake/a", 1 << 40)
    with pytest.raises(DocumentError, match=r"^a is damaged: it has more than 1,000 bytes"):
        await store.get("a", most=1000)
