"""Every invariant of a run, judged from the store alone; one record file in memory at a time."""

from collections.abc import AsyncIterator, Mapping

from harvester.errors import DocumentError
from harvester.lake.documents.manifest import Manifest, committed, load_manifest
from harvester.lake.documents.plan import Plan, load_titles
from harvester.lake.documents.summary import load_summary
from harvester.lake.keys import parse_record_key
from harvester.model import Title
from harvester.run.breach import Breach, Checked
from harvester.run.choose import all_plans, plan_of
from harvester.run.damage import warn_of
from harvester.run.given import damaged_given
from harvester.run.journal import record_files
from harvester.run.report import Totals, adds_up
from harvester.run.verify_expired import expired_files
from harvester.run.verify_outcomes import ExpectedOutcomes
from harvester.run.verify_unit import UnitFiles
from harvester.stores import Store

__all__ = ["Breach", "Checked", "verify", "verify_run"]


async def verify(store: Store, run: str | None, checked: Checked) -> tuple[str, list[Breach]]:
    """Return what is wrong with a run; without one with the newest, and its id.

    A document that can't be read is a breach. Without `run` so is each plan of the lake that can't
    be read, since that may be the newest. Raises `LakeError` when there is no such run.
    """
    found: list[Breach] = []
    if run is None:
        known = await all_plans(store)
        warn_of(known.damaged)
        found += [Breach(f"run {one.run}", one.damaged) for one in known.damaged]
        if found and not known.plans:
            return known.damaged[0].run, found
        run = known.newest(store.uri)
    try:
        async for breach in verify_run(store, run, checked):
            found.append(breach)
    except DocumentError as error:
        found.append(Breach(f"run {run}", str(error)))
    return run, found


async def verify_run(store: Store, run: str, checked: Checked) -> AsyncIterator[Breach]:
    """Yield every breach of a run's invariants, counting in `checked` what was looked at.

    A unit without a manifest is no breach but `pending`, unless the run is finished. Raises
    `LakeError` when there is no such run, and `DocumentError` when its plan, its titles or its
    tombstone can't be read. Of an expired run the files must be gone.
    """
    plan = await plan_of(store, run)
    titles = await load_titles(store, plan)
    named: set[str] = set()
    unread: set[int] = set()
    totals, outcomes = Totals(), ExpectedOutcomes(plan)
    gone = await expired_files(store, plan)
    units = await committed(store, plan.folder)
    for unit in sorted(units):
        if unit >= plan.units:
            yield Breach(f"unit {unit}", "the plan has no such unit")
            continue
        try:
            manifest = await load_manifest(store, plan, unit)
        except DocumentError as error:
            unread.add(unit)
            yield Breach(f"unit {unit}", str(error))
            continue
        totals.add(manifest)
        outcomes.add(manifest)
        planned = {title.id: title for title in titles.unit(unit)}
        for breach in _check_outcomes(manifest, planned):
            yield breach
        if gone is None:
            files = UnitFiles(store, plan, manifest, planned)
            async for breach in files.check(named, checked):
                yield breach
        else:
            gone.add(manifest)
        checked.units += 1
        checked.titles += len(manifest.outcomes)
    checked.pending = plan.units - sum(unit < plan.units for unit in units)
    summed = None if unread or checked.pending else totals
    if gone is not None:
        others = gone.misfits(store, all_read=not unread)
    else:
        others = _unnamed(store, plan, named, None if checked.pending else unread)
    async for key, what in others:
        yield Breach(key, what)
    misfit = None if summed is None else await outcomes.misfit(store, plan)
    found = [] if misfit is None else [Breach(plan.folder.outcomes, misfit)]
    found += [
        Breach(key, "is not the file that the run was given")
        async for key in damaged_given(store, plan.inputs)
    ]
    for breach in [*found, *await _check_summary(store, plan, summed, checked.pending)]:
        yield breach


async def _unnamed(
    store: Store, plan: Plan, named: set[str], unread: set[int] | None
) -> AsyncIterator[tuple[str, str]]:
    """Yield the files that no manifest names, but of `unread` units; None is an unfinished run."""
    if unread is None:
        return
    async for entry in record_files(store, plan):
        name = parse_record_key(entry.key)
        if entry.key not in named and (name is None or name.unit not in unread):
            yield entry.key, "is named by no manifest"


async def _check_summary(
    store: Store, plan: Plan, totals: Totals | None, pending: int
) -> list[Breach]:
    """Hold a finished run's summary to what its manifests add up to; None where that is unknown."""
    try:
        report = await load_summary(store, plan)
    except DocumentError as error:
        return [Breach("summary", str(error))]
    if report is None:
        return []
    if pending:
        what = (
            f"is of a finished run, and of {plan.units:,} units {pending:,} have no manifest: "
            "delete it, and the same `harvester run` asks for their titles again"
        )
        return [Breach(plan.folder.summary, what)]
    if totals is None or adds_up(report, totals):
        return []
    return [Breach(plan.folder.summary, "is not what the manifests add up to")]


def _check_outcomes(manifest: Manifest, planned: Mapping[str, Title]) -> list[Breach]:
    """Invariant 1: every title of the plan has exactly one outcome."""
    where = f"unit {manifest.unit}"
    given = manifest.outcomes.keys()
    return [
        *(Breach(where, f"{one} has no outcome") for one in sorted(planned.keys() - given)),
        *(Breach(where, f"{one} is not of this unit") for one in sorted(given - planned.keys())),
    ]
