"""Which titles' records runs hold, by endpoint: whether one of them is the only record there is.

A record counts only if its file is there: of each unit and folder at least one must be listed. What
an endpoint that looks ids up answered is no record of a title.
"""

from array import array
from collections import defaultdict
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from harvester.lake import keys
from harvester.lake.documents import plan as documents
from harvester.lake.documents.outcomes import OutcomeRow, outcome_of
from harvester.lake.documents.plan import Plan
from harvester.lake.title_ids import media_type_of, unpack
from harvester.lake.title_table import TitleTable
from harvester.model import Asked, MediaType, Title
from harvester.origins.abilities import without_lookup
from harvester.origins.table import ORIGINS
from harvester.run.journal import record_files
from harvester.run.past_outcomes import outcomes_of, past_runs
from harvester.stores import Store

EXAMPLES: Final = 5


class RecordScope(NamedTuple):
    """What must agree for a run's record to stand in for another's; languages as asked for."""

    origin: str
    language: str | None
    synthetic: bool


@dataclass(slots=True)
class Holdings:
    """What one run holds: of each title, by its packed id, the endpoints as bits."""

    scope: RecordScope
    titles: "array[int]" = field(default_factory=lambda: array("Q"))
    endpoints: "array[int]" = field(default_factory=lambda: array("Q"))


class HeldRecords:
    """What some runs hold together: 16 bytes a title and scope."""

    def __init__(self) -> None:
        self._tables: defaultdict[RecordScope, TitleTable] = defaultdict(TitleTable)

    def add(self, one: Holdings) -> None:
        """Add what a run holds."""
        table = self._tables[one.scope]
        for title, endpoints in zip(one.titles, one.endpoints, strict=True):
            table.raise_to(title, (table.get(title) or 0) | endpoints)

    def lacking(self, one: Holdings) -> list[int]:
        """Return the titles of which a run holds a record that none of these runs holds."""
        table = self._tables[one.scope]
        return [
            title
            for title, endpoints in zip(one.titles, one.endpoints, strict=True)
            if endpoints & ~(table.get(title) or 0)
        ]


async def read_holdings(store: Store, plan: Plan) -> Holdings:
    """Return what a run holds, by its outcomes, else its manifests, and a listing of its files.

    Raises `DocumentError` when its documents can't be read.
    """
    found = Holdings(RecordScope(plan.asked.origin, plan.asked.language, plan.synthetic))
    places = await _places(store, plan)
    expected = _Expected(plan.asked)
    position = 0
    async with aclosing(past_runs(store, [plan])) as runs:
        async for run in runs:
            async with aclosing(outcomes_of(store, run)) as parts:
                async for part in parts:
                    own_unit = keys.parse_manifest_key(part.key)
                    for row in part.rows:
                        # `outcomes.csv` has the plan's order, and so its units.
                        unit = position // documents.UNIT_SIZE if own_unit is None else own_unit
                        position += 1
                        endpoints = 0
                        for bit, folder in expected.of(row):
                            if unit in places[folder]:
                                endpoints |= bit
                        if endpoints:
                            found.titles.append(row.number)
                            found.endpoints.append(endpoints)
    return found


class _Expected:
    """The records that an outcome calls for, as bits with their folders; few kinds of titles."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._origin = origin = ORIGINS[asked.origin]
        bits = {name: 1 << place for place, name in enumerate(origin.endpoints)}
        self._bits = {name: bits[name] for name in without_lookup(origin, bits)}
        self._known: dict[
            tuple[str, MediaType | None, MediaType | None], tuple[tuple[int, str], ...]
        ] = {}

    def of(self, row: OutcomeRow) -> tuple[tuple[int, str], ...]:
        kind = (row.outcome, row.media_type, media_type_of(row.number))
        if kind not in self._known:
            # Where a record is depends on what was found, not on the kind that its input gave.
            title = Title(unpack(row.number), "series" if row.media_type == "tv" else "movie")
            outcome = outcome_of(row, self._asked.origin)
            self._known[kind] = tuple(
                (self._bits[name], folder)
                for name, folder in self._origin.expected(self._asked, title, outcome).items()
                if name in self._bits
            )
        return self._known[kind]


async def _places(store: Store, plan: Plan) -> dict[str, set[int]]:
    """Return the units of which a folder has a file."""
    found: dict[str, set[int]] = defaultdict(set)
    async for entry in record_files(store, plan):
        name = keys.parse_record_key(entry.key)
        if name is not None:
            found[keys.records_folder(entry.key)].add(name.unit)
    return found
