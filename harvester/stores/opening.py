"""A lake's URI → its store, chosen by the scheme."""

import os
import re
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

from harvester.errors import SettingError
from harvester.stores.store import Store

# All names S3 has ever allowed, including old ones in us-east-1; S3 itself validates the rest.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,254}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")


def open_store(lake: str) -> AbstractAsyncContextManager[Store]:
    """Return the store of a lake: `s3://bucket[/prefix]`, or a local folder (created if needed).

    There is no I/O before the first method is awaited. Raises `SettingError` for anything else;
    the message shows only its scheme, as the rest may contain a password.
    """
    scheme, separator, rest = lake.partition("://")
    if not separator:
        return _open_local(lake)
    if scheme.lower() == "s3":
        return _open_s3(rest)
    shown = f"{scheme}://…" if _SCHEME.fullmatch(scheme) else "this"
    raise SettingError(f"A lake is s3://bucket[/prefix] or a local folder, and {shown} is neither.")


def _open_local(folder: str) -> AbstractAsyncContextManager[Store]:
    from harvester.stores.local.store import LocalStore  # noqa: PLC0415 - one of two

    if not folder:
        raise SettingError("The lake is empty: give s3://bucket[/prefix] or a local folder.")
    if "\0" in folder or not _is_path(folder):
        raise SettingError("The lake's name has a character that no folder's may have: remove it.")
    try:
        return nullcontext(LocalStore(Path(folder).expanduser()))
    except RuntimeError as error:
        raise SettingError("The lake begins with ~ but there is no home folder.") from error


def _is_path(folder: str) -> bool:
    """Say whether the system can be given this name: it can't be half of a surrogate pair."""
    try:
        os.fsencode(folder)
    except UnicodeEncodeError:
        return False
    return True


def _open_s3(location: str) -> AbstractAsyncContextManager[Store]:
    bucket, _, path = location.partition("/")
    segments = [segment for segment in path.split("/") if segment]
    if not bucket:
        raise SettingError("The lake s3:// names no bucket: write s3://bucket[/prefix].")
    if not _BUCKET.fullmatch(bucket):
        raise SettingError("The lake's bucket is no bucket name: write s3://bucket[/prefix].")
    if {".", ".."} & set(segments):
        raise SettingError("The lake's prefix may not hold . or .. as a folder's name.")

    # aioboto3 takes 0.45 s to import, which `--help` and a local lake need not wait for.
    from harvester.stores.s3.store import open_s3  # noqa: PLC0415 - see above

    return open_s3(bucket, "/".join(segments))
