"""One contract for every store: a folder, S3 simulated by moto, and S3 served by SeaweedFS.

SeaweedFS is tested with HTTP and HTTPS: with the first, botocore sends a signed body with its
checksum in a header; with the second, an unsigned chunked body with a trailing checksum, as to AWS.
"""

import asyncio
import hashlib
import os
import time
import tracemalloc
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from s3_servers import S3Server

from harvester.errors import InputError, LakeError
from harvester.stores import Entry, Store, open_store

BIG = 12_000_000


@pytest.fixture(
    params=[
        "local",
        "moto_s3",
        pytest.param("seaweedfs", marks=[pytest.mark.slow]),
        "seaweedfs_tls",
    ]
)
def lake(request: pytest.FixtureRequest, tmp_path: Path, fresh_bucket: Callable[..., str]) -> str:
    """Return the URI of an empty lake, one for each kind of store."""
    if request.param == "local":
        return str(tmp_path / "lake")
    return fresh_bucket(request.getfixturevalue(request.param)) + "/some/prefix"


@pytest.fixture
async def store(lake: str) -> AsyncIterator[Store]:
    """Open the empty lake, and leave no connection half closed.

    A connection whose body was not read to the end finishes its TLS shutdown after its client is
    closed, and asyncio warns when the loop ends earlier:
    https://docs.aiohttp.org/en/stable/client_advanced.html#graceful-shutdown
    """
    before = len(_watched())
    async with open_store(lake) as opened:
        yield opened
    started = time.monotonic()
    while len(_watched()) > before and time.monotonic() - started < 10:  # noqa: ASYNC110 - nothing to await
        await asyncio.sleep(0.01)


def _watched() -> list[object]:
    """Return what the running loop watches: its own pipe, and each connection."""
    loop: Any = asyncio.get_running_loop()
    return list(loop._selector.get_map())


@pytest.fixture
def walks_folders(request: pytest.FixtureRequest) -> bool:
    """Return whether it is SeaweedFS, which lists by folder, and emptied folders for a while."""
    kind: str = request.node.callspec.params["lake"]
    return kind.startswith("seaweedfs")


async def keys(store: Store, prefix: str = "") -> list[str]:
    """List the keys alone."""
    return [entry.key async for entry in store.list(prefix)]


async def read(store: Store, key: str) -> bytes:
    """Stream a whole object."""
    return b"".join([chunk async for chunk in store.stream(key)])


def test_uri_is_what_the_user_wrote(lake: str) -> None:
    """The URI is the one the user gave, so that messages name what the user knows."""

    async def uri() -> str:
        async with open_store(lake) as store:
            return store.uri

    assert asyncio.run(uri()) == lake


async def test_put_then_get(store: Store) -> None:
    """A get returns what was put."""
    await store.put("a/b.json", b'{"a":1}\n')
    assert await store.get("a/b.json") == b'{"a":1}\n'


async def test_put_replaces(store: Store) -> None:
    """A second put replaces the first."""
    await store.put("a/b.json", b"a longer first")
    await store.put("a/b.json", b"second")
    assert await store.get("a/b.json") == b"second"


async def test_get_of_nothing(store: Store) -> None:
    """A missing key gives None, and so does a folder's name or a key below an object."""
    await store.put("a/b.json", b"x")
    assert await store.get("a/c.json") is None
    assert await store.get("a") is None
    assert await store.get("nowhere/c.json") is None


async def test_empty_object(store: Store) -> None:
    """An object of no bytes is an object."""
    await store.put("empty", b"")
    assert await store.get("empty") == b""
    assert await read(store, "empty") == b""
    assert [entry async for entry in store.list("")] == [Entry("empty", 0)]
    assert not await store.create("empty", b"x")
    assert await store.create("empty", b"")


async def test_big_object(store: Store) -> None:
    """12 MB are written by one PUT, read back equal, and streamed in chunks of about 1 MiB."""
    data = bytes(range(250)) * (BIG // 250)
    await store.put("big", data)
    assert await store.get("big") == data
    chunks = [chunk async for chunk in store.stream("big")]
    assert b"".join(chunks) == data
    assert max(map(len, chunks)) < 2 << 20
    assert len(chunks) <= BIG // (1 << 20) + 1


async def test_stream_of_nothing(store: Store) -> None:
    """A stream can't return None, so a missing object is the user's error."""
    with pytest.raises(LakeError, match=r"holds no a/b: check its name"):
        await read(store, "a/b")


async def test_stream_left_early(store: Store) -> None:
    """A reader may stop a stream after its first chunk, and the store still works."""
    await store.put("big", b"x" * BIG)
    stream = store.stream("big")
    assert isinstance(stream, AsyncGenerator)
    assert await anext(stream)
    await stream.aclose()
    assert len(await read(store, "big")) == BIG


async def test_create_is_for_the_first(store: Store) -> None:
    """A free key is written, a taken one is left as it was."""
    assert await store.create("units/1.json", b"first")
    assert not await store.create("units/1.json", b"other")
    assert not await store.create("units/1.json", b"first and more")
    assert not await store.create("units/1.json", b"fir")
    assert await store.get("units/1.json") == b"first"


async def test_create_reads_no_more_than_ours_of_what_is_there(
    request: pytest.FixtureRequest, store: Store
) -> None:
    """An object of a terabyte in a document's place is other bytes than ours, and not held."""
    if request.node.callspec.params["lake"] == "moto_s3":
        pytest.skip("moto holds it in this process")
    await store.put("a", b"x" * BIG)
    tracemalloc.start()
    try:
        assert not await store.create("a", b"ours")
        assert tracemalloc.get_traced_memory()[1] < BIG / 2
    finally:
        tracemalloc.stop()


async def test_create_again_with_our_own_bytes(store: Store) -> None:
    """Finding the same bytes there is a success: a first response may have been lost."""
    assert await store.create("units/1.json", b"same")
    assert await store.create("units/1.json", b"same")


async def test_create_after_delete(store: Store) -> None:
    """A key that was deleted is free again."""
    await store.put("a", b"1")
    await store.delete("a")
    assert await store.create("a", b"2")
    assert await store.get("a") == b"2"


async def test_racing_creates_have_one_winner(store: Store) -> None:
    """Twenty writers at once: exactly one wins, and the object is that one's."""
    bodies = [f"writer {number}".encode() * 1000 for number in range(20)]
    won = await asyncio.gather(*(store.create("units/1.json", body) for body in bodies))
    assert won.count(True) == 1
    assert await store.get("units/1.json") == bodies[won.index(True)]


async def test_a_create_that_is_taken_can_be_proved(store: Store) -> None:
    """A store that keeps its promise refuses a second create and changes nothing by it."""
    await store.create("plan.json", b"plan")
    await store.check_create("plan.json", b"plan")
    assert await store.get("plan.json") == b"plan"
    assert await keys(store) == ["plan.json"]


async def test_only_a_folder_is_one(store: Store, lake: str) -> None:
    """A local lake says where it lies on this machine; a bucket lies nowhere on it."""
    assert store.folder == (None if lake.startswith("s3://") else Path(lake))


def sha256(path: Path) -> str:
    """Return a file's hash, as the reader of its titles gives it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(params=["whole", "in parts"])
def csv(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a file that S3 receives in one PUT, or in parts with a short last one."""
    if request.param == "in parts":
        monkeypatch.setattr("harvester.stores.s3.upload.MULTIPART_ABOVE", 5 << 20)
        monkeypatch.setattr("harvester.stores.s3.upload.PART", 5 << 20)
    source = tmp_path / "movies.csv"
    source.write_bytes(b"id|titulo\r\n" * (1_500_000 if request.param == "in parts" else 300_000))
    return source


async def test_upload_is_create_from_a_file(store: Store, csv: Path, tmp_path: Path) -> None:
    """An upload keeps every byte, repeating it is fine, another file is refused and harmless."""
    sent: list[int] = []
    assert await store.upload("Raw/movies.csv", csv, sha256(csv), sent=sent.append) == "written"
    await asyncio.sleep(0)  # a thread reports through the loop
    assert sum(sent) == csv.stat().st_size
    assert await store.upload("Raw/movies.csv", csv, sha256(csv), sent=sent.append) == "same"
    assert sum(sent) == csv.stat().st_size
    assert await store.get("Raw/movies.csv") == csv.read_bytes()
    other = tmp_path / "other.csv"
    for data in (csv.read_bytes()[:-1] + b"!", b"short"):
        other.write_bytes(data)
        assert await store.upload("Raw/movies.csv", other, sha256(other)) == "taken"
    assert await store.get("Raw/movies.csv") == csv.read_bytes()


async def test_upload_that_replaces(store: Store, csv: Path, tmp_path: Path) -> None:
    """On request, an upload replaces other bytes, but not equal ones."""
    other = tmp_path / "other.csv"
    other.write_bytes(b"id|titulo\n")
    assert await store.upload("a.csv", other, sha256(other), replace=True) == "written"
    assert await store.upload("a.csv", csv, sha256(csv), replace=True) == "replaced"
    assert await store.upload("a.csv", csv, sha256(csv), replace=True) == "same"
    assert await store.get("a.csv") == csv.read_bytes()


async def test_upload_of_a_file_that_changed(store: Store, csv: Path) -> None:
    """If the bytes differ from those read first, nothing is stored."""
    before = sha256(csv)
    csv.write_bytes(csv.read_bytes()[:-1] + b"!")
    with pytest.raises(InputError, match="changed while"):
        await store.upload("a.csv", csv, before)
    assert await keys(store) == []


async def test_racing_uploads_have_one_winner(
    request: pytest.FixtureRequest, store: Store, csv: Path, tmp_path: Path
) -> None:
    """Of two files for one free key one is written, and the other upload learns of it.

    SeaweedFS may complete both of two uploads in parts, since it checks If-None-Match before it
    locks the key: then the one that is kept must be one that was told so.
    """
    params = set(request.node.callspec.params.values())
    if {"moto_s3", "in parts"} <= params:
        pytest.skip("moto has no If-None-Match at the end of an upload in parts")
    other = tmp_path / "other.csv"
    other.write_bytes(csv.read_bytes()[:-1] + b"!")
    files = [csv, other]
    ends = await asyncio.gather(*(store.upload("a.csv", file, sha256(file)) for file in files))
    kept = await store.get("a.csv")
    if "in parts" in params and params & {"seaweedfs", "seaweedfs_tls"}:
        told = [file for file, end in zip(files, ends, strict=True) if end == "written"]
        assert kept in [file.read_bytes() for file in told]
    else:
        assert sorted(ends) == ["taken", "written"]
        assert kept == files[ends.index("written")].read_bytes()


async def test_upload_of_an_empty_file(store: Store, tmp_path: Path) -> None:
    """An empty file is uploaded too; judging it is not the store's task."""
    source = tmp_path / "empty.csv"
    source.touch()
    assert await store.upload("empty.csv", source, sha256(source)) == "written"
    assert await store.get("empty.csv") == b""


async def test_upload_of_a_missing_file(store: Store, tmp_path: Path) -> None:
    """A file that can't be read is an input error, not a lake error."""
    with pytest.raises(InputError, match="can't be read"):
        await store.upload("a.csv", tmp_path / "missing.csv", "")
    assert await keys(store) == []


async def test_list_order_is_that_of_the_bytes(store: Store, walks_folders: bool) -> None:
    """Keys come in the order of their UTF-8 bytes, not folder by folder."""
    names = ["a-b", "a.b", "a/b-c", "a/b/c", "a/b0", "a0", "A", "é", "z", "\U0001f600", "\ufb01"]
    for name in names:
        await store.put(name, b"x")
    found = await keys(store)
    assert (sorted(found) if walks_folders else found) == sorted(names, key=str.encode)


async def test_list_by_prefix(store: Store, walks_folders: bool) -> None:
    """A prefix is the beginning of the key's text: `units/1` matches `units/10`, too."""
    for name in ("units/1", "units/10", "units/2", "unit", "units-old/1", "other/units/1"):
        await store.put(name, b"12345")
    assert await keys(store, "units/1") == ["units/1", "units/10"]
    assert await keys(store, "units/") == ["units/1", "units/10", "units/2"]
    found = await keys(store, "units")
    wanted = ["units-old/1", "units/1", "units/10", "units/2"]
    assert (sorted(found) if walks_folders else found) == wanted
    assert await keys(store, "none/") == []
    assert [entry async for entry in store.list("units/2")] == [Entry("units/2", 5)]


@pytest.mark.slow
async def test_list_of_more_than_a_page(store: Store, moto_s3: S3Server) -> None:
    """S3 lists a thousand at a time; the store has no such limit."""
    if os.environ.get("AWS_ENDPOINT_URL_S3") == moto_s3.endpoint:
        pytest.skip("moto takes ten seconds to hold a thousand objects")
    names = [f"units/{number:06}.json" for number in range(1_050)]
    for start in range(0, len(names), 50):
        await asyncio.gather(*(store.put(name, b"{}") for name in names[start : start + 50]))
    assert await keys(store, "units/") == names


async def test_folders(store: Store) -> None:
    """Names directly below that hold something, sorted; objects and deeper folders are not."""
    for name in ("h/run-2/units/1", "h/run-10/plan", "h/run-2-retry1/a", "h/file", "hh/x"):
        await store.put(name, b"x")
    assert await store.folders("h/") == ["run-10", "run-2", "run-2-retry1"]
    assert await store.folders("") == ["h", "hh"]
    assert await store.folders("none/") == []


async def test_emptied_folder_is_gone(store: Store, walks_folders: bool) -> None:
    """A folder whose last object is deleted is not listed."""
    await store.put("h/run/units/1", b"x")
    await store.delete("h/run/units/1")
    assert await keys(store) == []
    if not walks_folders:
        assert await store.folders("h/") == []


async def test_delete_twice(store: Store) -> None:
    """Deleting a missing object is not an error, even in a missing folder."""
    await store.put("a/b", b"x")
    await store.delete("a/b")
    await store.delete("a/b")
    await store.delete("never/there")
    assert await store.get("a/b") is None


async def test_empty_lake(store: Store) -> None:
    """A lake never written to is empty, which is not an error."""
    assert await keys(store) == []
    assert await store.folders("") == []
    assert await store.get("a") is None
    await store.delete("a")


async def test_unusual_keys(store: Store) -> None:
    """Spaces, plus, percent, quotes and letters of other scripts survive S3's URL encoding."""
    names = ["a b", "a+b", "a%20b", "tt&x=1", "ação.csv", "o'neil", "q?x", "#1"]
    for name in names:
        await store.put(f"odd/{name}", name.encode())
    assert await keys(store, "odd/") == sorted(f"odd/{name}" for name in names)
    assert [await store.get(f"odd/{name}") for name in names] == [n.encode() for n in names]


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "a\0b"])
async def test_bad_keys_are_bugs(store: Store, key: str) -> None:
    """A key outside the lake, or an invalid one, is refused before any request."""
    with pytest.raises(ValueError, match="not a key"):
        await store.get(key)
    for write in (store.put, store.create):
        with pytest.raises(ValueError, match="not a key"):
            await write(key, b"x")
    with pytest.raises(ValueError, match="not a key"):
        await store.delete(key)


async def test_hidden_keys_are_not_written(store: Store) -> None:
    """A key that no listing would show can't be written."""
    with pytest.raises(ValueError, match="hidden"):
        await store.put("a/.b/c", b"x")


async def test_cancelled_put_is_whole_or_absent(store: Store) -> None:
    """Cancelled at ten different moments, a put has written all of its bytes or none."""
    data = b"x" * BIG
    for step in range(10):
        task = asyncio.create_task(store.put(f"cancelled/{step}", data))
        await asyncio.sleep(step * 0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async for entry in store.list("cancelled/"):
        assert entry.size == BIG
        assert await store.get(entry.key) == data


async def test_many_at_once(store: Store) -> None:
    """Sixty puts and gets at once all succeed: more than there are connections or threads."""
    names = [f"many/{number:02}" for number in range(60)]
    await asyncio.gather(*(store.put(name, name.encode() * 100) for name in names))
    got = await asyncio.gather(*(store.get(name) for name in names))
    assert got == [name.encode() * 100 for name in names]


async def test_a_store_without_versions_says_so(store: Store) -> None:
    """A folder and a bucket that nobody made versioned keep no old versions."""
    assert await store.keeps_versions() is False
