"""Which run holds the newest record of each title: known from the manifests alone."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from harvester.lake.documents.manifest import Manifest
from harvester.lake.title_ids import pack
from harvester.lake.title_table import TitleTable
from harvester.model import Outcome

_PLAN_BITS: Final = 24


class NewestRecords:
    """Says of each title whether a plan's record of it is the newest in its scope.

    Plans are numbered from the one made first; of two records of one second, the later plan's is
    the newer. A scope is what must agree for one record to replace another: origin and language.
    """

    def __init__(self, scopes: Sequence[tuple[str, str | None]]) -> None:
        tables: defaultdict[tuple[str, str | None], TitleTable] = defaultdict(TitleTable)
        self._tables = [tables[scope] for scope in scopes]

    def add(self, plan: int, manifest: Manifest, title_id: str) -> None:
        """Learn that this manifest, of the plan of this number, has a record of a title."""
        order = _order(plan, manifest, manifest.outcomes[title_id])
        self._tables[plan].raise_to(pack(title_id), order)

    def has(self, plan: int, manifest: Manifest, title_id: str) -> bool:
        """Say whether this manifest has the newest record of a title."""
        order = _order(plan, manifest, manifest.outcomes[title_id])
        return self._tables[plan].get(pack(title_id)) == order


def _order(plan: int, manifest: Manifest, outcome: Outcome) -> int:
    """Return 40 bits of time and 24 of the plan; 0.1.0 noted no time but the unit's."""
    at = datetime.fromisoformat(outcome.fetched_at or manifest.started_at)
    return int(at.timestamp()) << _PLAN_BITS | plan
