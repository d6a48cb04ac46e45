"""A lake on a file system without hard links, locks or fsync of folders works, or says why not."""

import asyncio
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from poor_file_system import take_away

from harvester.errors import LakeError, RunHeld, StoreDown
from harvester.stores import open_store
from harvester.stores.local.store import LocalStore

NO_LINKS = [
    errno.EPERM,
    errno.EACCES,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.EXDEV,
    errno.EMLINK,
    errno.EINVAL,
]
NO_LOCKS = [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EOPNOTSUPP]
NO_SYNC = [errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS, errno.EACCES]

RACER = """
import asyncio, errno, sys
from poor_file_system import take_away
from harvester.stores import open_store

take_away(["links"], setattr)

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
from poor_file_system import take_away
from harvester.stores import open_store

take_away(["links", "folder syncs"], setattr)

async def main():
    async with open_store("lake") as store:
        for number in range(10_000):
            await store.create(f"units/{number}", b"x" * 3_000_000)
            print("written", flush=True)

asyncio.run(main())
"""


def _below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _line(process: "subprocess.Popen[bytes]") -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


def _python(code: str, *args: str) -> "subprocess.Popen[bytes]":
    fakes = Path(__file__).parents[2] / "fakes"
    return subprocess.Popen(
        [sys.executable, "-c", code, *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(fakes), *sys.path])},
    )


@pytest.mark.parametrize("number", NO_LINKS)
async def test_without_hard_links(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first create wins and the second loses, whatever link(2) says; nothing is left over."""
    take_away(["links"], monkeypatch.setattr, number)
    store = LocalStore(tmp_path / "lake")
    assert await store.create("units/1", b"ours")
    assert await store.create("units/1", b"ours")
    assert not await store.create("units/1", b"another's")
    await store.check_create("units/1", b"ours")
    assert await store.get("units/1") == b"ours"
    assert _below(tmp_path / "lake") == ["units/1"]


@pytest.mark.parametrize("number", NO_LINKS)
async def test_without_hard_links_and_exclusive_renames(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The feature and the lake are named, and not our rights; no file is made under the name."""
    take_away(["links", "exclusive renames"], monkeypatch.setattr, number)
    store = LocalStore(tmp_path / "lake")
    with pytest.raises(LakeError, match=f"{tmp_path / 'lake'} .*hard links.*exclusive renames"):
        await store.create("units/1", b"ours")
    assert _below(tmp_path / "lake") == []
    await store.put("a", b"still taken")
    assert await store.get("a") == b"still taken"


async def test_a_failing_link_is_no_missing_feature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is not taken for one without links."""
    take_away(["links"], monkeypatch.setattr, errno.ENOSPC)
    with pytest.raises(StoreDown, match="is full"):
        await LocalStore(tmp_path / "lake").create("a", b"x")


@pytest.mark.parametrize("number", NO_SYNC)
async def test_without_fsync_of_folders(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Puts, creates and deletes do without."""
    take_away(["folder syncs"], monkeypatch.setattr, number)
    store = LocalStore(tmp_path / "lake")
    await store.put("new/a", b"1")
    assert await store.create("new/b", b"2")
    await store.delete("new/a")
    assert _below(tmp_path / "lake") == ["new/b"]


async def test_a_folder_whose_fsync_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing disk is not passed over."""
    take_away(["folder syncs"], monkeypatch.setattr, errno.EIO)
    with pytest.raises(StoreDown, match="failing"):
        await LocalStore(tmp_path / "lake").put("a", b"1")


@pytest.mark.parametrize("number", NO_LOCKS)
async def test_without_locks(
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The run is held without a lock, and one warning says so and names it."""
    take_away(["locks"], monkeypatch.setattr, number)
    store = LocalStore(tmp_path / "lake")
    async with store.hold("r/lease.json", "20261124-0", lambda _: None):
        await store.put("a", b"x")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "no locks" in caplog.text
    assert "20261124-0" in caplog.text


async def test_a_lock_that_another_has_is_no_missing_one(tmp_path: Path) -> None:
    """Where there are locks, a second holder is refused."""
    store = LocalStore(tmp_path / "lake")
    async with store.hold("r/lease.json", "r", lambda _: None):
        with pytest.raises(RunHeld):
            async with store.hold("r/lease.json", "r", lambda _: None):
                pass


async def test_a_file_system_that_gives_one_name_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One whose exclusive rename replaces files after all is found out."""
    take_away(["links"], monkeypatch.setattr)
    monkeypatch.setattr("harvester.stores.files.rename_exclusively", os.replace)
    store = LocalStore(tmp_path / "lake")
    await store.create("plan.json", b"plan")
    with pytest.raises(LakeError, match="choose a folder on another"):
        await store.check_create("plan.json", b"plan")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
async def test_too_many_open_files_for_a_moment(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write waits until other work of this process has closed its files."""
    calls = []
    fsync = os.fsync

    def sync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) < 3:
            raise OSError(number, os.strerror(number))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    store = LocalStore(tmp_path / "lake")
    assert await store.create("units/1", b"ours")
    assert _below(tmp_path / "lake") == ["units/1"]


async def test_too_many_open_files_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it does not pass, the run is to be resumed, and the sentence says what is short."""
    monkeypatch.setattr("harvester.stores.local.working.worked.retry.stop", lambda _: True)
    take_away(["folder syncs"], monkeypatch.setattr, errno.EMFILE)
    with pytest.raises(StoreDown, match="Too many open files"):
        await LocalStore(tmp_path / "lake").put("a", b"x")


def test_two_processes_race_without_links(tmp_path: Path) -> None:
    """Fifty keys, two processes: each key has one winner, and holds the winner's bytes."""
    with _python(RACER, "a") as first, _python(RACER, "b") as second:
        for process in (first, second):
            assert _line(process) == b"ready\n"
        for process in (first, second):
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
        won = [[_line(process).strip() for _ in range(50)] for process in (first, second)]
    for number in range(50):
        winners = [name for name, lines in zip("ab", won, strict=True) if b"%d" % number in lines]
        assert len(winners) == 1
        body = (tmp_path / f"lake/units/{number}").read_bytes()
        assert body == winners[0].encode() * 10_000


def test_killed_creator_leaves_whole_objects(tmp_path: Path) -> None:
    """SIGKILL amid creates by rename: every object seen is whole."""
    for _ in range(3):
        with _python(KILLED) as process:
            assert _line(process) == b"written\n"
            process.send_signal(signal.SIGKILL)
    assert asyncio.run(_sizes(tmp_path / "lake")) == {3_000_000}


async def _sizes(lake: Path) -> set[int]:
    async with open_store(str(lake)) as store:
        return {entry.size async for entry in store.list("")}
