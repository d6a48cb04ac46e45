"""How much a command says on stderr, and in which form."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verbosity:
    """`quiet` says errors only, `verbose` each retry, too; `log_json` writes JSON lines."""

    quiet: bool = False
    verbose: bool = False
    log_json: bool = False
