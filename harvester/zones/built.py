"""What a build came to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from harvester.run.damage import DamagedRun
from harvester.zones.quality import Check

LOCAL = "local"
"""What of a zone comes of the CSVs, among its dates."""


@dataclass(slots=True)
class Built:
    """What a build of a zone built, what it found built already, and the checks of both.

    `removed` are dates that were in it, and of which the lake has nothing any more.
    `ignored` are the columns of CSVs that no table has, by the CSV's key.
    `left_out` is the number of simulated runs that are not in it, since the lake has real ones;
    `damaged` says why a run is not in it whose documents can't be read; `damaged_files` are CSVs
    that are not in it, as they are not what their runs were given.
    """

    zone: str
    built: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    ignored: dict[str, list[str]] = field(default_factory=dict)
    left_out: int = 0
    damaged: dict[str, str] = field(default_factory=dict)
    damaged_files: list[str] = field(default_factory=list)

    def add_damaged(self, found: Iterable[DamagedRun]) -> None:
        """Add runs whose documents can't be read."""
        self.damaged |= {one.run: one.damaged for one in found}

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
            "removed": self.removed,
            "ignored_columns": self.ignored,
            "simulated_runs_left_out": self.left_out,
            "damaged_runs": self.damaged,
            "damaged_files": self.damaged_files,
            "breaches": self.breaches,
            "checks": [check.plain() for check in self.checks],
        }


def untold(_: str) -> None:
    """Take a build's step, and say nothing of it."""
