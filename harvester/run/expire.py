"""Which runs are so old that their records must go, and that they go.

Only runs of origins whose terms say how long their data may be kept are looked at.
A run and its retries go together, once the last of them was finished so long ago, by its summary:
so nothing that is younger is ever deleted. One of them that holds a title's only record of an
endpoint is left, unless that is forced. Runs are judged from the one finished last: of two that
alone hold a title, the younger is left and the older goes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from harvester.errors import DocumentError
from harvester.lake import keys
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.summary import load_summary
from harvester.lake.title_ids import unpack
from harvester.origins.table import ORIGINS
from harvester.run.ahead import ahead
from harvester.run.choose import all_plans
from harvester.run.damage import DamagedRun
from harvester.run.expire_run import expire_run
from harvester.run.expired import is_expired, origin_files
from harvester.run.held_records import EXAMPLES, HeldRecords, Holdings, read_holdings
from harvester.run.retries import base_of
from harvester.stores import Store

_Family = tuple[str, str]
"""An origin and the run that all others of the family are retries of."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A run whose files were deleted, or would be; `resumed` where an earlier command began it."""

    run: str
    files: int
    bytes: int
    resumed: bool


@dataclass(frozen=True, slots=True)
class OnlyRecords:
    """The titles of which a run and its retries hold the only record of an endpoint."""

    run: str
    titles: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class Expiry:
    """What a command deleted, or would delete, and what is old enough but left, and why.

    `lost` are the titles of runs that were deleted by force, and `left` those of runs that are
    left; of a title that several runs hold, the one finished last has it. `unfinished` are older
    than that, too.
    """

    deleted: list[Deleted] = field(default_factory=list)
    left: list[OnlyRecords] = field(default_factory=list)
    lost: list[OnlyRecords] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    damaged: list[DamagedRun] = field(default_factory=list)
    exports: int = 0
    export_bytes: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left that is so old."""
        return not (self.left or self.unfinished or self.damaged)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A run, when it was finished, whether it is expired, or why it can't be read."""

    plan: Plan
    finished_at: datetime | None = None
    expired: bool = False
    damage: str | None = None

    @property
    def family(self) -> _Family:
        return self.plan.asked.origin, base_of(self.plan.run)


async def expire(
    store: Store, older_than: timedelta, *, force: bool = False, dry: bool = False
) -> Expiry:
    """Delete the records of the runs that were finished so long ago; those begun before, first.

    Files of all ids of a day that is so long ago go, too. With `dry` nothing is written. Raises
    `RunHeld` when another process works on one of the runs; what was deleted until then is.
    """
    before = datetime.now(UTC) - older_than
    done = Expiry()
    seen = await _all_runs(store, done)
    for one in seen:
        if one.expired:
            await _delete(store, one.plan, done, dry=dry, resumed=True)
    due = _due(seen, before, done)
    for plans in reversed(await _judged(store, seen, due, done, force=force)):
        for plan in plans:
            await _delete(store, plan, done, dry=dry)
    await _delete_exports(store, before, done, dry=dry)
    return done


async def _all_runs(store: Store, done: Expiry) -> list[_Seen]:
    """Return the runs, the one planned first first; `done` gets those whose plan can't be read."""
    known = await all_plans(store, _limited())
    done.damaged += known.damaged
    plans = sorted(known.plans, key=lambda plan: (plan.created_at, plan.run))
    async with aclosing(ahead(_look(store, plan) for plan in plans)) as found:
        return [one async for one in found]


def _limited() -> list[str]:
    """Return the origins whose data may not be kept for ever."""
    return [name for name, origin in ORIGINS.items() if origin.keep_days is not None]


async def _look(store: Store, plan: Plan) -> _Seen:
    if await is_expired(store, plan.folder):
        return _Seen(plan, expired=True)
    try:
        summary = await load_summary(store, plan)
    except DocumentError as error:
        return _Seen(plan, damage=str(error))
    return _Seen(plan, datetime.fromisoformat(summary.finished_at) if summary else None)


def _due(seen: Iterable[_Seen], before: datetime, done: Expiry) -> list[list[_Seen]]:
    """Return the families that are old enough, the one finished last first."""
    families: dict[_Family, list[_Seen]] = defaultdict(list)
    for one in seen:
        if not one.expired:
            families[one.family].append(one)
    unread = {base_of(one.run) for one in done.damaged}
    due: list[tuple[datetime, list[_Seen]]] = []
    for (_, base), family in families.items():
        damaged = [DamagedRun(one.plan.run, one.damage) for one in family if one.damage]
        done.damaged += damaged
        if damaged or base in unread:
            continue
        finished = [one.finished_at for one in family if one.finished_at is not None]
        if len(finished) == len(family):
            if max(finished) < before:
                due.append((max(finished), family))
        elif all(datetime.fromisoformat(one.plan.created_at) < before for one in family):
            done.unfinished += [one.plan.run for one in family if one.finished_at is None]
    due.sort(key=lambda one: (one[0], one[1][0].plan.run), reverse=True)
    return [family for _, family in due]


async def _judged(
    store: Store, seen: Iterable[_Seen], due: Sequence[list[_Seen]], done: Expiry, *, force: bool
) -> list[list[Plan]]:
    """Return the plans of those families that may go; `done` gets the others, and what is lost."""
    if not due:
        return []
    chosen: list[list[Plan]] = []
    held = HeldRecords()
    families = {family[0].family for family in due}
    for one in seen:
        if not one.expired and one.family not in families:
            for holdings in await _holdings(store, [one.plan], done) or ():
                held.add(holdings)
    for family in due:
        plans = [one.plan for one in family]
        own = await _holdings(store, plans, done)
        if own is None:
            continue
        only = sorted({title for holdings in own for title in held.lacking(holdings)})
        if only:
            examples = tuple(map(unpack, only[:EXAMPLES]))
            row = OnlyRecords(base_of(plans[0].run), len(only), examples)
            (done.lost if force else done.left).append(row)
            for holdings in own:
                held.add(holdings)
        if force or not only:
            chosen.append(plans)
    return chosen


async def _holdings(store: Store, plans: Iterable[Plan], done: Expiry) -> list[Holdings] | None:
    """Return what runs hold; None, and `done` gets why, where one can't be read."""
    found = []
    for plan in plans:
        try:
            found.append(await read_holdings(store, plan))
        except DocumentError as error:
            damaged = DamagedRun(plan.run, str(error))
            done.damaged += [] if damaged in done.damaged else [damaged]
            return None
    return found


async def _delete(
    store: Store, plan: Plan, done: Expiry, *, dry: bool, resumed: bool = False
) -> None:
    """Delete a run's files and count them; of one that was `resumed` there may be none."""
    sizes = [entry.size async for entry in origin_files(store, plan)]
    if resumed and not sizes:
        return
    try:
        if not dry:
            await expire_run(store, plan)
    except DocumentError as error:
        done.damaged.append(DamagedRun(plan.run, str(error)))
        return
    done.deleted.append(Deleted(plan.run, len(sizes), sum(sizes), resumed))


async def _delete_exports(store: Store, before: datetime, done: Expiry, *, dry: bool) -> None:
    """Delete the files of all ids of days that ended before a moment."""
    last = before.date() - timedelta(days=1)
    for origin in _limited():
        for kind in keys.CSV_FOLDER:
            prefix = keys.export_prefix(origin, kind)
            found = [entry async for entry in store.list(prefix)]
            for entry in found:
                day = keys.parse_export_key(entry.key, prefix)
                if day is not None and day <= last:
                    done.exports += 1
                    done.export_bytes += entry.size
                    if not dry:
                        await store.delete(entry.key)
