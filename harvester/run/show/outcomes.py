"""Every outcome of one title: the bytes of each run's outcomes are searched, none become objects.

A title asked for by IMDb's id in one run and by TMDB's in another is one title: once the second id
is known, it is searched for, too, in bytes that were kept as far as there is room.
"""

from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harvester.errors import DocumentError, LakeError
from harvester.lake.documents.outcomes import OutcomeRow, own_number
from harvester.lake.documents.plan import Plan
from harvester.lake.outcome_search import OutcomeHit, OutcomeSearch
from harvester.lake.title_ids import media_type_of
from harvester.run.ahead import ahead
from harvester.run.damage import DamagedRun
from harvester.run.past_outcomes import exists
from harvester.run.show.unfinished import hits_in_manifests
from harvester.stores import Store

if TYPE_CHECKING:
    from harvester.lake.keys import RunFolder

_ROOM: Final = 64_000_000
"""Bytes of outcomes that are kept for the second id; what has no room is read again."""


@dataclass(frozen=True, slots=True)
class TitleOutcome:
    """A title's outcome in one run, and the unit whose manifest has it."""

    plan: Plan
    unit: int
    row: OutcomeRow


async def find_outcomes(
    store: Store, plans: Sequence[Plan], number: int
) -> tuple[list[TitleOutcome], list[DamagedRun]]:
    """Return a title's outcomes, the newest first, and the runs that can't be searched.

    `plans` are the lake's, `number` is the title's packed id. A run takes one request where its
    outcomes are there.
    """
    search = _Search(store, plans)
    await search.look_for(number, deep=True)
    other = _other_id(search.found(), number)
    if other is not None:
        await search.look_for(other, deep=False)
    return search.found(), list(search.damaged.values())


def _other_id(outcomes: Iterable[TitleOutcome], number: int) -> int | None:
    """Return the id that a title has at the other one of IMDb and TMDB, as known last."""
    for one in outcomes:
        if media_type_of(number) is not None:
            if one.row.imdb_id:
                return one.row.imdb_id
        elif (own := own_number(one.row, one.plan.asked.origin)) is not None:
            return own
    return None


class _Search:
    """Searches the runs of a lake for one id after another."""

    def __init__(self, store: Store, plans: Sequence[Plan]) -> None:
        self.damaged: dict[RunFolder, DamagedRun] = {}
        self._store = store
        self._plans = plans
        self._found: dict[tuple[RunFolder, int], TitleOutcome] = {}
        self._room = _ROOM
        self._kept: dict[str, bytes] = {}

    def found(self) -> list[TitleOutcome]:
        """Return what was found, the newest first; of one second, that of the later plan."""
        return sorted(
            self._found.values(),
            key=lambda one: (one.row.fetched_at, one.plan.created_at, one.plan.run),
            reverse=True,
        )

    async def look_for(self, number: int, *, deep: bool) -> None:
        """Search all runs for an id; `deep` reads all manifests of a run where one must."""
        plans = [plan for plan in self._plans if plan.folder not in self.damaged]
        work = (self._hits(plan, number, deep=deep) for plan in plans)
        async with aclosing(ahead(work)) as results:
            todo = iter(plans)
            async for result in results:
                plan = next(todo)
                if isinstance(result, DamagedRun):
                    self.damaged[plan.folder] = result
                    continue
                for hit in result:
                    found = TitleOutcome(plan, hit.unit, hit.row)
                    self._found[plan.folder, hit.row.number] = found

    async def _hits(
        self, plan: Plan, number: int, *, deep: bool
    ) -> Sequence[OutcomeHit] | DamagedRun:
        try:
            found = await self._in_outcomes(plan, number)
            if found is None:
                found = await hits_in_manifests(self._store, plan, number, deep=deep)
        except DocumentError as error:
            return DamagedRun(plan.run, str(error))
        return found

    async def _in_outcomes(self, plan: Plan, number: int) -> Sequence[OutcomeHit] | None:
        """Return what the run's outcomes say; None where there are none."""
        key = plan.folder.outcomes
        search = OutcomeSearch(plan, {number})
        kept = self._kept.get(key)
        if kept is not None:
            search.feed(kept)
        else:
            is_there = False
            pieces: list[bytes] | None = []
            try:
                async for piece in self._store.stream(key):
                    is_there = True
                    search.feed(piece)
                    pieces = self._keep(pieces, piece)
            except DocumentError:
                raise
            except LakeError:
                if is_there or await exists(self._store, key):
                    raise
                return None
            if pieces is not None:
                self._kept[key] = b"".join(pieces)
        search.close()
        return search.hits

    def _keep(self, pieces: list[bytes] | None, piece: bytes) -> list[bytes] | None:
        """Add a piece to what is kept of a file; None where there is no room for all of it."""
        if pieces is None:
            return None
        pieces.append(piece)
        self._room -= len(piece)
        if self._room >= 0:
            return pieces
        self._room += sum(map(len, pieces))
        return None
