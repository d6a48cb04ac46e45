"""What running the image shows to the machine it runs on."""

import json
from pathlib import Path
from typing import Any

import build_image
import pytest

KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalr/an+example",
    "AWS_SESSION_TOKEN": "IQoJ-an-example",
}


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Stand in for buildah: keep each command line, and the file that it mounts for the keys."""
    seen: list[tuple[str, ...]] = []

    def buildah(*args: str, **_: Any) -> int:
        seen.append(args)
        for word in args:
            if word.endswith(f":{build_image._KEYS_IN_IMAGE}:ro"):
                path = Path(word.split(":")[0])
                seen.append(("file", path.read_text(), oct(path.stat().st_mode & 0o777)))
        return 0

    def output(*args: str) -> str:
        entry = {"OCIv1": {"config": {"Entrypoint": ["harvester"]}}}
        return json.dumps(entry) if args[0] == "inspect" else "container"

    monkeypatch.setattr(build_image, "_buildah", buildah)
    monkeypatch.setattr(build_image, "_output", output)
    monkeypatch.setattr("os.chown", lambda *_: None)
    return seen


def test_no_key_of_aws_is_on_a_command_line(
    commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys go into the image by a file that only its user can read; the rest by variables."""
    for name, value in {**KEYS, "AWS_REGION": "sa-east-1"}.items():
        monkeypatch.setenv(name, value)
    assert build_image._run(["status"], [], "") == 0
    run, file = commands[:2]
    assert not any(value in word for value in KEYS.values() for word in run)
    assert "AWS_REGION=sa-east-1" in run
    assert f"AWS_SHARED_CREDENTIALS_FILE={build_image._KEYS_IN_IMAGE}" in run
    assert file[0] == "file"
    assert all(f"{name.lower()} = {value}" in file[1] for name, value in KEYS.items())
    assert file[2] == "0o600"


def test_without_keys_nothing_is_mounted(
    commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile or a role of the machine is left to what the user mounts."""
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    build_image._run(["status"], ["/data:/data:ro"], "1000")
    assert not any("credentials" in word.lower() for word in commands[0])
