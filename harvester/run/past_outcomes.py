"""What earlier runs made of their titles: `outcomes.csv`, else the manifests that stand."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, TypeVar

from harvester.errors import DocumentError, LakeError
from harvester.lake.documents.manifest import committed_units, manifests
from harvester.lake.documents.outcomes import (
    LONGEST_LINE,
    WAY_OUT,
    OutcomeRow,
    OutcomesReader,
    rows_of,
)
from harvester.lake.documents.plan import Plan
from harvester.run.ahead import ahead
from harvester.run.damage import DamagedRun, warn_of
from harvester.stores import Store

T = TypeVar("T")

_SMALL: Final = 10_000
"""Titles of a run whose file is read as a whole, before its turn: less than a megabyte."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run, and what was read of it before its turn: a small file, or why it can't be read."""

    plan: Plan
    data: bytes | None
    damage: DocumentError | None = None


@dataclass(frozen=True, slots=True)
class PastOutcomes:
    """Outcomes of some titles, and the document that holds them."""

    key: str
    rows: Iterable[OutcomeRow]


async def past_runs(store: Store, plans: Sequence[Plan]) -> AsyncGenerator[PastRun]:
    """Yield the runs in order, a few begun ahead."""

    async def begun(plan: Plan) -> PastRun:
        if plan.titles > _SMALL:
            return PastRun(plan, None)
        most = LONGEST_LINE * (plan.titles + 2)
        try:
            return PastRun(plan, await store.get(plan.folder.outcomes, most=most))
        except DocumentError as error:
            return PastRun(plan, None, DocumentError(f"{error}; {WAY_OUT}"))

    async with aclosing(ahead(begun(plan) for plan in plans)) as runs:
        async for run in runs:
            yield run


async def readable(
    store: Store, plans: Sequence[Plan], read: Callable[[PastRun], Awaitable[T]]
) -> AsyncGenerator[T]:
    """Yield what `read` makes of each run, in order; a damaged run is named and left out.

    `read` returns only once all of a run was read: it may turn out to be damaged at its end.
    """
    async with aclosing(past_runs(store, plans)) as runs:
        async for run in runs:
            try:
                found = await read(run)
            except DocumentError as error:
                warn_of([DamagedRun(run.plan.run, str(error))])
            else:
                yield found


async def outcomes_of(store: Store, run: PastRun) -> AsyncGenerator[PastOutcomes]:
    """Yield what is known of a run's titles, a part at a time: take its rows before the next.

    Raises `DocumentError`, here or at a row, for a file or a manifest that is damaged.
    """
    plan = run.plan
    if run.damage is not None:
        raise run.damage
    reader = OutcomesReader(plan)
    is_there = False
    async with aclosing(_chunks(store, run)) as chunks:
        async for chunk in chunks:
            is_there = True
            yield PastOutcomes(plan.folder.outcomes, reader.feed(chunk))
    if is_there:
        reader.close()
        return
    units = await committed_units(store, plan)
    async with aclosing(manifests(store, plan, units)) as found:
        async for manifest in found:
            yield PastOutcomes(plan.folder.manifest(manifest.unit), rows_of(manifest))


async def exists(store: Store, key: str) -> bool:
    """Return whether there is such an object, without reading it."""
    async for entry in store.list(key):
        if entry.key == key:
            return True
    return False


async def _chunks(store: Store, run: PastRun) -> AsyncGenerator[bytes]:
    """Yield the file's bytes, be they none; nothing where there is no file."""
    if run.plan.titles <= _SMALL:
        if run.data is not None:
            yield run.data
        return
    key = run.plan.folder.outcomes
    begun = False
    try:
        async for chunk in store.stream(key):
            begun = True
            yield chunk
    except LakeError:
        if begun or await exists(store, key):
            raise
    else:
        yield b""
