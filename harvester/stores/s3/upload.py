"""The upload of one file to S3: one PUT, or parts above 64 MiB, with a CRC32 of the whole.

S3 compares that CRC32 with its own and rejects the object if they differ; for a multipart upload,
this requires a checksum of type FULL_OBJECT:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
With AWS_REQUEST_CHECKSUM_CALCULATION=when_required, for a store that knows no checksums, none is
sent; the store then reads the object back.
"""

import asyncio
import contextlib
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from botocore.exceptions import ClientError

from harvester.stores.files import changed, chunks_of
from harvester.stores.s3.conditional import conditional
from harvester.stores.s3.errors import BROKEN, code_of, translated
from harvester.stores.s3.requests import crc32_text, patience

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_s3.type_defs import CompletedPartTypeDef

MULTIPART_ABOVE = 64 << 20
PART = 8 << 20
PARTS_IN_FLIGHT = 2
"""Parts that one store holds in memory, for any number of files: 16 MiB."""

LARGEST = PART * 10_000
"""S3 allows 10,000 parts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

_SECONDS_TO_ABORT = 30
# S3 already has our object (412), or no longer has the upload that created it.
_TAKEN = {"PreconditionFailed", "NoSuchUpload"}


@dataclass(frozen=True, slots=True)
class Sent:
    """An object as it was written: the CRC32 of its bytes, and the ETag that S3 gave it.

    One with another ETag is another writer's who came after us: some stores check If-None-Match at
    the end of an upload in parts, but not in one step with the write (SeaweedFS 4.48).
    """

    crc: int
    etag: str


class FileUpload:
    """The upload of a file to one key."""

    def __init__(
        self, client: "S3Client", uri: str, bucket: str, key: str, slots: asyncio.Semaphore
    ) -> None:
        self._client = client
        self._uri = uri
        self._bucket = bucket
        self._key = key
        self._slots = slots
        config: Any = client.meta.config
        self._checks = config.request_checksum_calculation != "when_required"

    async def send(
        self,
        file: BinaryIO,
        size: int,
        sha256: str,
        *,
        replace: bool,
        sent: Callable[[int], None],
    ) -> Sent | None:
        """Write the object; None if the key is taken and not to be replaced.

        Raises `InputError` when the file does not match `sha256`, and `RetryStore` for a 409, which
        S3 sends to concurrent writers. The parts of a failed or cancelled upload are removed.
        """
        condition = {} if replace else {"IfNoneMatch": "*"}
        file.seek(0)
        if size > MULTIPART_ABOVE:
            return await self._in_parts(file, size, sha256, condition, sent)
        return await self._whole(file, size, sha256, condition, sent)

    async def _whole(
        self,
        file: BinaryIO,
        size: int,
        sha256: str,
        condition: dict[str, Any],
        sent: Callable[[int], None],
    ) -> Sent | None:
        crc, ours = await asyncio.to_thread(_digests, file)
        if ours != sha256:
            raise changed(file.name)
        file.seek(0)
        with conditional(self._client, self._uri):
            try:
                async with asyncio.timeout(patience(size)):
                    answer = await self._client.put_object(
                        Bucket=self._bucket,
                        Key=self._key,
                        Body=file,
                        ContentLength=size,
                        **self._checked(ChecksumCRC32=crc32_text(crc)),
                        **condition,
                    )
            except ClientError as error:
                if code_of(error) in _TAKEN:
                    return None
                raise
        sent(size)
        return Sent(crc, answer["ETag"])

    async def _in_parts(
        self,
        file: BinaryIO,
        size: int,
        sha256: str,
        condition: dict[str, Any],
        sent: Callable[[int], None],
    ) -> Sent | None:
        with translated(self._uri):
            begun = await self._client.create_multipart_upload(
                Bucket=self._bucket,
                Key=self._key,
                **self._checked(ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT"),
            )
        upload = begun["UploadId"]
        reported = 0

        def tell(number: int) -> None:
            nonlocal reported
            reported += number
            sent(number)

        try:
            crc, parts = await self._send_parts(file, upload, sha256, tell)
            etag = await self._complete(upload, parts, size, crc, condition)
        except BaseException:
            sent(-reported)
            await self._abort(upload)
            raise
        if etag is not None:
            return Sent(crc, etag)
        sent(-reported)
        await self._abort(upload)
        return None

    async def _complete(
        self,
        upload: str,
        parts: "list[CompletedPartTypeDef]",
        size: int,
        crc: int,
        condition: dict[str, Any],
    ) -> str | None:
        """Make the object of its parts and return its ETag; None if the key is taken."""
        with conditional(self._client, self._uri):
            try:
                async with asyncio.timeout(patience(size)):
                    answer = await self._client.complete_multipart_upload(
                        Bucket=self._bucket,
                        Key=self._key,
                        UploadId=upload,
                        MultipartUpload={"Parts": parts},
                        **self._checked(
                            ChecksumCRC32=crc32_text(crc),
                            ChecksumType="FULL_OBJECT",
                            MpuObjectSize=size,
                        ),
                        **condition,
                    )
            except ClientError as error:
                if code_of(error) in _TAKEN:
                    return None
                raise
        return answer["ETag"]

    async def _send_parts(
        self, file: BinaryIO, upload: str, sha256: str, sent: Callable[[int], None]
    ) -> tuple[int, "list[CompletedPartTypeDef]"]:
        """Send a file's parts, a few concurrently, read one by one; the first failure ends all."""
        crc, ours, number = 0, hashlib.sha256(), 0
        tasks: list[asyncio.Task[CompletedPartTypeDef]] = []
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    await self._slots.acquire()
                    try:
                        data = await asyncio.to_thread(file.read, PART)
                    except BaseException:
                        self._slots.release()
                        raise
                    if not data:
                        self._slots.release()
                        break
                    number += 1
                    crc = await asyncio.to_thread(_digest, data, crc, ours)
                    task = group.create_task(self._send_part(data, upload, number, sent))
                    task.add_done_callback(lambda _: self._slots.release())
                    tasks.append(task)
                    del data, task
        except BaseExceptionGroup as group_error:
            raise group_error.exceptions[0] from group_error.exceptions[0].__cause__
        if ours.hexdigest() != sha256:
            raise changed(file.name)
        return crc, [task.result() for task in tasks]

    async def _send_part(
        self, data: bytes, upload: str, number: int, sent: Callable[[int], None]
    ) -> "CompletedPartTypeDef":
        with translated(self._uri):
            async with asyncio.timeout(patience(len(data))):
                answer = await self._client.upload_part(
                    Bucket=self._bucket,
                    Key=self._key,
                    UploadId=upload,
                    PartNumber=number,
                    Body=data,
                    **self._checked(ChecksumAlgorithm="CRC32"),
                )
        sent(len(data))
        part: CompletedPartTypeDef = {"PartNumber": number, "ETag": answer["ETag"]}
        if checksum := answer.get("ChecksumCRC32"):
            part["ChecksumCRC32"] = checksum
        return part

    async def _abort(self, upload: str) -> None:
        """Remove the parts; if the store does not respond, the bucket's lifecycle rules do so."""
        with contextlib.suppress(ClientError, *BROKEN):
            async with asyncio.timeout(_SECONDS_TO_ABORT):
                await self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=self._key, UploadId=upload
                )

    def _checked(self, **fields: Any) -> dict[str, Any]:
        """Return what a request says of a checksum: nothing for a store that knows none."""
        return fields if self._checks else {}


def _digests(file: BinaryIO) -> tuple[int, str]:
    crc, ours = 0, hashlib.sha256()
    for chunk in chunks_of(file):
        crc = _digest(chunk, crc, ours)
    return crc, ours.hexdigest()


def _digest(data: bytes, crc: int, sha256: Any) -> int:
    sha256.update(data)
    return zlib.crc32(data, crc)
