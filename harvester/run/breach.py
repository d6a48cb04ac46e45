"""What `verify` finds: what is not as it must be, and how much it looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is not as it must be: which object, and what is wrong with it."""

    where: str
    what: str


@dataclass(slots=True)
class Checked:
    """How much was looked at, so that silence means something."""

    units: int = 0
    titles: int = 0
    files: int = 0
    records: int = 0
    pending: int = 0
