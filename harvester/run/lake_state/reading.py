"""All runs of a scope, read into a `LakeState`."""

import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from harvester.errors import DocumentError
from harvester.lake.documents.plan import Plan
from harvester.lake.title_ids import unpack
from harvester.model import Asked
from harvester.origins.abilities import without_lookup
from harvester.origins.table import ORIGINS
from harvester.run.choose import all_plans
from harvester.run.expired import expired_among
from harvester.run.lake_state.state import LakeState
from harvester.run.past_outcomes import outcomes_of, past_runs
from harvester.stores import Store

CLOCK_SKEW: Final = 86_400
"""Seconds by which the clocks of the machines that harvest may differ."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What must agree for one answer to stand for another; see `model.Asked`."""

    origin: str
    host: str
    language: str | None

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """Return the scope of what a run asks."""
        return cls(asked.origin, asked.host, asked.language)


async def read_lake_state(
    store: Store, scope: Scope, endpoints: Sequence[str], *, now: float | None = None
) -> LakeState:
    """Return what all runs of a scope know of their titles; `now` is the time, if not the clock's.

    `endpoints` are those whose freshness is asked for; one that looks ids up is no part of it.
    Unfinished runs and retries count, too. Of each run its plan, its outcomes and whether it is
    expired are read, three requests; its manifests only where it has no outcomes. Raises
    `DocumentError`, which says what to do, for a damaged document of any run: never a state that
    lacks something.
    """
    latest = (time.time() if now is None else now) + CLOCK_SKEW
    known = await all_plans(store, (scope.origin,))
    for one in known.damaged:
        raise DocumentError(one.damaged)
    plans = [plan for plan in reversed(known.plans) if Scope.of(plan.asked) == scope]
    expired = await expired_among(store, plans)
    state = LakeState(without_lookup(ORIGINS[scope.origin], endpoints))
    async with aclosing(past_runs(store, plans)) as runs:
        async for run in runs:
            asked, is_expired = run.plan.asked.endpoints, run.plan.folder in expired
            async with aclosing(outcomes_of(store, run)) as parts:
                async for part in parts:
                    for row in part.rows:
                        if row.fetched_at > latest:
                            raise _in_future(run.plan, part.key, unpack(row.number), row.fetched_at)
                        state.add(row, asked, expired=is_expired)
    return state


def _in_future(plan: Plan, key: str, title_id: str, at: int) -> DocumentError:
    moment = datetime.fromtimestamp(at, UTC).isoformat()
    return DocumentError(
        f"{key} is damaged, {title_id} was fetched at {moment}, which lies in the future: "
        f"if this machine's clock is right, move the run's folder {plan.folder.prefix} away"
    )
