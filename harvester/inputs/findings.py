"""The totals of one input's rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from harvester.inputs.layout import printable
from harvester.lake.conditions import Condition
from harvester.model import Reject

__all__ = ["Findings"]

_SHOWN_REJECTS: Final = 5
_SHOWN_TEXT: Final = 80


@dataclass(slots=True)
class Findings:
    """The totals of one input's rows; `taken` keeps the ids in the order of their rows.

    `passed` are ids of rows that do not hold what is asked; another row of theirs may.

    `where` is what a row must hold for its id to be taken. `lacking_tt` of the `rejected` rows held
    a number that could be another site's id.
    """

    where: Sequence[Condition]
    rows: int = 0
    rejected: int = 0
    lacking_tt: int = 0
    rejects: list[Reject] = field(default_factory=list)
    taken: dict[int, None] = field(default_factory=dict)
    passed: set[int] = field(default_factory=set)

    @property
    def filtered(self) -> int:
        """How many ids no row of which holds what is asked."""
        return sum(number not in self.taken for number in self.passed)

    def reject(self, line: int, text: str, why: str) -> None:
        """Count a rejected row; the first five are kept as examples."""
        self.rejected += 1
        if len(self.rejects) < _SHOWN_REJECTS:
            self.rejects.append(Reject(line, printable(text, _SHOWN_TEXT), why))
