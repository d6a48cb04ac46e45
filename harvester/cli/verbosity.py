"""How much a command says on stderr, and in which form."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Verbosity:
    """`quiet` says errors only, `verbose` each retry, too; `log_json` writes JSON lines.

    What is said to a person is appended to `log_file`, too, also where stderr is quiet.
    """

    quiet: bool = False
    verbose: bool = False
    log_json: bool = False
    log_file: Path | None = None
