"""How a command speaks on stderr."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """`quiet` says errors only, `verbose` each retry, too; `log_json` writes JSON lines."""

    quiet: bool = False
    verbose: bool = False
    log_json: bool = False
