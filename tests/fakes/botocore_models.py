"""Lets the sessions of one process, and of its forks, share botocore's parsed models.

Each new session would parse them again: 0.2 s of CPU, a thousand times over all tests.
"""

import functools

import botocore.session


def share() -> None:
    """Share what is parsed from now on."""
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)


def parse_s3() -> None:
    """Share the models of S3, and parse them now: for a process that forks."""
    share()
    session = botocore.session.Session()
    session.create_client("s3", "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
