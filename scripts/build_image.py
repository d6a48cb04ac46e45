"""Build the real Dockerfile without a container engine, on a stand-in for its base, and run it.

    python scripts/build_image.py                       build, then print the image's --version
    python scripts/build_image.py --volume $PWD/data:/data:ro -- upload /data --lake s3://my-lake

What follows `--` is given to the image as `docker run IMAGE …` would. Needs root, and
`apt-get install buildah mmdebstrap`. The stand-in is Debian's own Python of the suite that the base
is made of; it is made once and kept. pip inside the build reaches its index as pip here does: its
configuration is mounted while it runs and is in no layer.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_STORE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tmdb-harvester-image"
_IMAGE = "localhost/tmdb-harvester"
_BASE_PACKAGES = "python3,python3-venv,ca-certificates"
_AWS_HERE = re.compile(r"AWS_(?:ENDPOINT_URL\w*|REGION)")
_AWS_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_KEYS_IN_IMAGE = "/run/aws-credentials"
_USER = "65532"  # the image's own


def main() -> int:
    """Build and run; the exit code is the command's."""
    args = _arguments()
    missing = [name for name in ("buildah", "mmdebstrap") if shutil.which(name) is None]
    if missing:
        _say(f"{' and '.join(missing)} missing: apt-get install them.")
        return 2
    if os.geteuid():
        _say("A chroot needs root: run this with sudo.")
        return 2
    _STORE.mkdir(parents=True, exist_ok=True)
    base = _base_name()
    _make_base(base, args.base_tar)
    if not args.no_build:
        started = time.monotonic()
        _build()
        _say(f"built {_IMAGE} in {time.monotonic() - started:.0f} s")
    return _run(args.command or ["--version"], args.volume, args.user)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--base-tar", type=Path, help="a root file system made by mmdebstrap")
    parser.add_argument("--no-build", action="store_true", help="run the image that was built last")
    parser.add_argument("--volume", action="append", default=[], help="HOST:IMAGE[:ro], as docker")
    parser.add_argument("--user", default="", help="uid to run as (the image's own)")
    parser.add_argument("command", nargs="*", help="what to run in the image (--version)")
    return parser.parse_args()


def _base_name() -> str:
    """Return the base that the Dockerfile names."""
    found = re.search(r"^ARG PYTHON=(\S+)$", (_ROOT / "Dockerfile").read_text(), re.MULTILINE)
    if found is None:
        sys.exit("The Dockerfile names no base: ARG PYTHON=… is missing.")
    return found[1]


def _make_base(name: str, tar: Path | None) -> None:
    """Commit Debian with a `python` under the base's name, unless that was done before."""
    if _buildah("inspect", "--type", "image", name, check=False, quiet=True) == 0:
        return
    suite = name.rpartition("-")[2]
    with tempfile.TemporaryDirectory(dir=_STORE) as folder:
        if tar is None:
            tar = Path(folder) / "base.tar"
            packages = f"--include={_BASE_PACKAGES}"
            _call("mmdebstrap", "--variant=minbase", packages, suite, str(tar))
        container = _output("from", "scratch")
        try:
            _buildah("add", "--quiet", container, str(tar), "/", quiet=True)
            link = ("ln", "-s", "/usr/bin/python3", "/usr/local/bin/python")
            _buildah("run", "--isolation", "chroot", container, "--", *link)
            _buildah("commit", "--quiet", container, name, quiet=True)
        finally:
            _buildah("rm", container, quiet=True)


def _build() -> None:
    """Build the Dockerfile as it stands; the base is never looked for elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        config, volumes = _pip_of_this_machine(Path(folder))
        mounts = [f"{config}:/etc/pip.conf:ro", *volumes]
        _buildah(
            *("bud", "--pull=never", "--isolation", "chroot", "--layers=false"),
            *(part for mount in mounts for part in ("--volume", mount)),
            *("--tag", _IMAGE, str(_ROOT)),
        )


def _pip_of_this_machine(folder: Path) -> tuple[Path, list[str]]:
    """Write pip's configuration as one file, and say which local paths it needs beside it."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    ).stdout
    settings: dict[str, str] = {}
    for line in said.splitlines():  # name='value', what wins comes last
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2]] = value.strip("'\"")
    config = folder / "pip.conf"
    lines = [f"{name} = {' '.join(value.split())}" for name, value in settings.items()]
    config.write_text("\n".join(["[global]", *lines, ""]))
    words = [word for value in settings.values() for word in value.split()]
    # The links of an index in files point beside it.
    named = [
        str(Path(word.removeprefix("file://")).parent) if word.startswith("file://") else word
        for word in words
    ]
    paths = sorted({path for path in named if path.startswith("/") and Path(path).exists()})
    return config, [f"{path}:{path}:ro" for path in paths]


def _run(command: list[str], volumes: list[str], user: str) -> int:
    """Run the image's own entry point with a command, as any engine would.

    `buildah run` knows of no entry point, so it is read from the image.
    """
    entry = json.loads(_output("inspect", "--type", "image", _IMAGE))["OCIv1"]["config"][
        "Entrypoint"
    ]
    container = _output("from", "--pull=never", _IMAGE)
    environ = {name: value for name, value in os.environ.items() if _AWS_HERE.fullmatch(name)}
    try:
        with tempfile.TemporaryDirectory() as folder:
            keys = _aws_keys(Path(folder), user or _USER)
            if keys is not None:
                volumes = [*volumes, f"{keys}:{_KEYS_IN_IMAGE}:ro"]
                environ["AWS_SHARED_CREDENTIALS_FILE"] = _KEYS_IN_IMAGE
            return _buildah(
                *("run", "--isolation", "chroot"),
                *(part for volume in volumes for part in ("--volume", volume)),
                *(part for each in environ.items() for part in ("--env", "=".join(each))),
                *(("--user", user) if user else ()),
                *(container, "--", *entry, *command),
                check=False,
            )
    finally:
        _buildah("rm", container, quiet=True)


def _aws_keys(folder: Path, user: str) -> Path | None:
    """Write this environment's AWS keys to a file that only the image's user can read.

    On a command line every process of the machine could read them.
    """
    lines = [f"{name.lower()} = {os.environ[name]}" for name in _AWS_KEYS if os.environ.get(name)]
    if not lines:
        return None
    path = folder / "credentials"
    path.touch(mode=0o600)
    path.write_text("\n".join(["[default]", *lines, ""]))
    os.chown(path, int(user.partition(":")[0]), -1)
    return path


def _buildah(*args: str, check: bool = True, quiet: bool = False) -> int:
    done = subprocess.run(
        [*_command(), *args], check=False, capture_output=quiet, text=True, cwd=_STORE
    )
    if check and done.returncode:
        sys.exit(f"buildah {args[0]} failed with {done.returncode}: {done.stderr or 'see above'}")
    return done.returncode


def _output(*args: str) -> str:
    done = subprocess.run([*_command(), *args], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def _command() -> list[str]:
    return [
        *("buildah", "--storage-driver", "vfs"),
        *("--root", str(_STORE / "storage"), "--runroot", str(_STORE / "run")),
    ]


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _call(*command: str) -> None:
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"{command[0]} failed, see above.")


if __name__ == "__main__":
    sys.exit(main())
