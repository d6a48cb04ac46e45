"""Expired runs: their records were deleted because of their age, their other documents are kept."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

from harvester.errors import LakeError
from harvester.lake.documents.plan import Plan
from harvester.lake.keys import RunFolder
from harvester.run.ahead import ahead
from harvester.run.journal import record_files
from harvester.run.past_outcomes import exists
from harvester.stores import Entry, Store


async def is_expired(store: Store, folder: RunFolder) -> bool:
    """Return whether a run has a tombstone, be it one that can't be read."""
    return await exists(store, folder.expired)


async def expired_among(store: Store, plans: Sequence[Plan]) -> set[RunFolder]:
    """Return the folders of those of these runs that are expired; one request a run."""
    async with aclosing(ahead(is_expired(store, plan.folder) for plan in plans)) as found:
        flags = [one async for one in found]
    return {plan.folder for plan, flag in zip(plans, flags, strict=True) if flag}


async def origin_files(store: Store, plan: Plan) -> AsyncIterator[Entry]:
    """Yield what a run keeps of its origin's answers: its record files, the answers to questions.

    Only objects whose keys parse exactly as this run's.
    """
    async for entry in record_files(store, plan):
        yield entry
    async for entry in store.list(plan.folder.answers):
        if plan.folder.is_asked(entry.key):
            yield entry


def records_are_gone(run: str) -> LakeError:
    """Return the error of a command that needs what an expired run no longer has."""
    return LakeError(
        f"the records of run {run} were deleted because of their age: harvest its titles again, "
        "by the command that began it, without --run"
    )
