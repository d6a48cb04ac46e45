"""Which lakes `open_store` accepts, and what it says about others."""

import subprocess
import sys

import pytest

from harvester.errors import SettingError
from harvester.stores import open_store


@pytest.mark.parametrize(
    "lake",
    [
        "",
        "s3://",
        "s3:///prefix",
        "gs://bucket",
        "http://host/?token=secret",
        "://x",
        "s3://a b",
        "a\0b",
        "\ud800",
    ],
)
def test_what_is_no_lake(lake: str) -> None:
    """Anything but a bucket or a folder is a setting to fix, in a sentence that leaks nothing."""
    with pytest.raises(SettingError) as caught:
        open_store(lake)
    assert "secret" not in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("lake", ["s3://bucket/a/../b", "s3://bucket/./b"])
def test_dots_are_no_prefix(lake: str) -> None:
    """A prefix with dots would mean one thing to S3 and another to a user."""
    with pytest.raises(SettingError, match=r"\. or \.\."):
        open_store(lake)


async def test_prefix_is_tidied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Extra slashes are removed, so that no key contains an empty name."""
    async with open_store("S3://my-bucket//a///b/") as store:
        assert store.uri == "s3://my-bucket/a/b"
    async with open_store("s3://my-bucket/") as store:
        assert store.uri == "s3://my-bucket"


async def test_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lake from harvester.toml may begin with ~, which no shell has expanded."""
    monkeypatch.setenv("HOME", "/somewhere")
    async with open_store("~/lake") as store:
        assert store.uri == "/somewhere/lake"


def test_a_local_lake_does_not_import_aioboto3() -> None:
    """A local run and `--help` do not wait 0.45 s for a library they don't use."""
    program = (
        "import sys; from harvester.stores import open_store; open_store('lake'); "
        "sys.exit(any(name.startswith(('aioboto', 'boto', 'aiohttp')) for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
