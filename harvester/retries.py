"""A run and its retries: `<run>-retry<N>` each take up what was still failed before it."""

import re
from dataclasses import dataclass, field

from harvester import journal
from harvester.model import Kind, Outcome
from harvester.plan import Plan
from harvester.report import Totals
from harvester.stores import Store

_RETRY = re.compile(r"(?P<base>.+)-retry(?P<number>[1-9]\d*)", re.ASCII)


@dataclass(slots=True)
class Merged:
    """What a run and its retries come to; `failed` are the titles still failed, in plan order."""

    totals: Totals = field(default_factory=Totals)
    failed: list[tuple[Kind, int]] = field(default_factory=list)


def base_of(run: str) -> str:
    """Return the run that this one is a retry of, or itself."""
    found = _RETRY.fullmatch(run)
    return found["base"] if found else run


async def retries_of(store: Store, run: str) -> list[str]:
    """Return the ids of a run's retries, the first one first."""
    numbers = [
        int(found["number"])
        for one in await journal.run_ids(store)
        if (found := _RETRY.fullmatch(one)) and found["base"] == run
    ]
    return [f"{run}-retry{number}" for number in sorted(numbers)]


async def merge(store: Store, plan: Plan) -> Merged:
    """Read a run's manifests and those of its retries: of a title, the last outcome stands.

    Grows with the number of titles that failed, not with the run.
    """
    merged = Merged()
    later: dict[str, Outcome] = {}
    for retry in await retries_of(store, plan.run):
        units = await journal.committed(store, retry)
        async for manifest in journal.manifests(store, retry, units):
            later |= manifest.outcomes
            merged.totals.add_receipts(manifest)
    titles = await journal.load_titles(store, plan)
    units = await journal.committed(store, plan.run)
    async for manifest in journal.manifests(store, plan.run, units):
        merged.totals.add(manifest, later)
        for title in titles.unit(manifest.unit):
            outcome = later.get(title.imdb_id) or manifest.outcomes.get(title.imdb_id)
            if outcome is not None and outcome.outcome == "failed":
                merged.failed.append((title.kind, int(title.imdb_id[2:])))
    return merged
