"""A client for S3, or for a server that speaks it; settings are AWS's own, read by botocore."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import aioboto3
from aiobotocore.config import AioConfig
from botocore.exceptions import BotoCoreError

from harvester.errors import LakeError
from harvester.stores.s3.errors import translated

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

# As botocore does for its own: without any handler, Python prints what is logged with a traceback,
# such as credentials that can't be renewed, beside the sentence that we raise.
logging.getLogger("aiobotocore").addHandler(logging.NullHandler())


@asynccontextmanager
async def open_client(uri: str) -> AsyncIterator["S3Client"]:
    """Open a client in the running loop and close it at the end; no request is sent yet.

    Raises `LakeError`, which names the lake `uri`, when AWS's settings are wrong.
    """
    # Servers other than AWS seldom answer to bucket.host, so they get host/bucket.
    own_endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    config = AioConfig(
        retries={"mode": "standard", "total_max_attempts": 5},
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=32,
        s3={"addressing_style": "path"} if own_endpoint else None,
    )
    async with AsyncExitStack() as stack:
        with translated(uri):
            try:
                client = await stack.enter_async_context(
                    aioboto3.Session().client("s3", config=config)
                )
            except ValueError as error:
                if isinstance(error, BotoCoreError):
                    raise
                raise LakeError(f"{uri}: AWS_ENDPOINT_URL_S3 is no URL: correct it.") from error
        yield client
