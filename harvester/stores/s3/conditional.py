"""PUTs under a condition: what keeps two processes from overwriting each other's objects.

S3 has `If-None-Match: *` since August 2024 and `If-Match` since November. Of the others that speak
S3 some refuse the header and some ignore it, which is worse: each of two writers is told it won.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from yarl import URL

from harvester.errors import LakeError
from harvester.stores.s3.errors import code_of, refuses_condition, translated

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client


@contextmanager
def conditional(client: "S3Client", uri: str) -> Iterator[None]:
    """Translate what a conditional PUT raises, as `translated` does.

    Raises `LakeError` where the store has no such PUTs.
    """
    with translated(uri):
        try:
            yield
        except ClientError as error:
            if not refuses_condition(error):
                raise
            raise LakeError(
                f"{uri}: the store at {_endpoint(client)} has no conditional writes (it answers "
                f"a PUT with If-None-Match or If-Match by {code_of(error)}), which a lake needs so "
                "that no process overwrites another's work: choose a store that has them."
            ) from error


def ignores_condition(client: "S3Client", uri: str) -> LakeError:
    """Return what a store is that wrote an object twice under `If-None-Match: *`."""
    return LakeError(
        f"{uri}: the store at {_endpoint(client)} ignores If-None-Match (it wrote one object "
        "twice), so one process could overwrite another's work: choose a store that has "
        "conditional writes."
    )


def _endpoint(client: "S3Client") -> str:
    """Return where a store answers, without a password that may stand in its URL."""
    url = URL(client.meta.endpoint_url)
    return str(url.with_user(None)) if url.user else str(url)
