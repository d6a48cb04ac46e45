"""Build what the Lambda functions are deployed from: the layer of libraries, and our own code.

    python scripts/build_layer.py --python 3.13 --arch arm64 --out dist/layer.zip
        [--code dist/code.zip] [--zones dist/zones.zip]

The libraries are those locked in requirements/core.txt, less what only the command line needs, as
wheels for Lambda's Linux whatever machine this is: no Docker. The archives hold bytecode if that
Python is installed here, too. The same input and Python give the same bytes. `--zones` is a second
layer, for the function that builds Trusted and Refined (`zones_layer.py`).
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import locked
import zones_layer

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
    blocks = locked.blocks(requirements)
    left_out = set(CLI_ONLY)
    while True:
        more = {one.name for one in blocks if one.required_by <= left_out} | left_out
        if more == left_out:
            return "".join(one.text for one in blocks if one.name not in left_out)
        left_out = more


def install(requirements: str, python: str, platforms: Iterable[str], target: Path) -> None:
    """Install wheels for Lambda's Linux into a folder, hashes checked. Raises on pip's failure."""
    listed = target.with_suffix(".txt")
    listed.write_text(requirements, encoding="utf-8")
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "--no-deps", "--no-compile", "--only-binary=:all:"),
        *("--implementation", "cp", "--python-version", python),
        *(word for platform in platforms for word in ("--platform", platform)),
        *("--target", str(target), "--requirement", str(listed)),
    ]
    subprocess.run(command, check=True)


def of_use(path: str) -> bool:
    """Say whether a library's file is ever loaded by the functions. Pure."""
    service = _BOTOCORE_SERVICE.match(path)
    if service is not None:
        return service[1] in AWS_SERVICES
    return _NEVER_LOADED.search(path) is None


_WHICH = "import sys; print(sys.executable, '%d.%d' % sys.version_info[:2], sep='\\n')"


def interpreter(python: str) -> str | None:
    """Return a Python of this version that starts on this machine."""
    for found in (sys.executable, shutil.which(f"python{python}")):
        if found is not None:
            asked = [found, "-c", _WHICH]
            answered = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
            path, _, version = answered.strip().rpartition("\n")
            if version == python:
                return path
    return None


def compile_modules(folder: Path, python: str, unpacked_to: str) -> str:
    """Compile every module below a folder, which Lambda unpacks to `unpacked_to`; say so in words.

    Lambda's folders are read-only: without bytecode, each cold start compiles all that it imports.
    The bytecode is bound to the hash of its source (PEP 552), not to a time that unpacking changes;
    Python compares them, so that a module edited in the function is run as it was edited.
    """
    found = interpreter(python)
    if found is None:
        return f"no bytecode, as there is no python{python} here: cold starts take twice the CPU"
    command = [
        *(found, "-m", "compileall", "-q", "-s", str(folder), "-p", unpacked_to),
        *("--invalidation-mode", "checked-hash", str(folder)),
    ]
    # Nothing of the caller's may lead the files elsewhere, or change the order of a set in them.
    subprocess.run(command, check=True, env={"PATH": os.defpath, "PYTHONHASHSEED": "0"})
    return f"bytecode of Python {python}"


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


def check(out: Path, files: dict[str, Path], most: int = MAX_ZIPPED) -> str:
    """Return a line on an archive's size. Raises `SystemExit` when Lambda would not take it."""
    zipped = out.stat().st_size
    unzipped = sum(path.stat().st_size for path in files.values())
    if zipped > most or unzipped > MAX_UNZIPPED:
        out.unlink()
        raise SystemExit(
            f"{out} has {zipped:,} bytes, {unzipped:,} unzipped, and Lambda takes "
            f"{most:,} and {MAX_UNZIPPED:,}: leave a library out"
        )
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    return f"{out}: {zipped / 1e6:.1f} MB zipped, {unzipped / 1e6:.1f} MB unzipped, sha256 {digest}"


def build_layer(python: str, arch: str, out: Path) -> str:
    """Build the layer; return a line on its size and bytecode."""
    return _layer(core(_lock("core")), python, [PLATFORMS[arch]], out, of_use, MAX_ZIPPED)


def build_zones(python: str, arch: str, out: Path) -> str:
    """Build the zones' own layer; return a line as above. The core's layer goes below it.

    It is deployed through S3, where no limit but that of what is unzipped holds.
    """
    in_core = {one.name for one in locked.blocks(core(_lock("core")))}
    requirements = zones_layer.requirements(_lock("dev"), without=in_core)
    platforms = zones_layer.platforms(python, PLATFORMS[arch])

    def is_kept(name: str) -> bool:
        return zones_layer.of_use(name, otherwise=of_use)

    return _layer(requirements, python, platforms, out, is_kept, MAX_UNZIPPED)


def _lock(name: str) -> str:
    return (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")


def _layer(
    requirements: str,
    python: str,
    platforms: Iterable[str],
    out: Path,
    is_kept: Callable[[str], bool],
    most: int,
) -> str:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "python"
        install(requirements, python, platforms, target)
        for name, path in below(target).items():
            if not is_kept(name):
                path.unlink()
        compiled = compile_modules(target, python, "/opt/python")
        files = below(target, "python/")
        pack(files, out)
        return f"{check(out, files, most)}, {compiled}"


def whole_function(archives: Iterable[Path]) -> str:
    """Return a line on a function's size. Raises `SystemExit` when Lambda would not take it."""
    unzipped = 0
    for one in archives:
        with zipfile.ZipFile(one) as archive:
            unzipped += sum(entry.file_size for entry in archive.infolist())
    if unzipped > MAX_UNZIPPED:
        raise SystemExit(
            f"the zones' function has {unzipped:,} bytes unzipped, and Lambda takes "
            f"{MAX_UNZIPPED:,}: leave a library out"
        )
    return f"the zones' function: {unzipped / 1e6:.1f} of {MAX_UNZIPPED / 1e6:.0f} MB unzipped"


def build_code(python: str, out: Path) -> str:
    """Pack our own code, without the command line and the simulator; return a line as above."""
    sources = below(ROOT / "harvester", "harvester/") | below(ROOT / "handlers", "handlers/")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in sources.items():
            if of_use(name) and not _NOT_IN_LAMBDA.search(name):
                copied = Path(folder, name)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copied)
        compiled = compile_modules(Path(folder), python, "/var/task")
        files = below(Path(folder))
        pack(files, out)
        return f"{check(out, files)}, {compiled}"


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--python", choices=PYTHONS, default="3.13", help="Lambda's Python")
    parser.add_argument("--arch", choices=sorted(PLATFORMS), default="arm64")
    parser.add_argument("--out", type=Path, default=Path("dist/layer.zip"), help="the layer")
    parser.add_argument("--code", type=Path, help="our own code, too, into this zip")
    parser.add_argument("--zones", type=Path, help="the layer of the zones, too, into this zip")
    args = parser.parse_args()
    print(build_layer(args.python, args.arch, args.out))  # noqa: T201 - this is a program
    if args.code is not None:
        print(build_code(args.python, args.code))  # noqa: T201
    if args.zones is not None:
        print(build_zones(args.python, args.arch, args.zones))  # noqa: T201
        archives = [one for one in (args.out, args.code, args.zones) if one is not None]
        print(whole_function(archives))  # noqa: T201


if __name__ == "__main__":
    main()
