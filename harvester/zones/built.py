"""What a build came to."""

from dataclasses import dataclass, field
from typing import Any

from harvester.zones.quality import Check


@dataclass(slots=True)
class Built:
    """What a build of a zone built, what it found built already, and the checks of both.

    `ignored` are the columns of CSVs that no table has, by the CSV's key.
    `left_out` is the number of simulated runs that are not in it, since the lake has real ones.
    """

    zone: str
    built: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    ignored: dict[str, list[str]] = field(default_factory=dict)
    left_out: int = 0

    @property
    def breaches(self) -> int:
        """How many checks are breached."""
        return sum(check.breach for check in self.checks)

    def plain(self) -> dict[str, Any]:
        """Return it as `--json` prints it."""
        return {
            "zone": self.zone,
            "built": self.built,
            "kept": self.kept,
            "ignored_columns": self.ignored,
            "simulated_runs_left_out": self.left_out,
            "breaches": self.breaches,
            "checks": [check.plain() for check in self.checks],
        }
