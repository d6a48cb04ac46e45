"""Nothing is installed or built with what the lock files do not pin by its hash."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = {path.stem: path.read_text("utf-8") for path in (ROOT / "requirements").glob("*.txt")}


def _pinned(lock: str) -> dict[str, str]:
    """Return each requirement of a lock file by its name, with the lines of its hashes."""
    blocks = re.findall(r"^([a-z0-9][\w.-]*)==(.*\n(?:^[ #].*\n?)*)", lock, re.MULTILINE)
    return dict(blocks)


def test_every_requirement_has_hashes() -> None:
    """In each lock file each line that names a requirement pins it, and its hashes follow."""
    assert {
        "core",
        "zones",
        "dev",
        "build",
        "uv",
        "spark",
        "peers",
        "sam",
        "emulator",
        "site",
    } <= set(LOCKS)
    for name, lock in LOCKS.items():
        named = [line for line in lock.splitlines() if re.match(r"[A-Za-z0-9]", line)]
        assert len(named) >= len(_pinned(lock)) > 0, name
        assert all(re.match(r"[a-z0-9][\w.-]*==", line) for line in named), name
        assert all("--hash=sha256:" in rest for rest in _pinned(lock).values()), name


def test_what_builds_the_project_is_locked() -> None:
    """The backend of pyproject.toml, and what it needs for an editable install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {re.split(r"[<>=~ ]", one)[0] for one in project["build-system"]["requires"]}
    assert needed | {"editables"} <= set(_pinned(LOCKS["build"]))
    build, dev = (
        {name: rest.split()[0] for name, rest in _pinned(LOCKS[lock]).items()}
        for lock in ("build", "dev")
    )
    assert "hatchling" in dev
    assert all(build[name] == dev[name] for name in set(build) & set(dev))


def test_a_newcomers_versions_are_those_that_were_tested() -> None:
    """What `make run` installs is what `make test` has, and less; so is what the Lambda has."""
    versions = {
        lock: {name: rest.split()[0] for name, rest in _pinned(LOCKS[lock]).items()}
        for lock in ("core", "zones", "dev")
    }
    assert versions["core"].items() < versions["zones"].items() < versions["dev"].items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extra = project["project"]["optional-dependencies"]["zones"]
    assert {re.split(r"[\[<>=~ ]", one)[0] for one in extra} <= set(versions["zones"])


def test_every_installation_is_from_a_lock_and_builds_nothing_in_isolation() -> None:
    """Makefile, Dockerfile, gate and scripts: hashes are required, and only wheels are taken.

    pip resolves nothing: for `name[extra]` it takes a release newer than the pin, then refuses it.
    The project itself is built with the backend that is installed; so is pyspark, which has none.
    """
    files = ("Makefile", "Dockerfile", ".ci/run", "scripts/build_layer.py")
    text = "\n".join((ROOT / name).read_text("utf-8") for name in files)
    joined = re.sub(r"\\\n\s*", " ", text)
    for name in ("LOCKED", "EDITABLE"):
        (value,) = re.findall(rf"^{name} := (.*)$", joined, re.MULTILINE)
        joined = joined.replace(f"$({name})", value)
    joined = re.sub(r"^(LOCKED|EDITABLE) := .*$", "", joined, flags=re.MULTILINE)
    joined = joined.replace('", "', " ").replace('"),\n        *("', " ")
    lines = [line for line in joined.splitlines() if re.search(r"\bpip\b.* install\b", line)]
    assert len(lines) >= 10
    for line in lines:
        if "--editable ." in line:
            assert "--no-deps --no-build-isolation" in line, line
        else:
            assert "--require-hashes" in line, line
            assert "--no-deps" in line, line
            assert "--only-binary=:all:" in line, line
            assert "--no-binary" not in line or "--no-build-isolation" in line, line
