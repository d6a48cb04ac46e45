"""Which run holds the newest record of each title: known from the manifests alone."""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from harvester.lake.documents.manifest import Manifest
from harvester.lake.title_ids import pack
from harvester.model import Outcome

_BLOCK: Final = 2048
_PLAN_BITS: Final = 24


class Latest:
    """Of each number, the highest order it was added with: 16 bytes a number.

    The numbers lie sorted in blocks, so that adding one moves no more than a block.
    """

    def __init__(self) -> None:
        self._firsts = array("Q", [0])
        self._blocks = [(array("Q"), array("Q"))]

    def add(self, number: int, order: int) -> None:
        """Add a number, or raise its order."""
        at = bisect_right(self._firsts, number) - 1
        numbers, orders = self._blocks[at]
        place = bisect_left(numbers, number)
        if place < len(numbers) and numbers[place] == number:
            orders[place] = max(orders[place], order)
            return
        numbers.insert(place, number)
        orders.insert(place, order)
        if len(numbers) > _BLOCK:
            half = len(numbers) // 2
            self._firsts.insert(at + 1, numbers[half])
            self._blocks[at : at + 1] = [
                (numbers[:half], orders[:half]),
                (numbers[half:], orders[half:]),
            ]

    def get(self, number: int) -> int | None:
        """Return a number's order, or None when it was never added."""
        numbers, orders = self._blocks[bisect_right(self._firsts, number) - 1]
        place = bisect_left(numbers, number)
        found = place < len(numbers) and numbers[place] == number
        return orders[place] if found else None


class NewestRecords:
    """Says of each title whether a plan's record of it is the newest in its scope.

    Plans are numbered from the one made first; of two records of one second, the later plan's is
    the newer. A scope is what must agree for one record to replace another: origin and language.
    """

    def __init__(self, scopes: Sequence[tuple[str, str | None]]) -> None:
        tables: defaultdict[tuple[str, str | None], Latest] = defaultdict(Latest)
        self._tables = [tables[scope] for scope in scopes]

    def add(self, plan: int, manifest: Manifest, title_id: str) -> None:
        """Learn that this manifest, of the plan of this number, has a record of a title."""
        order = _order(plan, manifest, manifest.outcomes[title_id])
        self._tables[plan].add(pack(title_id), order)

    def has(self, plan: int, manifest: Manifest, title_id: str) -> bool:
        """Say whether this manifest has the newest record of a title."""
        order = _order(plan, manifest, manifest.outcomes[title_id])
        return self._tables[plan].get(pack(title_id)) == order


def _order(plan: int, manifest: Manifest, outcome: Outcome) -> int:
    """Return 40 bits of time and 24 of the plan; 0.1.0 noted no time but the unit's."""
    at = datetime.fromisoformat(outcome.fetched_at or manifest.started_at)
    return int(at.timestamp()) << _PLAN_BITS | plan
