"""A run and its retries: `<run>-retry<N>` each ask again for what still failed before it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harvester.errors import DocumentError
from harvester.lake.documents.manifest import Manifest, committed_units, manifests
from harvester.lake.documents.plan import Plan, load_titles, run_ids
from harvester.lake.keys import RunFolder
from harvester.lake.title_ids import pack
from harvester.model import Kind, Outcome, Title
from harvester.run.damage import DamagedRun
from harvester.run.known_plan import load_plan
from harvester.run.receipts import receipts
from harvester.run.report import Totals
from harvester.stores import Store

See = Callable[[Manifest, Iterable[tuple[Title, Outcome]]], None]
"""Gets each manifest, and the outcomes that stand of a unit's titles; a retry's has none."""

_RETRY = re.compile(r"(?P<base>.+)-retry(?P<number>[1-9]\d*)", re.ASCII)


@dataclass(slots=True)
class Merged:
    """What a run and its retries come to; `failed` are the titles still failed, in plan order.

    Each is a kind and a packed id. `left_out` are the retries that can't be read.
    """

    totals: Totals = field(default_factory=Totals)
    failed: list[tuple[Kind, int]] = field(default_factory=list)
    left_out: list[DamagedRun] = field(default_factory=list)


def base_of(run: str) -> str:
    """Return the run that this one is a retry of, or itself."""
    found = _RETRY.fullmatch(run)
    return found["base"] if found else run


async def retries_of(store: Store, folder: RunFolder) -> list[RunFolder]:
    """Return the folders of a run's retries, the first one first."""
    numbers = [
        int(found["number"])
        for one in await run_ids(store, folder.origin)
        if (found := _RETRY.fullmatch(one)) and found["base"] == folder.run
    ]
    return [RunFolder(folder.origin, f"{folder.run}-retry{n}") for n in sorted(numbers)]


async def merge(store: Store, plan: Plan, see: See | None = None) -> Merged:
    """Read a run's manifests and those of its retries: of a title, the last outcome stands.

    `see` gets each manifest once. Grows with the titles that failed, not with the run. A retry that
    can't be read is left out; raises `DocumentError` when the run itself can't be.
    """
    merged = Merged()
    later: dict[str, Outcome] = {}
    for folder in await retries_of(store, plan.folder):
        try:
            retry = await _whole(store, folder)
        except DocumentError as error:
            merged.left_out.append(DamagedRun(folder.run, str(error)))
            continue
        if retry is None:
            continue
        async for manifest in manifests(store, retry, await committed_units(store, retry)):
            later |= manifest.outcomes
            merged.totals.add_receipts(manifest)
            if see is not None:
                see(manifest, ())
    titles = await load_titles(store, plan)
    async for manifest in manifests(store, plan, await committed_units(store, plan)):
        receipts(plan, manifest)  # counted are only files that its unit can have
        merged.totals.add(manifest, later)
        settled = [
            (title, outcome)
            for title in titles.unit(manifest.unit)
            if (outcome := later.get(title.id) or manifest.outcomes.get(title.id))
        ]
        merged.failed += [
            (title.kind, pack(title.id))
            for title, outcome in settled
            if outcome.outcome == "failed"
        ]
        if see is not None:
            see(manifest, settled)
    return merged


async def _whole(store: Store, folder: RunFolder) -> Plan | None:
    """Return a retry's plan once all its manifests can be read, before any of them counts."""
    plan = await load_plan(store, folder)
    if plan is not None:
        async for one in manifests(store, plan, await committed_units(store, plan)):
            receipts(plan, one)
    return plan
