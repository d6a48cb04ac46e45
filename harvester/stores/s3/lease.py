"""A lease in S3: one object, written only by conditional PUTs, timed only by S3's clock.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import asyncio
import contextlib
import email.utils
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from harvester.errors import RunHeld, StoreDown
from harvester.stores import lease
from harvester.stores.lease import Holder, held_by, read_holder
from harvester.stores.s3.conditional import conditional
from harvester.stores.s3.errors import BROKEN, code_of, translated
from harvester.stores.s3.requests import retried

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

_MOST_BYTES = 4_096
_TAKEN = {"PreconditionFailed", "NoSuchKey"}


@dataclass(frozen=True, slots=True)
class _Found:
    """The current lease: its bytes, its ETag, and its age by S3's clock."""

    data: bytes
    etag: str
    age: float


class S3Lease:
    """One process's lease on one object."""

    def __init__(self, client: "S3Client", bucket: str, key: str, *, uri: str, work: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._uri = uri
        self._work = work
        self._me = Holder()
        self._renewal = 0
        self._etag = ""

    @asynccontextmanager
    async def held(self, lost: Callable[[RunHeld], None]) -> AsyncIterator[None]:
        """Hold the lease while the context is open, renewing it.

        Raises `RunHeld` when another process holds it, and `StoreDown`, in an exception group,
        when it can't be renewed before it expires. `lost` is called when it was taken over.
        """
        await self._take()
        try:
            async with asyncio.TaskGroup() as group:
                renewal = group.create_task(self._keep(lost))
                try:
                    yield
                finally:
                    renewal.cancel()
        finally:
            await self._give_up()

    async def _take(self) -> None:
        if await self._put(absent=True):
            return
        found = await self._look()
        if found is None:  # released just now
            if await self._put(absent=True):
                return
            raise held_by(self._work, None)
        holder = read_holder(found.data)
        if holder == self._me:  # our own PUT, whose response was lost
            self._etag = found.etag
            return
        if found.age <= lease.LIFE_SECONDS and holder is not None and not holder.is_dead():
            raise held_by(self._work, holder)
        self._etag = found.etag
        if not await self._put(absent=False):
            raise held_by(self._work, None)

    async def _give_up(self) -> None:
        """Delete the lease if it is still ours; one that can't be deleted expires."""
        with contextlib.suppress(ClientError, *BROKEN):
            await self._client.delete_object(Bucket=self._bucket, Key=self._key, IfMatch=self._etag)

    async def _keep(self, lost: Callable[[RunHeld], None]) -> None:
        """Renew until cancelled, or until another process holds the lease."""
        loop = asyncio.get_running_loop()
        renewed_at = loop.time()
        while True:
            await asyncio.sleep(lease.RENEW_SECONDS)
            try:
                if not await self._put(absent=False):
                    found = await self._look()
                    holder = None if found is None else read_holder(found.data)
                    if found is None or holder != self._me:
                        lost(held_by(self._work, holder))
                        return
                    self._etag = found.etag  # our own PUT, whose response was lost
                renewed_at = loop.time()
            except StoreDown:
                # A failing store either ends the run soon enough or recovers.
                if loop.time() - renewed_at > lease.LIFE_SECONDS:
                    raise

    @retried
    async def _put(self, *, absent: bool) -> bool:
        """Write the lease if it is absent, or unchanged since our last write; else return False.

        A 409, sent to concurrent writers, does not say who holds it: the PUT is sent again.
        """
        self._renewal += 1
        body = self._me.to_json(self._renewal)
        with conditional(self._client, self._uri):
            try:
                if absent:
                    answer = await self._client.put_object(
                        Bucket=self._bucket, Key=self._key, Body=body, IfNoneMatch="*"
                    )
                else:
                    answer = await self._client.put_object(
                        Bucket=self._bucket, Key=self._key, Body=body, IfMatch=self._etag
                    )
            except ClientError as error:
                if code_of(error) in _TAKEN:
                    return False
                raise
        self._etag = answer["ETag"]
        return True

    async def _look(self) -> _Found | None:
        with translated(self._uri):
            try:
                answer = await self._client.get_object(Bucket=self._bucket, Key=self._key)
            except ClientError as error:
                if code_of(error) == "NoSuchKey":
                    return None
                raise
            body = answer["Body"]
            async with body:
                data = await body.read(_MOST_BYTES)  # a longer one is none of ours
        date = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
        age = email.utils.parsedate_to_datetime(date) - answer["LastModified"]
        return _Found(data, answer["ETag"], age.total_seconds())
