"""What only applies to a folder: hidden files, killed processes, paths that are not folders."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harvester.errors import LakeError, StoreDown
from harvester.stores import open_store
from harvester.stores.local.store import LocalStore

RACER = """
import asyncio, sys
from harvester.stores import open_store

async def main():
    async with open_store("lake") as store:
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(50):
            won = await store.create(f"units/{number}", sys.argv[1].encode() * 10_000)
            print(number if won else "lost", flush=True)

asyncio.run(main())
"""

KILLED = """
import asyncio
from harvester.stores import open_store

async def main():
    async with open_store("lake") as store:
        for number in range(10_000):
            await store.put(f"units/{number % 7}", b"x" * 12_000_000)
            print("written", flush=True)

asyncio.run(main())
"""


def files_below(folder: Path) -> list[str]:
    """Return every file, hidden ones included."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def listed(store: LocalStore) -> list[str]:
    """Return the keys that a reader sees."""
    return [entry.key async for entry in store.list("")]


async def test_reading_makes_nothing(tmp_path: Path) -> None:
    """A dry run opens, lists and reads a missing lake, and does not create it."""
    async with open_store("lake") as store:
        assert [entry async for entry in store.list("Raw/")] == []
        assert await store.folders("Raw/") == []
        assert await store.get("Raw/a") is None
        with pytest.raises(LakeError):
            await anext(store.stream("Raw/a"))
        await store.delete("Raw/a")
    assert not (tmp_path / "lake").exists()


async def test_no_temporary_file_stays(tmp_path: Path) -> None:
    """After puts, won and lost creates, and a failed one, only the objects are there."""
    store = LocalStore(tmp_path / "lake")
    await store.put("a/b", b"1")
    await store.create("a/c", b"2")
    await store.create("a/c", b"3")
    (tmp_path / "lake/a/folder").mkdir()
    with pytest.raises(LakeError):
        await store.put("a/folder", b"4")
    assert files_below(tmp_path / "lake") == ["a/b", "a/c"]


async def test_crash_before_the_name_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure between writing and renaming the hidden file leaves the old object, no new one."""
    store = LocalStore(tmp_path / "lake")
    await store.put("a/old", b"old")

    def crash(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", crash)
    monkeypatch.setattr(os, "link", crash)
    with pytest.raises(StoreDown, match="failing"):
        await store.put("a/old", b"new")
    with pytest.raises(StoreDown, match="failing"):
        await store.create("a/new", b"new")
    assert await store.get("a/old") == b"old"
    assert files_below(tmp_path / "lake") == ["a/old"]


async def test_bytes_and_name_are_synced_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is synced before it gets its name, and the name before put returns."""
    steps = []
    fsync, replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        steps.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    def note_replace(path: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    await LocalStore(tmp_path / "lake").put("new/a", b"1")
    assert steps[:2] == [tmp_path.name, "lake"]
    assert steps[2].startswith(".harvester-")
    assert steps[3:] == ["rename", "new"]


def test_killed_writer_leaves_whole_objects(tmp_path: Path) -> None:
    """SIGKILL during 12 MB writes: every listed object is whole, and no hidden file is listed."""
    for pause in (0.0, 0.01, 0.02, 0.03):
        with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"written\n"
            time.sleep(pause)
            process.send_signal(signal.SIGKILL)
        keys = asyncio.run(listed(LocalStore(tmp_path / "lake")))
        assert keys
        for key in keys:
            assert (tmp_path / "lake" / key).read_bytes() == b"x" * 12_000_000


def test_leftovers_of_the_dead_are_swept(tmp_path: Path) -> None:
    """A writer removes old hidden files of processes that are gone, and no other files."""
    folder = tmp_path / "lake/units"
    folder.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    kept = {
        f".harvester-{os.getpid()}-{'a' * 16}.tmp": "a living process may yet use it",
        f".harvester-{gone.pid}-{'b' * 16}.tmp": "fresh: it may be another container's",
        ".hidden": "not ours",
        f".harvester-{gone.pid}-short.tmp": "not quite our name",
    }
    for name in [*kept, f".harvester-{gone.pid}-{'c' * 16}.tmp"]:
        (folder / name).write_bytes(b"half")
        if "b" * 16 not in name:
            os.utime(folder / name, (time.time() - 7200,) * 2)
    store = LocalStore(tmp_path / "lake")
    asyncio.run(store.put("units/1", b"x"))
    assert files_below(folder) == sorted([*kept, "1"])
    assert asyncio.run(listed(store)) == ["units/1"]


def test_two_processes_race(tmp_path: Path) -> None:
    """Fifty keys, two processes: each key has one winner, and contains the winner's bytes."""
    with (
        subprocess.Popen(
            [sys.executable, "-c", RACER, "a"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as first,
        subprocess.Popen(
            [sys.executable, "-c", RACER, "b"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as second,
    ):
        assert first.stdin is not None
        assert first.stdout is not None
        assert second.stdin is not None
        assert second.stdout is not None
        for output in (first.stdout, second.stdout):
            assert output.readline() == b"ready\n"
        for order in (first.stdin, second.stdin):
            order.write(b"go\n")
            order.flush()
        won = [output.read().split() for output in (first.stdout, second.stdout)]
    for number in range(50):
        winners = [name for name, lines in zip("ab", won, strict=True) if b"%d" % number in lines]
        assert len(winners) == 1
        body = (tmp_path / f"lake/units/{number}").read_bytes()
        assert body == winners[0].encode() * 10_000


async def test_cancelled_put_does_nothing_later(tmp_path: Path) -> None:
    """When a cancelled put has returned, its thread is done too: no late write undoes a delete."""
    store = LocalStore(tmp_path / "lake")
    task = asyncio.create_task(store.put("a", b"x" * 12_000_000))
    await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.delete("a")
    await asyncio.sleep(0.1)
    assert files_below(tmp_path / "lake") == []


async def test_hidden_names_are_not_listed(tmp_path: Path) -> None:
    """Hidden files, and files in hidden folders, are not objects."""
    store = LocalStore(tmp_path / "lake")
    await store.put("a/b", b"x")
    for name in (".hidden", "a/.hidden", ".git/config", "a/.cache/x"):
        path = tmp_path / "lake" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    assert await listed(store) == ["a/b"]
    assert await store.folders("") == ["a"]
    assert await store.folders("a/") == []


async def test_what_is_no_regular_file_is_not_listed(tmp_path: Path) -> None:
    """A pipe or a broken link in a lake does not stop a listing; a link to a file is a file."""
    store = LocalStore(tmp_path / "lake")
    await store.put("a", b"x")
    os.mkfifo(tmp_path / "lake/pipe")
    (tmp_path / "lake/broken").symlink_to("nowhere")
    (tmp_path / "lake/link").symlink_to("a")
    assert await listed(store) == ["a", "link"]


async def test_lake_on_a_file(tmp_path: Path) -> None:
    """A lake that is a file, or below one, is a setting to fix, for readers and writers."""
    (tmp_path / "file").write_text("not a folder")
    for root in (tmp_path / "file", tmp_path / "file/lake"):
        store = LocalStore(root)
        for attempt in (store.get("a"), store.put("a", b"x"), store.create("a", b"x")):
            with pytest.raises(LakeError, match=r"refuses us \((Not a directory|File exists)\)"):
                await attempt
        with pytest.raises(LakeError):
            await listed(store)
        with pytest.raises(LakeError):
            await store.folders("")
        with pytest.raises(LakeError):
            await store.delete("a")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
@pytest.mark.parametrize("root", ["/proc/lake", "/sys/lake"])
async def test_read_only_lake(root: str) -> None:
    """A folder that can't be written to, even by root, is the user's to fix; reading it works."""
    store = LocalStore(Path(root))
    with pytest.raises(LakeError, match="refuses us"):
        await store.put("a/b", b"x")
    assert await store.get("a/b") is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
async def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is not a wrong setting: the run can be resumed once there is space."""
    store = LocalStore(tmp_path / "lake")
    await store.put("old", b"old")
    real = Path.open

    def on_full_disk(path: Path, mode: str = "r") -> object:
        return real(Path("/dev/full"), "wb") if mode == "xb" else real(path, mode)

    monkeypatch.setattr(Path, "open", on_full_disk)
    with pytest.raises(StoreDown, match="is full"):
        await store.put("old", b"new")
    assert await store.get("old") == b"old"


async def test_folder_removed_meanwhile(tmp_path: Path) -> None:
    """A folder that another program removed is created again."""
    store = LocalStore(tmp_path / "lake")
    await store.put("a/b", b"x")
    (tmp_path / "lake/a/b").unlink()
    (tmp_path / "lake/a").rmdir()
    await store.put("a/b", b"y")
    assert await store.get("a/b") == b"y"


async def test_files_are_readable_by_others(tmp_path: Path) -> None:
    """An object gets the permissions of any new file, not those of a private temporary one."""
    plain = tmp_path / "plain"
    plain.touch()
    await LocalStore(tmp_path / "lake").put("a", b"x")
    assert (tmp_path / "lake/a").stat().st_mode == plain.stat().st_mode
