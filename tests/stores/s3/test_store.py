"""What only applies to S3: refusals, lost responses, broken bodies, racing conditional writes."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiobotocore.httpsession import AIOHTTPSession
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError, ConnectionClosedError
from fault_proxy import LOSE, Fault, FaultProxy, cut, damage_last_byte, refuse, running_proxy
from s3_servers import S3Server

from harvester.errors import LakeError, StoreDown
from harvester.stores import Store, open_store
from harvester.stores.s3.store import S3Store

SLOW_DOWN = refuse("503 Slow Down", "SlowDown")
CONFLICT = refuse("409 Conflict", "ConditionalRequestConflict")
BODY = bytes(range(256)) * 16_384


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore and the store wait almost no time before retries."""
    monkeypatch.setattr("random.uniform", lambda *_: 0.001)
    monkeypatch.setattr(
        "botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.001
    )


@pytest.fixture
def lake(seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str]) -> str:
    """Make a bucket of SeaweedFS, with AWS's variables pointing there."""
    return fresh_bucket(seaweedfs)


@pytest.fixture
async def proxy(
    seaweedfs: S3Server, lake: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FaultProxy]:
    """Run a proxy in front of SeaweedFS, with AWS's variables pointing at the proxy."""
    async with running_proxy(seaweedfs.endpoint) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", running.endpoint)
        yield running


@pytest.fixture
async def store(proxy: FaultProxy, lake: str) -> AsyncIterator[Store]:
    """Open a fresh bucket through the proxy."""
    async with open_store(lake) as opened:
        yield opened


async def read(store: Store, key: str) -> bytes:
    """Stream a whole object."""
    return b"".join([chunk async for chunk in store.stream(key)])


def sha256(path: Path) -> str:
    """Return a file's hash."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def every_refusal(lake: str, tmp_path: Path) -> list[str]:
    """Call every method on a lake that refuses access, and return the messages."""
    said = []
    source = tmp_path / "movies.csv"
    source.write_bytes(b"x" * 300_000)
    async with open_store(lake) as store:

        async def listing() -> list[object]:
            return [entry async for entry in store.list("")]

        for ask in (
            store.put("a", b"x"),
            store.create("a", b"x"),
            store.upload("a", source, sha256(source)),
            store.get("a"),
            read(store, "a"),
            listing(),
            store.folders(""),
            store.delete("a"),
        ):
            with pytest.raises(LakeError) as caught:
                await ask
            said.append(str(caught.value))
    return said


async def test_no_such_bucket(
    seaweedfs: S3Server, s3_env: Callable[[S3Server], None], tmp_path: Path
) -> None:
    """Each method names the missing bucket and says what to do."""
    s3_env(seaweedfs)
    for sentence in await every_refusal("s3://no-such-bucket/prefix", tmp_path):
        assert sentence == (
            "s3://no-such-bucket/prefix: there is no such bucket: make it, or correct its name."
        )


async def test_wrong_secret(lake: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A wrong secret is the user's to fix, and no message contains a key or a signature."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    for sentence in await every_refusal(lake, tmp_path):
        assert sentence == (
            f"{lake}: our secret key does not fit the access key: "
            "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile."
        )


async def test_unknown_access_key(
    lake: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An access key that the server does not know is the user's to fix, and is not shown."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "unknown-key")
    for sentence in await every_refusal(lake, tmp_path):
        assert "does not know our access key" in sentence
        assert "unknown-key" not in sentence


async def test_no_credentials(lake: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without credentials every method says how to provide them."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    for sentence in await every_refusal(lake, tmp_path):
        assert "no AWS credentials were found" in sentence


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AWS_PROFILE", "nobody", "profile does not exist"),
        ("AWS_ENDPOINT_URL_S3", "no url", "is no URL"),
        ("AWS_REGION", "no region", "AWS_REGION"),
    ],
)
async def test_wrong_settings_of_aws(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """A wrong AWS setting is named as the thing to fix, before any request."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", value if name == "AWS_REGION" else "us-east-1")
    monkeypatch.setenv(name, value)
    with pytest.raises(LakeError, match=said):
        async with open_store("s3://bucket") as store:
            await store.get("a")


async def test_refused_connection(
    seaweedfs: S3Server, s3_env: Callable[[S3Server], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A port where nothing listens: resume later, reported quickly, with no URL in the message."""
    s3_env(seaweedfs)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    started = time.monotonic()
    async with open_store("s3://bucket") as store:
        with pytest.raises(StoreDown) as caught:
            await store.put("a", b"x")
        with pytest.raises(StoreDown):
            [entry async for entry in store.list("")]
    assert str(caught.value) == (
        "s3://bucket can't be reached (EndpointConnectionError): resume later."
    )
    assert time.monotonic() - started < 10


async def test_lost_answer_to_a_create(store: Store, proxy: FaultProxy) -> None:
    """The PUT succeeds, its response is lost, the retry gets a 412: create still returns True."""
    proxy.faults["PUT"] = [LOSE]
    assert await store.create("units/1", b"ours")
    assert proxy.seen == ["PUT", "PUT", "GET"]
    assert await store.get("units/1") == b"ours"
    assert not await store.create("units/1", b"another's")


async def test_lost_answer_to_an_upload(store: Store, proxy: FaultProxy, tmp_path: Path) -> None:
    """The same for a file: it is rewound, sent again, and recognized by its sha256."""
    source = tmp_path / "movies.csv"
    source.write_bytes(BODY)
    proxy.faults["PUT"] = [LOSE]
    assert await store.upload("movies.csv", source, sha256(source)) == "written"
    assert proxy.seen.count("PUT") == 2
    assert await store.get("movies.csv") == BODY


async def test_slow_down_twice(store: Store, proxy: FaultProxy, tmp_path: Path) -> None:
    """Throttling is waited out by botocore: puts, files, gets and lists come through."""
    source = tmp_path / "movies.csv"
    source.write_bytes(BODY)
    proxy.faults = {"PUT": [SLOW_DOWN, SLOW_DOWN]}
    await store.put("a", b"1")
    proxy.faults = {"PUT": [SLOW_DOWN, SLOW_DOWN]}
    assert await store.upload("b", source, sha256(source)) == "written"
    proxy.faults = {"GET": [SLOW_DOWN, SLOW_DOWN]}
    assert await store.get("a") == b"1"
    proxy.faults = {"GET": [SLOW_DOWN, SLOW_DOWN]}
    assert [entry.key async for entry in store.list("")] == ["a", "b"]
    assert await store.get("b") == BODY


async def test_slow_down_for_ever(store: Store, proxy: FaultProxy) -> None:
    """Five tries in total, then the run can be resumed later."""
    proxy.faults["PUT"] = [SLOW_DOWN] * 9
    with pytest.raises(StoreDown, match=r"keeps failing \(SlowDown\): resume later"):
        await store.put("a", b"1")
    assert proxy.seen == ["PUT"] * 5


async def test_conflict_is_retried(store: Store, proxy: FaultProxy) -> None:
    """A 409 does not say who won: the create is retried until S3 decides."""
    proxy.faults["PUT"] = [CONFLICT, CONFLICT]
    assert await store.create("units/1", b"ours")
    proxy.faults["PUT"] = [CONFLICT]
    assert not await store.create("units/1", b"another's")


async def test_conflict_for_ever(store: Store, proxy: FaultProxy) -> None:
    """A 409 that does not end means that the store is down for now."""
    proxy.faults["PUT"] = [CONFLICT] * 9
    with pytest.raises(StoreDown, match="being written elsewhere"):
        await store.create("units/1", b"ours")


async def test_taken_key_that_vanishes(store: Store, proxy: FaultProxy) -> None:
    """A create that gets a 412 for an object that is gone by then is retried, and succeeds."""
    proxy.faults["PUT"] = [refuse("412 Precondition Failed", "PreconditionFailed")]
    assert await store.create("units/1", b"ours")
    assert proxy.seen == ["PUT", "GET", "PUT"]


async def test_stream_is_resumed(store: Store, proxy: FaultProxy) -> None:
    """A body cut off twice is resumed where it was cut, and the result is correct."""
    await store.put("big", BODY)
    proxy.seen.clear()
    proxy.faults["GET"] = [cut(1_500_000), cut(1_200_000)]
    assert await read(store, "big") == BODY
    first, *ranges = proxy.seen
    starts = [int(asked.removeprefix("GET bytes=").rstrip("-")) for asked in ranges]
    assert first == "GET"
    assert 0 < starts[0] <= 1_500_000
    assert starts[0] < starts[1] <= 2_700_000


async def test_stream_cut_for_ever(store: Store, proxy: FaultProxy) -> None:
    """A body that is cut off every time is abandoned after a few tries."""
    await store.put("big", BODY)
    proxy.faults["GET"] = [cut(1_000)] * 99
    with pytest.raises(StoreDown, match="keeps cutting off big"):
        await read(store, "big")
    assert proxy.seen.count("GET") < 10


async def test_object_replaced_while_streamed(store: Store, proxy: FaultProxy) -> None:
    """The rest of a new object is never joined to the start of an old one."""
    await store.put("big", BODY)
    proxy.faults["GET"] = [cut(1_500_000)]
    stream = store.stream("big")
    await anext(stream)
    await store.put("big", BODY[::-1])
    with pytest.raises(StoreDown, match="changed while we read it"):
        [chunk async for chunk in stream]


async def test_get_of_a_cut_body(store: Store, proxy: FaultProxy) -> None:
    """A get whose body is cut off is retried."""
    await store.put("a", BODY)
    proxy.faults["GET"] = [cut(5_000), cut(0)]
    assert await store.get("a") == BODY


async def test_get_of_what_is_absent_by_a_cut_answer(store: Store, proxy: FaultProxy) -> None:
    """That there is no such object is heard, though the refusal's body breaks off twice."""
    proxy.faults["GET"] = [cut(3)] * 2
    assert await store.get("Raw/nothing") is None
    assert not proxy.faults["GET"]


async def test_damaged_get_is_asked_again(store: Store, proxy: FaultProxy) -> None:
    """Bytes that arrive damaged are detected by their checksum and fetched again."""
    await store.put("a", BODY)
    proxy.faults["GET"] = [Fault(response=damage_last_byte)]
    assert await store.get("a") == BODY
    assert proxy.seen == ["PUT", "GET", "GET"]


@pytest.mark.parametrize("before", [[], [cut(1_500_000)]], ids=["first", "resumed"])
async def test_damaged_stream_is_refused(
    store: Store, proxy: FaultProxy, before: list[Fault]
) -> None:
    """A damaged stream does not end normally, even when only a later part is damaged."""
    await store.put("big", BODY)
    proxy.faults["GET"] = [*before, Fault(response=damage_last_byte)]
    with pytest.raises(StoreDown, match="damaged"):
        await read(store, "big")


async def test_damaged_put_is_refused(store: Store, proxy: FaultProxy) -> None:
    """Bytes damaged in transit are refused by the server's check, and nothing is stored."""
    proxy.faults["PUT"] = [Fault(request=damage_last_byte)] * 9
    with pytest.raises((StoreDown, LakeError)):
        await store.put("a", b"some bytes")
    assert await store.get("a") is None


async def test_wrong_checksum_is_refused_by_seaweedfs(store: Store) -> None:
    """The tests' server does verify checksums, so the tests above prove something."""
    assert isinstance(store, S3Store)
    with pytest.raises(ClientError):
        await store._client.put_object(
            Bucket=store._bucket, Key="a", Body=b"some bytes", ChecksumCRC32="AAAAAA=="
        )
    assert await store.get("a") is None


async def test_lost_answer_by_tls(
    seaweedfs_tls: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """With HTTPS, where a body is sent in chunks, it is rewound and sent again, too."""
    send = AIOHTTPSession.send
    sent = []

    async def send_and_lose(session: AIOHTTPSession, request: AWSPreparedRequest) -> object:
        answer = await send(session, request)
        sent.append(request.method)
        if sent.count("PUT") % 2 and request.method == "PUT":
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    monkeypatch.setattr(AIOHTTPSession, "send", send_and_lose)
    source = tmp_path / "movies.csv"
    source.write_bytes(BODY)
    async with open_store(fresh_bucket(seaweedfs_tls)) as store:
        assert await store.create("units/1", b"ours")
        assert await store.upload("movies.csv", source, sha256(source)) == "written"
        assert await store.get("movies.csv") == BODY
    assert sent.count("PUT") == 4


async def test_certificate_nobody_trusts(
    seaweedfs_tls: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A certificate of an unknown authority is a setting to fix."""
    lake = fresh_bucket(seaweedfs_tls)
    monkeypatch.delenv("AWS_CA_BUNDLE")
    async with open_store(lake) as store:
        with pytest.raises(LakeError, match="set AWS_CA_BUNDLE"):
            await store.get("a")


async def test_keys_race_across_clients(lake: str) -> None:
    """Two clients: each key has one winner among six writers (SeaweedFS takes seconds for it)."""
    async with open_store(lake) as first, open_store(lake) as second:
        for number in range(2):
            bodies = [b"%d" % writer * 1000 for writer in range(6)]
            won = await asyncio.gather(
                *(
                    (first, second)[writer % 2].create(f"units/{number}", body)
                    for writer, body in enumerate(bodies)
                )
            )
            assert won.count(True) == 1
            assert await first.get(f"units/{number}") == bodies[won.index(True)]


async def test_put_that_nobody_answers_ends(
    store: Store, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer that accepts no bytes does not block a run forever: aiohttp has no such limit."""
    monkeypatch.setattr("harvester.stores.s3.store.patience", lambda _: 0.3)

    async def never(*_: object) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(FaultProxy, "_answer", never)
    with pytest.raises(StoreDown, match="TimeoutError"):
        await store.put("a", BODY)


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a file of four parts."""
    monkeypatch.setattr("harvester.stores.s3.upload.MULTIPART_ABOVE", 5 << 20)
    monkeypatch.setattr("harvester.stores.s3.upload.PART", 5 << 20)
    source = tmp_path / "large.csv"
    source.write_bytes(BODY * 4 + b"end")
    return source


async def parts_left(store: Store) -> list[str]:
    """Return the keys of the bucket's unfinished uploads."""
    assert isinstance(store, S3Store)
    found = await store._client.list_multipart_uploads(Bucket=store._bucket)
    return [one["Key"] for one in found.get("Uploads", [])]


async def test_part_that_fails_leaves_nothing(store: Store, proxy: FaultProxy, large: Path) -> None:
    """One part that is always refused ends the upload, and the parts that arrived are removed."""
    proxy.faults["PUT partNumber=3"] = [SLOW_DOWN] * 9
    sent: list[int] = []
    with pytest.raises(StoreDown, match=r"keeps failing \(SlowDown\)"):
        await store.upload("a.csv", large, sha256(large), sent=sent.append)
    assert sum(sent) == 0
    assert await parts_left(store) == []
    assert await store.get("a.csv") is None


async def test_cancelled_upload_leaves_nothing(
    store: Store, proxy: FaultProxy, large: Path
) -> None:
    """An upload cancelled after its first part arrived removes that part."""
    arrived = asyncio.Event()
    task = asyncio.create_task(
        store.upload("a.csv", large, sha256(large), sent=lambda _: arrived.set())
    )
    await arrived.wait()
    assert await parts_left(store) == ["a.csv"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await parts_left(store) == []
    assert await store.get("a.csv") is None


async def test_damaged_part_is_refused(store: Store, proxy: FaultProxy, large: Path) -> None:
    """A part that arrives altered never becomes part of an object."""
    proxy.faults["PUT partNumber=2"] = [Fault(request=damage_last_byte)] * 9
    with pytest.raises(StoreDown):
        await store.upload("a.csv", large, sha256(large))
    assert await parts_left(store) == []
    assert await store.get("a.csv") is None


async def test_lost_answer_to_the_last_step(store: Store, proxy: FaultProxy, large: Path) -> None:
    """The upload completes, its response is lost, the retry is refused: it still succeeds."""
    proxy.faults["POST uploadId="] = [LOSE]
    assert await store.upload("a.csv", large, sha256(large)) == "written"
    assert await store.get("a.csv") == large.read_bytes()


async def test_conflict_at_the_last_step(store: Store, proxy: FaultProxy, large: Path) -> None:
    """S3 answers 409 to one of two that complete at once: the whole file is sent again."""
    proxy.faults["POST uploadId="] = [CONFLICT]
    assert await store.upload("a.csv", large, sha256(large)) == "written"
    assert await parts_left(store) == []


async def test_store_that_keeps_other_bytes(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What S3 reports as stored is compared with what was sent."""
    source = tmp_path / "movies.csv"
    source.write_bytes(BODY)
    monkeypatch.setattr("harvester.stores.s3.store.crc32_of", lambda _: 1)
    with pytest.raises(StoreDown, match="keeps other bytes"):
        await store.upload("movies.csv", source, sha256(source))


@pytest.mark.parametrize("size", ["whole", "in parts"])
async def test_another_writer_came_after_us(
    size: str, store: Store, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that let a second writer win, against its condition, keeps the second's: taken."""
    source = large if size == "in parts" else tmp_path / "movies.csv"
    if size == "whole":
        source.write_bytes(BODY)
    assert isinstance(store, S3Store)
    client: Any = store._client
    look = client.head_object

    async def look_later(**asked: Any) -> Any:
        await store.put("movies.csv", b"theirs")
        return await look(**asked)

    monkeypatch.setattr(client, "head_object", look_later)
    assert await store.upload("movies.csv", source, sha256(source)) == "taken"
    assert await store.get("movies.csv") == b"theirs"


@pytest.mark.parametrize(
    "fault",
    [
        refuse("403 Forbidden", "AccessDenied"),
        refuse("501 Not Implemented", "NotImplemented"),
        LOSE,
    ],
)
async def test_versions_that_no_answer_names(fault: Fault, store: Store, proxy: FaultProxy) -> None:
    """Where it may not be asked, is not known or not answered, nothing is said or fails."""
    proxy.faults["GET"] = [fault] * 9
    assert await store.keeps_versions() is False
    assert "GET" in proxy.seen
