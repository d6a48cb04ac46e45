"""Build what the Lambda functions are deployed from: the layer of libraries, and our own code.

    python scripts/build_layer.py --python 3.13 --arch arm64 --out dist/layer.zip

The libraries are those locked in requirements/core.txt, less what only the command line needs, as
wheels for Lambda's Linux whatever machine this is: no Docker. The same input gives the same bytes.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = {"x86_64": "manylinux2014_x86_64", "arm64": "manylinux2014_aarch64"}

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: a direct upload, unzipped
MAX_ZIPPED = 50_000_000
MAX_UNZIPPED = 250_000_000

CLI_ONLY = {"jinja2", "markupsafe", "rich", "typer"}
"""Required by the command line alone; what only they require is left out with them."""

AWS_SERVICES = {"s3", "ssm", "secretsmanager"}
"""Whose descriptions botocore keeps; it has four hundred, 25 MB."""

_NEVER_LOADED = re.compile(
    r"(^|/)(__pycache__|tests?|examples)/|"  # caches, tests
    r"\.(pyi|pyx|pxd|pxi|c|h|cpp|hpp|in|pyc)$|"  # sources of what is compiled, and types
    r"(^|/)(py\.typed|\.gitignore|CHANGES[^/]*)$|"
    r"\.dist-info/(RECORD|WHEEL|INSTALLER|REQUESTED|top_level\.txt|entry_points\.txt|direct_url)|"
    r"^bin/|^boto3/data/"  # boto3's resources, which the harvester does not use
)
_BOTOCORE_SERVICE = re.compile(r"^botocore/data/([^/]+)/")
_NOT_IN_LAMBDA = re.compile(r"^harvester/(cli|simulator)/|^harvester/__main__\.py$")


def core(requirements: str) -> str:
    """Return the locked requirements without the command line's own. Pure."""
    blocks = re.findall(r"^[a-z0-9].*\n(?:^[ #].*\n?)*", requirements, re.MULTILINE)
    left_out = set(CLI_ONLY)
    while True:
        more = {_name(one) for one in blocks if _required_by(one) <= left_out} | left_out
        if more == left_out:
            return "".join(one for one in blocks if _name(one) not in left_out)
        left_out = more


def _name(block: str) -> str:
    return block.partition("==")[0]


def _required_by(block: str) -> set[str]:
    return {"tmdb-harvester" if "pyproject" in line else line for line in _via(block)}


def _via(block: str) -> Iterator[str]:
    """Yield what a block's `# via` comment names, on the same line or one a line below it."""
    for line in block.splitlines():
        comment = line.strip().removeprefix("#").strip() if line.strip().startswith("#") else ""
        name = comment.removeprefix("via").strip()
        if name:
            yield name


def install(requirements: str, python: str, arch: str, target: Path) -> None:
    """Install wheels for Lambda's Linux into a folder, hashes checked. Raises on pip's failure."""
    listed = target.with_suffix(".txt")
    listed.write_text(requirements, encoding="utf-8")
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "--no-deps", "--no-compile", "--only-binary=:all:"),
        *("--implementation", "cp", "--python-version", python, "--platform", PLATFORMS[arch]),
        *("--target", str(target), "--requirement", str(listed)),
    ]
    subprocess.run(command, check=True)


def of_use(path: str) -> bool:
    """Say whether a library's file is ever loaded by the functions. Pure."""
    service = _BOTOCORE_SERVICE.match(path)
    if service is not None:
        return service[1] in AWS_SERVICES
    return _NEVER_LOADED.search(path) is None


def pack(files: dict[str, Path], out: Path) -> None:
    """Zip files by their names in the archive: sorted, with one date and one mode."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in sorted(files.items()):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever this runs: the mode counts
            info.external_attr = 0o100644 << 16
            archive.writestr(info, path.read_bytes())


def below(folder: Path, prefix: str = "") -> dict[str, Path]:
    """Return every file below a folder by its name in an archive."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {prefix + path.relative_to(folder).as_posix(): path for path in files}


def check(out: Path, files: dict[str, Path]) -> str:
    """Return a line on an archive's size. Raises `SystemExit` when Lambda would not take it."""
    zipped = out.stat().st_size
    unzipped = sum(path.stat().st_size for path in files.values())
    if zipped > MAX_ZIPPED or unzipped > MAX_UNZIPPED:
        out.unlink()
        raise SystemExit(
            f"{out} has {zipped:,} bytes, {unzipped:,} unzipped, and Lambda takes "
            f"{MAX_ZIPPED:,} and {MAX_UNZIPPED:,}: leave a library out"
        )
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    return f"{out}: {zipped / 1e6:.1f} MB zipped, {unzipped / 1e6:.1f} MB unzipped, sha256 {digest}"


def build_layer(python: str, arch: str, out: Path) -> str:
    """Build the layer; return a line on its size."""
    requirements = core((ROOT / "requirements/core.txt").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "python"
        install(requirements, python, arch, target)
        files = {f"python/{name}": path for name, path in below(target).items() if of_use(name)}
        pack(files, out)
        return check(out, files)


def build_code(out: Path) -> str:
    """Pack our own code, without the command line and the simulator; return a line on its size."""
    files = below(ROOT / "harvester", "harvester/") | below(ROOT / "handlers", "handlers/")
    files = {
        name: path
        for name, path in files.items()
        if of_use(name) and not _NOT_IN_LAMBDA.search(name)
    }
    pack(files, out)
    return check(out, files)


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--python", choices=PYTHONS, default="3.13", help="Lambda's Python")
    parser.add_argument("--arch", choices=sorted(PLATFORMS), default="arm64")
    parser.add_argument("--out", type=Path, default=Path("dist/layer.zip"), help="the layer")
    parser.add_argument("--code", type=Path, help="our own code, too, into this zip")
    args = parser.parse_args()
    print(build_layer(args.python, args.arch, args.out))  # noqa: T201 - this is a program
    if args.code is not None:
        print(build_code(args.code))  # noqa: T201


if __name__ == "__main__":
    main()
