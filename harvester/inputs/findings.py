"""The totals of one input's rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from harvester.inputs.layout import printable
from harvester.model import Reject

__all__ = ["Findings", "genre_test"]

_SHOWN_REJECTS: Final = 5
_SHOWN_TEXT: Final = 80


@dataclass(slots=True)
class Findings:
    """The totals of one input's rows; `taken` keeps the ids in the order of their rows.

    `lacking_tt` of the `rejected` rows held a number that could be another site's id.
    """

    genres: frozenset[str]
    rows: int = 0
    rejected: int = 0
    lacking_tt: int = 0
    rejects: list[Reject] = field(default_factory=list)
    taken: dict[int, None] = field(default_factory=dict)

    def reject(self, line: int, text: str, why: str) -> None:
        """Count a rejected row; the first five are kept as examples."""
        self.rejected += 1
        if len(self.rejects) < _SHOWN_REJECTS:
            self.rejects.append(Reject(line, printable(text, _SHOWN_TEXT), why))


def genre_test(genres: frozenset[str]) -> Callable[[str | bytes], bool]:
    """Return a test for comma-separated lists with one of `genres`; cached, as lists repeat."""

    @lru_cache(maxsize=1024)
    def wanted(listed: str | bytes) -> bool:
        listed = listed.decode("utf-8", "replace") if isinstance(listed, bytes) else listed
        return any(genre.strip().casefold() in genres for genre in listed.split(","))

    return wanted
