"""Stores that promise conditional writes and checksums and don't keep them: what we say of each."""

import hashlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from fault_proxy import Fault, FaultProxy, refuse, running_proxy
from s3_servers import S3Server

from harvester.errors import LakeError, StoreDown
from harvester.stores import Store, open_store

CONFLICTS = ["ConditionalRequestConflict", "OperationAborted"]
# Stores' own sentences: S3's of a feature it lacks, Backblaze's, Cloudflare's, Alibaba's, Ceph's.
NO_CONDITIONS = [
    ("501 Not Implemented", "NotImplemented", "A header you provided is not implemented."),
    ("501 Not Implemented", "", ""),
    ("400 Bad Request", "InvalidArgument", "Unsupported header 'If-None-Match' received."),
    ("405 Method Not Allowed", "MethodNotAllowed", "no conditional requests"),
]
NO_CHECKSUMS = [
    ("400 Bad Request", "InvalidArgument", "Unsupported header 'x-amz-sdk-checksum-algorithm'"),
    ("501 Not Implemented", "NotImplemented", "Header 'x-amz-checksum-crc32' not implemented"),
    ("501 Not Implemented", "NotImplemented", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
    ("400 Bad Request", "InvalidArgument", "aws-chunked encoding is not supported"),
]


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore and us wait next to nothing before we try again."""
    monkeypatch.setattr("random.uniform", lambda *_: 0.001)
    monkeypatch.setattr(
        "botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.001
    )


@pytest.fixture
async def proxy(
    moto_s3: S3Server, fresh_bucket: Callable[[S3Server], str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FaultProxy]:
    """Run a proxy before an S3 server, with AWS's variables and the lake `s3://…` behind it."""
    monkeypatch.setenv("LAKE", fresh_bucket(moto_s3))
    async with running_proxy(moto_s3.endpoint) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", running.endpoint)
        yield running


@pytest.fixture
async def store(proxy: FaultProxy) -> AsyncIterator[Store]:
    """Open the lake through the proxy."""
    assert proxy.endpoint
    async with open_store(os.environ["LAKE"]) as opened:
        yield opened


async def _hold(store: Store) -> None:
    async with store.hold("r/lease.json", "r", lambda _: None):
        pass


@pytest.mark.parametrize(("status", "code", "message"), NO_CONDITIONS)
async def test_a_store_without_conditional_writes(
    status: str, code: str, message: str, store: Store, proxy: FaultProxy, tmp_path: Path
) -> None:
    """A lease, a create and an upload are refused for good: feature and endpoint are named."""
    file = tmp_path / "f"
    file.write_bytes(b"x")
    for attempt in (
        lambda: _hold(store),
        lambda: store.create("a", b"x"),
        lambda: store.upload("a", file, _SHA256_OF_X),
    ):
        proxy.faults["PUT"] = [refuse(status, code, message)] * 9
        with pytest.raises(LakeError, match=r"has no conditional writes.*If-None-Match") as caught:
            await attempt()
        assert proxy.endpoint in str(caught.value)


async def test_a_store_that_ignores_the_condition(store: Store, proxy: FaultProxy) -> None:
    """One that writes an object twice is found out, and named with the header it ignores."""
    await store.create("plan.json", b"plan")
    proxy.faults["PUT"] = [Fault(answer=_WRITTEN)]
    with pytest.raises(LakeError, match="ignores If-None-Match") as caught:
        await store.check_create("plan.json", b"plan")
    assert proxy.endpoint in str(caught.value)


@pytest.mark.parametrize("code", CONFLICTS)
async def test_a_conflict_that_passes(code: str, store: Store, proxy: FaultProxy) -> None:
    """A 409 at the lease, a put, a create and its proof is tried again, and nobody is refused."""
    conflict = refuse("409 Conflict", code)
    for attempt in (
        lambda: _hold(store),
        lambda: store.put("a", b"x"),
        lambda: store.create("b", b"x"),
        lambda: store.check_create("b", b"x"),
    ):
        proxy.faults["PUT"] = [conflict, conflict]
        await attempt()
        assert not proxy.faults["PUT"]


async def test_a_conflict_that_lasts(store: Store, proxy: FaultProxy) -> None:
    """A 409 that does not end is no other holder: the store is to be come back to."""
    proxy.faults["PUT"] = [refuse("409 Conflict", CONFLICTS[0])] * 99
    with pytest.raises(StoreDown, match="resume later"):
        await _hold(store)


@pytest.mark.parametrize(("status", "code", "message"), NO_CHECKSUMS)
async def test_a_store_that_refuses_checksums(
    status: str, code: str, message: str, store: Store, proxy: FaultProxy
) -> None:
    """Whatever it says, the setting that leaves them out is named, also at a conditional PUT."""
    for attempt in (
        lambda: _hold(store),
        lambda: store.put("a", b"x"),
        lambda: store.create("a", b"x"),
    ):
        proxy.faults["PUT"] = [refuse(status, code, message)] * 9
        with pytest.raises(LakeError, match="AWS_REQUEST_CHECKSUM_CALCULATION=when_required"):
            await attempt()


@pytest.mark.parametrize("parts", [False, True])
async def test_the_setting_leaves_checksums_out(
    parts: bool, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With it no PUT has a header of a checksum; an upload's bytes are compared."""
    if parts:
        monkeypatch.setattr("harvester.stores.s3.upload.MULTIPART_ABOVE", 5 << 20)
        monkeypatch.setattr("harvester.stores.s3.upload.PART", 5 << 20)
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    file = tmp_path / "f"
    file.write_bytes(b"x" * (6 << 20))
    async with open_store(os.environ["LAKE"]) as store:
        await store.put("a", b"x")
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        assert await store.upload("b", file, sha256, replace=True) == "written"
        assert await store.get("b") == file.read_bytes()
    assert not [head for head in proxy.heads if "checksum" in head.lower() and "PUT" in head]


@pytest.mark.parametrize(
    ("status", "code", "message", "says"),
    [
        ("403 Forbidden", "AccessDenied", "not authorized: kms:GenerateDataKey", "GenerateDataKey"),
        ("403 Forbidden", "AccessDenied", "The ciphertext refers to a KMS key", "kms:Decrypt"),
        ("400 Bad Request", "KMS.DisabledException", "key is disabled", "KMS key can't be used"),
        ("400 Bad Request", "KMS.NotFoundException", "no such key", "KMS key can't be used"),
        ("400 Bad Request", "XKMSNotConfigured", "no", "KMS key can't be used"),
        ("403 Forbidden", "AccessDenied", "no right to s3:::kms-lake", "s3:PutObject"),
        ("403 Forbidden", "QuotaExceeded", "no", "quota"),
        ("400 Bad Request", "InvalidRequest", "no", "does not take what we ask"),
    ],
)
async def test_refusals_that_waiting_does_not_end(
    status: str, code: str, message: str, says: str, store: Store, proxy: FaultProxy
) -> None:
    """Each is the user's to fix, and the sentence names what."""
    proxy.faults["PUT"] = [refuse(status, code, message)] * 9
    with pytest.raises(LakeError, match=says):
        await store.put("a", b"x")


@pytest.mark.parametrize("code", ["RequestTimeout", "BadDigest", "IncompleteBody"])
async def test_a_400_that_waiting_may_end(code: str, store: Store, proxy: FaultProxy) -> None:
    """What the network did to a request is no setting to fix."""
    proxy.faults["PUT"] = [refuse("400 Bad Request", code, "x-amz-checksum-crc32 differs")] * 99
    with pytest.raises(StoreDown, match="resume later"):
        await store.put("a", b"x")


_SHA256_OF_X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
_WRITTEN = b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
