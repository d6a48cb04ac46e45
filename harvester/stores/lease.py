"""Who holds a run: so that two processes don't ask TMDB at twice the rate.

A lease is a courtesy. Should two processes work on one run all the same, the manifests keep its
invariants: a unit's first one stands.
"""

import os
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from harvester.errors import RunHeld

LIFE_SECONDS = 60.0
"""A lease in S3 that was not renewed for this long, by the store's clock, is free."""

RENEW_SECONDS = 20.0

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def _host() -> str:
    """Return this machine's name and, where Linux gives it, its boot: names repeat, boots don't.

    In Lambda each environment may be a copy of one booted machine; its log stream is its own
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
    """A process that holds a lease; `nonce` tells it from an earlier one of the same number."""

    host: str = field(default_factory=_host)
    pid: int = field(default_factory=os.getpid)
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))

    def to_json(self, renewal: int) -> bytes:
        """Return what is written: each renewal differs, so its ETag does."""
        return orjson.dumps(
            {"host": self.host, "pid": self.pid, "nonce": self.nonce, "renewal": renewal}
        )

    def is_dead(self) -> bool:
        """Say whether this is a process of this very machine that lives no more."""
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
    """Return who wrote a lease, or None when that can't be read."""
    try:
        content = orjson.loads(data)
        return Holder(str(content["host"]), int(content["pid"]), str(content["nonce"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


def held_by(run: str, holder: Holder | None) -> RunHeld:
    """Return the error that tells a user who holds a run."""
    who = "another process"
    if holder is not None:
        who = f"process {holder.pid} on {holder.host.partition(' ')[0]}"
    return RunHeld(f"{who} is working on run {run}: wait for it, or end it, then run again")
