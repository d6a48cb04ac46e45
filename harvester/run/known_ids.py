"""The TMDB ids that earlier runs of a lake found, for runs that do not ask `find`."""

from array import array
from collections.abc import Iterable
from contextlib import aclosing

from harvester.lake.documents.plan import Plan
from harvester.model import Asked
from harvester.origins.known_ids import MEDIA_TYPES, KnownIds
from harvester.run.choose import all_plans
from harvester.run.damage import warn_of
from harvester.run.past_outcomes import PastRun, outcomes_of, readable
from harvester.stores import Store


async def read_known_ids(
    store: Store, asked: Asked, wanted: Iterable[int], before: Plan | None
) -> KnownIds:
    """Return what runs of the same origin and host know of `wanted`, packed IMDb ids.

    With `before`, only runs planned before that one count, so that a run which goes on has the ids
    that it began with. Of a title in several runs the one planned last counts; what it found
    unmatched has no id any more. Only an id that was found for the IMDb id asked for is taken: of
    two titles at TMDB that name one IMDb id, `find` knows which it is. A damaged run is named and
    left out: its ids are then asked for.
    """
    known = KnownIds(wanted)
    if not known.wanted:
        return known
    plans = await all_plans(store, (asked.origin,))
    warn_of(plans.damaged)
    earlier = [
        plan
        for plan in reversed(plans.plans)
        if plan.asked.host == asked.host
        and (before is None or plan.created_at <= before.created_at)  # of one second, either
        and (before is None or plan.run != before.run)
    ]
    runs = readable(store, earlier, lambda run: _found(store, run, known))
    async with aclosing(runs) as found:
        async for numbers, ids in found:
            for number, one in zip(numbers, ids, strict=True):
                if one:
                    known.add(number, one >> 1, MEDIA_TYPES[one & 1])
                else:
                    known.forget(number)
    return known


async def _found(store: Store, run: PastRun, known: KnownIds) -> tuple["array[int]", "array[int]"]:
    """Return the titles of a run that are wanted, and TMDB's id and media type of each, or 0.

    Nothing is added to `known` before all of the run was read.
    """
    numbers, ids = array("Q"), array("Q")
    async with aclosing(outcomes_of(store, run)) as parts:
        async for part in parts:
            for row in part.rows:
                if row.outcome == "failed" or not known.wants(row.number):
                    continue
                one = 0
                if isinstance(row.origin_id, int) and row.media_type is not None:
                    one = row.origin_id << 1 | MEDIA_TYPES.index(row.media_type)
                numbers.append(row.number)
                ids.append(one)
    return numbers, ids
