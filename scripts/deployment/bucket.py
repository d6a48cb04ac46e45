"""The lake's bucket: one that the stack makes, or one that is there already."""

import itertools
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from deployment.account import Account, code
from harvester.errors import SettingError

_MARK = {"Key": "tmdb-harvester", "Value": "lake"}
"""The tag that template.yaml gives to a bucket that a stack makes."""


def exists(account: Account, name: str) -> bool:
    """Say whether a bucket is there, ours, and in the stack's region. Raises `SettingError`."""
    try:
        answer = account.client("s3").head_bucket(Bucket=name)
    except ClientError as error:
        if code(error) in {"404", "NoSuchBucket"}:
            return False
        raise SettingError(
            f"bucket {name} is not to be used ({code(error)}): it may be another account's or "
            "another region's; name another one by BUCKET"
        ) from None
    region = answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region", account.region)
    if region != account.region:
        raise SettingError(
            f"bucket {name} is in {region}, and the stack would be in {account.region}: "
            f"set AWS_REGION to {region}"
        )
    return True


def send_events(account: Account, name: str) -> None:
    """Let an adopted bucket tell EventBridge of uploads; its other notifications stay."""
    s3 = account.client("s3")
    found = s3.get_bucket_notification_configuration(Bucket=name)
    found.pop("ResponseMetadata", None)
    if "EventBridgeConfiguration" not in found:
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={**found, "EventBridgeConfiguration": {}}
        )


def is_made_by_stack(account: Account, name: str) -> bool:
    """Say whether a bucket has the tag of those that a stack made."""
    try:
        tags = account.client("s3").get_bucket_tagging(Bucket=name)["TagSet"]
    except ClientError as error:
        if code(error) in {"NoSuchTagSet", "NoSuchBucket"}:
            return False
        raise
    return _MARK in tags


def empty(account: Account, name: str, prefix: str = "") -> int:
    """Delete what a bucket holds below a prefix, with all versions; return how many those were."""
    s3 = account.client("s3")
    count = 0
    for part in _parts(_versions(s3, name, prefix)):
        refused = s3.delete_objects(Bucket=name, Delete={"Objects": part, "Quiet": True})
        for one in refused.get("Errors", []):
            raise SettingError(
                f"{name} keeps {one['Key']} ({one['Code']}): check who may delete it"
            )
        count += len(part)
    return count


def delete(account: Account, name: str) -> None:
    """Delete an empty bucket."""
    account.client("s3").delete_bucket(Bucket=name)


def _versions(s3: Any, name: str, prefix: str) -> Iterator[dict[str, str]]:
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=name, Prefix=prefix)
    for page in pages:
        for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            yield {"Key": one["Key"], "VersionId": one["VersionId"]}


def _parts(versions: Iterator[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """Yield a thousand at a time, the most that one request deletes."""
    while part := list(itertools.islice(versions, 1000)):
        yield part
