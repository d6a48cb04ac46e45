"""A PostgreSQL of this machine's package, on a socket in a folder of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DEBIAN = Path("/usr/lib/postgresql")
_SECONDS = 60


def programs() -> Path | None:
    """Return the folder of `initdb`, `postgres` and `psql`, or None where there is none."""
    folders = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    folders += sorted(_DEBIAN.glob("*/bin"), reverse=True)
    wanted = ("initdb", "postgres", "psql")
    return next((one for one in folders if all((one / name).exists() for name in wanted)), None)


@dataclass(frozen=True, slots=True)
class PostgreSql:
    """A server that runs; it knows one user, and asks for no password."""

    psql: Path
    folder: Path

    def run(self, *scripts: str) -> str:
        """Run SQL and psql's own commands in one session; return what it prints, bare."""
        command = [
            *(str(self.psql), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"),
            *("--set", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", "films", "-d", "postgres"),
        ]
        ended = subprocess.run(
            command, input="\n".join(scripts), capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


@contextmanager
def running_postgresql(found: Path) -> Iterator[PostgreSql]:
    """Run a server with the programs of this folder until the context ends.

    PostgreSQL does not run as root: there it runs as `nobody`. It listens on a socket alone.
    """
    is_root = os.getuid() == 0
    # Not below pytest's folder or root's own TMPDIR, which only their owner may enter; and a
    # socket's path is short.
    where = "/tmp" if is_root else None  # noqa: S108 - made by mkdtemp, for one owner
    with tempfile.TemporaryDirectory(prefix="pg-", dir=where) as made:
        folder = Path(made)
        who: dict[str, Any] = {}
        if is_root:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        who |= {"cwd": folder, "stdout": subprocess.DEVNULL}
        data = str(folder / "data")
        settings = ("--auth=trust", "--username=films", "--encoding=UTF8", "--locale=C")
        subprocess.run(
            [str(found / "initdb"), "-D", data, *settings, "--no-sync"], check=True, **who
        )
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(
                [
                    *(str(found / "postgres"), "-D", data, "-k", str(folder)),
                    *("-c", "listen_addresses=", "-c", "fsync=off"),
                ],
                stderr=log,
                **who,
            )
        try:
            _wait(folder, server)
            yield PostgreSql(found / "psql", folder)
        finally:
            server.send_signal(
                signal.SIGINT
            )  # https://www.postgresql.org/docs/current/server-shutdown.html
            server.wait(_SECONDS)


def _wait(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the server takes connections; the last line of its process file says so."""
    ready = folder / "data" / "postmaster.pid"
    end = time.monotonic() + _SECONDS
    while not (ready.exists() and "ready" in ready.read_text("utf-8")):
        assert server.poll() is None, (folder / "log").read_text("utf-8")
        assert time.monotonic() < end, (folder / "log").read_text("utf-8")
        time.sleep(0.05)
