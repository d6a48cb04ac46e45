"""The lease on a run, which keeps two processes from sending requests at twice the rate.

A lease is advisory. If two processes work on one run anyway, the manifests keep its invariants: the
first one written for a unit wins.
"""

import os
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from harvester.errors import RunHeld

LIFE_SECONDS = 60.0
"""A lease in S3 that was not renewed for this long, by the store's clock, has expired."""

RENEW_SECONDS = 20.0

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def _host() -> str:
    """Return this machine's name and, on Linux, its boot id: names repeat, boot ids don't.

    In Lambda, environments may be copies of one booted machine, but each has its own log stream
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
    """
    try:
        boot = _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        boot = ""
    stream = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
    return " ".join(part for part in (socket.gethostname(), boot, stream) if part)


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a lease; `nonce` distinguishes it from an earlier one with its pid."""

    host: str = field(default_factory=_host)
    pid: int = field(default_factory=os.getpid)
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))

    def to_json(self, renewal: int) -> bytes:
        """Return the lease's content, which (and so its ETag) is different for each renewal."""
        return orjson.dumps(
            {"host": self.host, "pid": self.pid, "nonce": self.nonce, "renewal": renewal}
        )

    def is_dead(self) -> bool:
        """Return whether this is a process of this same machine that no longer exists."""
        if self.host != _host():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except (PermissionError, OverflowError):
            return False
        return False


def read_holder(data: bytes) -> Holder | None:
    """Return the holder stored in a lease, or None when it can't be read."""
    try:
        content = orjson.loads(data)
        return Holder(str(content["host"]), int(content["pid"]), str(content["nonce"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


def held_by(work: str, holder: Holder | None) -> RunHeld:
    """Return the error that names the holder of a run, or of other `work`."""
    who = "another process"
    if holder is not None:
        who = f"process {holder.pid} on {holder.host.partition(' ')[0]}"
    return RunHeld(f"{who} is working on {work}: wait for it, or end it, then run again")
