"""A run and its retries: `<run>-retry<N>` each take up what was still failed before it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harvester.lake.documents.manifest import Manifest, committed, manifests
from harvester.lake.documents.plan import Plan, load_titles, run_ids
from harvester.model import Kind, Outcome, Title
from harvester.run.report import Totals
from harvester.stores import Store

See = Callable[[Manifest, Iterable[tuple[Title, Outcome]]], None]
"""Is shown each manifest, and the outcomes that stand of a unit's titles; a retry's has none."""

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
        for one in await run_ids(store)
        if (found := _RETRY.fullmatch(one)) and found["base"] == run
    ]
    return [f"{run}-retry{number}" for number in sorted(numbers)]


async def merge(store: Store, plan: Plan, see: See | None = None) -> Merged:
    """Read a run's manifests and those of its retries: of a title, the last outcome stands.

    `see` is shown each manifest once. Grows with the titles that failed, not with the run.
    """
    merged = Merged()
    later: dict[str, Outcome] = {}
    for retry in await retries_of(store, plan.run):
        units = await committed(store, retry)
        async for manifest in manifests(store, retry, units):
            later |= manifest.outcomes
            merged.totals.add_receipts(manifest)
            if see is not None:
                see(manifest, ())
    titles = await load_titles(store, plan)
    units = await committed(store, plan.run)
    async for manifest in manifests(store, plan.run, units):
        merged.totals.add(manifest, later)
        settled = [
            (title, outcome)
            for title in titles.unit(manifest.unit)
            if (outcome := later.get(title.imdb_id) or manifest.outcomes.get(title.imdb_id))
        ]
        for title, outcome in settled:
            if outcome.outcome == "failed":
                merged.failed.append((title.kind, int(title.imdb_id[2:])))
        if see is not None:
            see(manifest, settled)
    return merged
