"""The lake in a bucket of S3, or of an S3-compatible server (`AWS_ENDPOINT_URL_S3`).

Settings are AWS's own, read by botocore: credentials, region, endpoint, proxy, CA bundle. botocore
retries a request until it has the response's headers; failures within a body are retried here.
Checksums (CRC32, sent with each PUT and verified on each GET) are botocore's default.
"""

import asyncio
import builtins
import hashlib
import os
import random
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import ClientPayloadError
from botocore.exceptions import ClientError, FlexibleChecksumError

from harvester.errors import DocumentError, InputError, RunHeld, StoreDown
from harvester.stores.files import opened
from harvester.stores.keys import check_key, check_new_key, check_prefix, is_hidden, is_key
from harvester.stores.s3.client import open_client
from harvester.stores.s3.conditional import conditional, ignores_condition
from harvester.stores.s3.errors import BROKEN, code_of, translated
from harvester.stores.s3.lease import S3Lease
from harvester.stores.s3.requests import TRIES, RetryStore, body_chunks, crc32_of, patience, retried
from harvester.stores.s3.upload import LARGEST, PARTS_IN_FLIGHT, FileUpload, Sent
from harvester.stores.store import Entry, Upload, ignore, missing, too_large

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_s3.type_defs import GetObjectOutputTypeDef


@asynccontextmanager
async def open_s3(bucket: str, prefix: str) -> AsyncIterator["S3Store"]:
    """Open a client in the running loop and close it at the end; no request is sent yet.

    Raises `LakeError` when the AWS settings are wrong.
    """
    async with open_client(f"s3://{bucket}/{prefix}".rstrip("/")) as client:
        yield S3Store(client, bucket, prefix)


class S3Store:
    """A `Store` below one prefix of a bucket; `prefix` is empty or has no `/` at its ends."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._root = f"{prefix}/" if prefix else ""
        self._slots = asyncio.Semaphore(PARTS_IN_FLIGHT)

    @property
    def uri(self) -> str:
        """`s3://bucket/prefix`, without a `/` at its end."""
        return f"s3://{self._bucket}/{self._root}".rstrip("/")

    @property
    def folder(self) -> Path | None:
        """None: a bucket is no folder."""
        return None

    @retried
    async def put(self, key: str, data: bytes) -> None:
        """Write an object with one PUT, which is atomic in S3."""
        check_new_key(key)
        with translated(self.uri):
            async with asyncio.timeout(patience(len(data))):
                await self._client.put_object(Bucket=self._bucket, Key=self._root + key, Body=data)

    @retried
    async def create(self, key: str, data: bytes) -> bool:
        """Write an object with one PUT with `If-None-Match: *`.

        A 412 may be the response to our own PUT, resent after a lost response, so the existing
        object is read: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        check_new_key(key)
        if await self._put_if_absent(key, data):
            return True
        try:
            found = await self.get(key, most=len(data))
        except DocumentError:
            return False
        if found is None:
            raise RetryStore(f"{self.uri}: {key} comes and goes: resume later.")
        return found == data

    @retried
    async def check_create(self, key: str, data: bytes) -> None:
        """Write an object once more by one PUT with `If-None-Match: *`, which must answer 412."""
        check_new_key(key)
        if await self._put_if_absent(key, data):
            raise ignores_condition(self._client, self.uri)

    @retried
    async def upload(
        self,
        key: str,
        path: Path,
        sha256: str,
        *,
        replace: bool = False,
        sent: Callable[[int], None] = ignore,
    ) -> Upload:
        """Check the existing object, write using `FileUpload`, and verify the stored checksum."""
        check_new_key(key)
        with opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > LARGEST:
                raise InputError(f"{path} is larger than S3 takes in our parts (84 GB): split it.")
            there = await self._holds(key, size, sha256)
            if there:
                return "same"
            if there is False and not replace:
                return "taken"
            one = FileUpload(self._client, self.uri, self._bucket, self._root + key, self._slots)
            written = await one.send(file, size, sha256, replace=there is False, sent=sent)
        if written is not None:
            if not await self._is_ours(key, size, written):
                return "taken"
            return "written" if there is None else "replaced"
        # A 412 may be the response to our own request, resent after a lost response.
        held = await self._holds(key, size, sha256)
        if held is None:
            raise RetryStore(f"{self.uri}: {key} comes and goes: resume later.")
        if held:
            sent(size)
        return "written" if held else "taken"

    @retried
    async def get(self, key: str, *, most: int | None = None) -> bytes | None:
        """Return an object's bytes, checksum verified; a body that breaks off is fetched again."""
        check_key(key)
        with translated(self.uri):
            response = await self._open(key)
            if response is None:
                return None
            body = response["Body"]
            if most is not None and response["ContentLength"] > most:
                body.close()
                raise too_large(key, most)
            async with body:
                try:
                    return await body.read()
                except BROKEN as error:
                    raise RetryStore(f"{self.uri} cuts off {key}: resume later.") from error

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Yield an object's bytes; a body that breaks off is resumed at that offset.

        S3 sends no checksum for a range, so the whole is verified against the first response's.
        """
        check_key(key)
        with translated(self.uri):
            response = await self._open(key)
        if response is None:
            raise missing(self.uri, key)
        size, etag, expected = response["ContentLength"], response["ETag"], crc32_of(response)
        offset, crc = 0, 0
        for attempt in range(TRIES):
            if attempt:
                with translated(self.uri):
                    response = await self._reopen(key, offset, etag)
            try:
                async with aclosing(body_chunks(response)) as chunks:
                    async for chunk in chunks:
                        offset += len(chunk)
                        crc = zlib.crc32(chunk, crc)
                        yield chunk
            except FlexibleChecksumError as error:
                raise StoreDown(f"{self.uri} sends {key} damaged: resume later.") from error
            except BROKEN:
                await asyncio.sleep(random.uniform(0, 0.1 * 2**attempt))
            if offset == size:
                break
        else:
            raise StoreDown(f"{self.uri} keeps cutting off {key}: resume later.")
        if expected not in {None, crc}:
            raise StoreDown(f"{self.uri} sends {key} damaged: resume later.")

    async def list(self, prefix: str) -> AsyncIterator[Entry]:
        """Yield objects page by page, without what is no key: `../a`, `a//b`, `a/` of S3's console.

        The order is the server's: AWS sorts by bytes, SeaweedFS lists `a/b` before `a-b`.
        """
        check_prefix(prefix)
        pages = self._client.get_paginator("list_objects_v2")
        with translated(self.uri):
            async for page in pages.paginate(Bucket=self._bucket, Prefix=self._root + prefix):
                for item in page.get("Contents", []):
                    key = item["Key"].removeprefix(self._root)
                    if is_key(key) and not is_hidden(key):
                        yield Entry(key, item["Size"])

    async def folders(self, prefix: str) -> builtins.list[str]:
        """Return S3's `CommonPrefixes` as bare names; SeaweedFS lists emptied ones for a while."""
        check_prefix(prefix)
        below = self._root + prefix
        pages = self._client.get_paginator("list_objects_v2")
        found = []
        with translated(self.uri):
            async for page in pages.paginate(Bucket=self._bucket, Prefix=below, Delimiter="/"):
                found += [item["Prefix"] for item in page.get("CommonPrefixes", [])]
        names = [folder.removeprefix(below).rstrip("/") for folder in found]
        return sorted(name for name in names if name and not is_hidden(name))

    async def delete(self, key: str) -> None:
        """Remove an object; for S3 it is not an error if there is none."""
        check_key(key)
        with translated(self.uri):
            await self._client.delete_object(Bucket=self._bucket, Key=self._root + key)

    async def keeps_versions(self) -> bool:
        """Ask whether the bucket is, or was, versioned; False where there is no answer to that."""
        try:
            found = await self._client.get_bucket_versioning(Bucket=self._bucket)
        except (ClientError, *BROKEN):
            return False
        return "Status" in found

    def hold(
        self, key: str, work: str, lost: Callable[[RunHeld], None]
    ) -> AbstractAsyncContextManager[None]:
        """Hold a lease on one object using conditional PUTs and S3's clock."""
        check_new_key(key)
        lease = S3Lease(self._client, self._bucket, self._root + key, uri=self.uri, work=work)
        return lease.held(lost)

    async def _put_if_absent(self, key: str, body: bytes) -> bool:
        """PUT if the key is free; a 409, sent to concurrent writers, raises `RetryStore`."""
        with conditional(self._client, self.uri):
            try:
                async with asyncio.timeout(patience(len(body))):
                    await self._client.put_object(
                        Bucket=self._bucket, Key=self._root + key, Body=body, IfNoneMatch="*"
                    )
            except ClientError as error:
                if code_of(error) == "PreconditionFailed":
                    return False
                raise
        return True

    async def _holds(self, key: str, size: int, sha256: str) -> bool | None:
        """Return whether an object is this exact file; None if there is no object."""
        with translated(self.uri):
            response = await self._open(key)
        if response is None:
            return None
        response["Body"].close()
        if response["ContentLength"] != size:
            return False
        theirs = hashlib.sha256()
        async for chunk in self.stream(key):
            theirs.update(chunk)
        return theirs.hexdigest() == sha256

    async def _is_ours(self, key: str, size: int, written: Sent) -> bool:
        """Compare the checksum S3 reports with what was sent; read the object if it has none.

        Raises `StoreDown` where other bytes are kept under the ETag that was given to ours.
        """
        with translated(self.uri):
            kept = await self._client.head_object(
                Bucket=self._bucket, Key=self._root + key, ChecksumMode="ENABLED"
            )
        theirs = crc32_of(kept)
        if theirs is None:
            theirs = 0
            async for chunk in self.stream(key):
                theirs = zlib.crc32(chunk, theirs)
        if (kept["ContentLength"], theirs) == (size, written.crc):
            return True
        if kept["ETag"] != written.etag:
            return False
        raise StoreDown(f"{self.uri} keeps other bytes as {key} than were sent: write again.")

    async def _open(self, key: str) -> "GetObjectOutputTypeDef | None":
        try:
            return await self._client.get_object(Bucket=self._bucket, Key=self._root + key)
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise
        except ClientPayloadError as error:  # of a refusal's body, which botocore does not retry
            raise RetryStore(f"{self.uri} cuts off {key}: resume later.") from error

    async def _reopen(self, key: str, offset: int, etag: str) -> "GetObjectOutputTypeDef":
        try:
            return await self._client.get_object(
                Bucket=self._bucket, Key=self._root + key, Range=f"bytes={offset}-", IfMatch=etag
            )
        except ClientError as error:
            if code_of(error) in {"PreconditionFailed", "NoSuchKey"}:
                raise StoreDown(f"{self.uri}: {key} changed while we read it: resume.") from error
            raise
