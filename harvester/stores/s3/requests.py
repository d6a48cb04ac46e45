"""What requests to S3 need beyond botocore: more retries, a timeout, a checksum to compare."""

import base64
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from harvester.errors import StoreDown
from harvester.stores.files import CHUNK

if TYPE_CHECKING:
    from types_aiobotocore_s3.type_defs import GetObjectOutputTypeDef

TRIES = 6


class RetryStore(StoreDown):
    """S3 requires a retry that botocore does not make; a `StoreDown` after the last attempt."""


retried = retry(
    retry=retry_if_exception_type(RetryStore),
    stop=stop_after_attempt(TRIES),
    wait=wait_random_exponential(multiplier=0.1, max=2),
    reraise=True,
)


def patience(size: int) -> float:
    """Return the timeout in seconds of a PUT, including all its retries.

    aiohttp has no timeout before a request's last byte is sent: neither for a peer that accepts no
    more bytes nor for a proxy that never answers `Expect: 100-continue`, which botocore sends for
    a file. The slowest supported connection has 50 kB/s.
    """
    return 300 + size / 50_000


def crc32_of(response: Mapping[str, Any]) -> int | None:
    """Return the object's CRC32 if S3 sent it; a composite one is not that of the bytes."""
    value = response.get("ChecksumCRC32", "")
    if not value or "-" in value or response.get("ChecksumType") == "COMPOSITE":
        return None
    return int.from_bytes(base64.b64decode(value), "big")


def crc32_text(crc: int) -> str:
    """Return a CRC32 in S3's format."""
    return base64.b64encode(crc.to_bytes(4, "big")).decode()


async def body_chunks(response: "GetObjectOutputTypeDef") -> AsyncGenerator[bytes, None]:
    """Combine what the socket returns, about 64 KiB at a time, into chunks of a useful size."""
    body = response["Body"]
    async with body:
        gathered = bytearray()
        while piece := await body.read(CHUNK):
            gathered += piece
            if len(gathered) >= CHUNK:
                yield bytes(gathered)
                gathered.clear()
        if gathered:
            yield bytes(gathered)
