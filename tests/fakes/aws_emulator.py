"""An AWS account on this machine: the emulator `ministack`, patched, with TLS, judging by IAM.

It is in a Python of its own (`make .venv-aws/.aws`), with the AWS CLI.
"""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from held_ports import held_ports
from manual import ROOT
from tls_certificate import make_certificate

EMULATOR = ROOT / ".venv-aws/bin/python"
ACCOUNT = "123456789012"
REGION = "us-east-1"
_SECONDS_TO_START = 60


@dataclass(frozen=True, slots=True)
class Aws:
    """A running emulator: the environment that leads to it, and the file that makes it refuse."""

    environ: dict[str, str]
    refuses: Path

    def client(self, service: str) -> Any:
        """Return a client of a service, signed in as the account's root."""
        return boto3.client(
            service,
            endpoint_url=self.environ["AWS_ENDPOINT_URL"],
            aws_access_key_id=self.environ["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environ["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
            verify=self.environ["AWS_CA_BUNDLE"],
            config=Config(retries={"total_max_attempts": 1}, read_timeout=120),
        )


def available() -> bool:
    """Return whether the emulator is installed, and wheels for this machine are for Lambda, too."""
    return EMULATOR.exists() and sys.platform == "linux"


@contextmanager
def running_aws(folder: Path, tmdb: str) -> Iterator[Aws]:
    """Run the emulator on loopback; its functions find TMDB at this address."""
    certificate, key = make_certificate(folder, "localhost")
    home = folder / "home"
    home.mkdir()
    keys = {
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-tests",
        "AWS_CA_BUNDLE": str(certificate),
    }
    log, refuses = folder / "ministack.log", folder / "refuses"
    with held_ports(1) as (port,), log.open("wb") as out:
        process = subprocess.Popen(
            [EMULATOR, Path(__file__).with_name("patched_ministack.py"), refuses],
            stdout=out,
            stderr=out,
            cwd=folder,
            env={
                **keys,
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "TMPDIR": str(folder),
                "AUTH": "true",
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(port),
                "MINISTACK_ACCOUNT_ID": ACCOUNT,
                "USE_SSL": "1",
                "MINISTACK_SSL_CERT": str(certificate),
                "MINISTACK_SSL_KEY": str(key),
                "TMDB_BASE_URL": tmdb,
            },
        )
        environ = {
            **keys,
            "AWS_ENDPOINT_URL": f"https://127.0.0.1:{port}",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "HOME": str(home),
            "LAMBDA_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
            "LAMBDA_ARCH": "arm64" if platform.machine() == "aarch64" else "x86_64",
        }
        try:
            aws = Aws(environ, refuses)
            _await_ready(aws, process, log)
            yield aws
        finally:
            process.terminate()
            process.wait()


def _await_ready(aws: Aws, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while True:
        try:
            aws.client("sts").get_caller_identity()
        except BotoCoreError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"the emulator did not start; see {log}:\n{tail}") from error
            time.sleep(0.2)
        else:
            return
