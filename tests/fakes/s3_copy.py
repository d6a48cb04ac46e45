"""Copies a lake from and to S3 with boto3, a client that the harvester does not use."""

from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from s3_servers import S3Server


def download(uri: str, server: S3Server, folder: Path) -> Path:
    """Copy everything below `s3://bucket[/prefix]` into a folder; return that folder."""
    s3 = _client(server)
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            path = folder / entry["Key"].removeprefix(prefix).lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read())
    return folder


def upload(folder: Path, uri: str, server: S3Server) -> None:
    """Copy every file of a folder to below `s3://bucket[/prefix]`."""
    s3 = _client(server)
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    for path in folder.rglob("*"):
        if path.is_file():
            key = f"{prefix}/{path.relative_to(folder).as_posix()}".lstrip("/")
            s3.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())


def _client(server: S3Server) -> Any:
    return boto3.client(
        "s3", endpoint_url=server.endpoint, config=Config(retries={"mode": "standard"})
    )
