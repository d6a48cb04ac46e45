"""Which run a command means: the one to resume, the one that is done, or a new one."""

import re
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date

from harvester.errors import DocumentError, LakeError, SettingError, UserError
from harvester.hints import nearest
from harvester.lake.documents.manifest import committed
from harvester.lake.documents.owner import load_owner
from harvester.lake.documents.plan import Plan, run_ids
from harvester.lake.documents.summary import Report, load_summary, load_summary_of
from harvester.lake.keys import RUN_ID, RunFolder
from harvester.origins.table import ORIGINS
from harvester.run.ahead import ahead
from harvester.run.damage import DamagedRun, warn_of
from harvester.run.expired import is_expired, records_are_gone
from harvester.run.known_plan import load_plan
from harvester.stores import Store


@dataclass(frozen=True, slots=True)
class Choice:
    """A run's folder, with its plan when it has one and its Report when it is finished."""

    folder: RunFolder
    plan: Plan | None = None
    summary: Report | None = None


@dataclass(frozen=True, slots=True)
class KnownPlans:
    """The plans of a lake, the newest first, and the runs whose plan can't be read.

    `real` are the folders of those of the latter whose summary says that their data is real.
    """

    plans: list[Plan]
    damaged: list[DamagedRun]
    real: list[RunFolder]

    def newest(self, lake: str) -> str:
        """Return the run planned last. Raises `UserError` where there is none that can be read."""
        if self.plans:
            return self.plans[0].run
        if self.damaged:
            raise LakeError(f"no run of {lake} can be read: see `harvester status`")
        raise UserError(f"{lake} holds no run yet: start one with `harvester run`")


async def choose_run(
    store: Store,
    origin: str,
    digest: str,
    today: date,
    *,
    named: str | None = None,
    fresh: bool = False,
    again: bool = False,
) -> Choice:
    """Return the newest unfinished run of this digest, else today's finished one, else a new id.

    An expired run is neither: its titles are harvested again. `named` takes that run instead;
    `again` a new id rather than a finished run, `fresh` always. Raises `SettingError` when a named
    run was planned for something else.
    """
    if named is not None:
        if not RUN_ID.fullmatch(named):
            raise SettingError(f"{named!r} is no run's id: see `harvester status`")
        return await _named(store, RunFolder(origin, named), digest, fresh=fresh)
    found = await _of_digest(store, origin, digest)
    stem = today.isoformat().replace("-", "")
    renewed = fresh or again
    if not fresh:
        done: Choice | None = None
        for match in found:
            choice = await _load(store, RunFolder(origin, match[0]))
            is_of_today = choice.summary is not None and match[1] == stem
            if choice.plan is None or (choice.summary is not None and not is_of_today):
                continue
            if await is_expired(store, choice.folder):
                renewed = renewed or match[1] == stem
            elif choice.summary is None:
                return choice
            elif done is None:
                done = choice
        if done is not None and not again:
            return done
    taken = [int(match[2] or 1) for match in found if match[1] == stem]
    suffix = f"-{max(taken) + 1}" if taken and renewed else ""
    return Choice(RunFolder(origin, f"{stem}-{digest}{suffix}"))


async def begun_by(store: Store, origin: str, digest: str, execution: str) -> Choice | None:
    """Return the unfinished run of this digest that an execution owns, planned or not, or None.

    A fresh plan that is tried again goes on with it.
    """
    for match in await _of_digest(store, origin, digest):
        folder = RunFolder(origin, match[0])
        owner = await load_owner(store, folder)
        if owner is not None and owner.execution == execution:
            choice = await _load(store, folder)
            if choice.summary is None:
                return choice
    return None


async def all_folders(store: Store, origins: Iterable[str] = ORIGINS) -> list[RunFolder]:
    """Return the folders of all runs of the lake, of every origin or of these."""
    return [RunFolder(origin, run) for origin in origins for run in await run_ids(store, origin)]


async def all_plans(store: Store, origins: Iterable[str] = ORIGINS) -> KnownPlans:
    """Return the plan of every run of these origins; one that can't be read hides no other."""
    plans: list[Plan] = []
    damaged: list[DamagedRun] = []
    real: list[RunFolder] = []
    folders = await all_folders(store, origins)
    async with aclosing(ahead(_plan_or_damage(store, folder) for folder in folders)) as found:
        async for one in found:
            match one:
                case Plan():
                    plans.append(one)
                case DamagedRun():
                    damaged.append(one)
    unread = {one.run for one in damaged}
    for folder in folders:
        if folder.run in unread and await _says_it_is_real(store, folder):
            real.append(folder)  # noqa: PERF401 - few, and each is a request
    plans.sort(key=lambda plan: (plan.created_at, plan.run), reverse=True)
    return KnownPlans(plans, damaged, real)


async def real_run(store: Store) -> RunFolder | None:
    """Return a run that has harvested real data, of whatever origin; None where all is synthetic.

    A run whose plan can't be read is real if its summary says so; else it is named, and is not.
    """
    known = await all_plans(store)
    real = next(iter(known.real), None)
    for plan in known.plans:
        if real is None and not plan.synthetic and await committed(store, plan.folder):
            real = plan.folder
    if real is None:
        warn_of(known.damaged)
    return real


async def refuse_beside_real(store: Store, origin: str) -> None:
    """Raise `LakeError` where a run has harvested real data: synthetic data must not join it.

    `origin` is that of the synthetic data.
    """
    real = await real_run(store)
    if real is not None:
        api = ORIGINS[origin]
        variable = next(iter(api.token_variables), api.base_url_variable)
        raise LakeError(
            f"{store.uri} holds real data of {real.origin} (run {real.run}), and this "
            f"run's would be synthetic: name another lake, or set {variable} for real data"
        )


async def newest_run(store: Store, origins: Iterable[str] = ORIGINS) -> str:
    """Return the run planned last, of those whose plans can be read; the others are named.

    Raises `UserError` where there is none of these origins.
    """
    known = await all_plans(store, origins)
    warn_of(known.damaged)
    return known.newest(store.uri)


async def plan_of(store: Store, run: str, origin: str | None = None) -> Plan:
    """Return a run's plan, of any origin or of this one.

    Raises `LakeError` when there is no such run, and `SettingError` when it is another origin's.
    """
    # Of two runs with a name of the user's, that of the origin which is meant.
    for name in sorted(ORIGINS, key=lambda name: name != origin):
        plan = await load_plan(store, RunFolder(name, run)) if RUN_ID.fullmatch(run) else None
        if plan is None:
            continue
        if origin not in {None, name}:
            raise SettingError(f"run {run} asks {name}, not {origin}: name the origin that it asks")
        return plan
    hint = nearest(run, [folder.run for folder in await all_folders(store)])
    raise LakeError(f"{store.uri} holds no run {run}{hint}: see `harvester status`")


async def _named(store: Store, folder: RunFolder, digest: str, *, fresh: bool) -> Choice:
    choice = await _load(store, folder)
    if choice.plan is None:
        return choice
    if fresh:
        raise SettingError(f"run {folder.run} exists already; --fresh needs another --run, or none")
    if choice.plan.digest != digest:
        raise SettingError(
            f"run {folder.run} was planned for other inputs, or for other endpoints, language, "
            "rows, genre, limit, format, host or --only; ask for the same again, or give another "
            "--run"
        )
    if await is_expired(store, folder):
        raise records_are_gone(folder.run)
    return choice


async def _load(store: Store, folder: RunFolder) -> Choice:
    plan = await load_plan(store, folder)
    summary = None if plan is None else await load_summary(store, plan)
    return Choice(folder, plan, summary)


async def _of_digest(store: Store, origin: str, digest: str) -> list[re.Match[str]]:
    """Return the runs of a digest, the newest first; `-2` and on are the fresh runs of one day."""
    pattern = re.compile(rf"(\d{{8}})-{digest}(?:-(\d+))?", re.ASCII)
    found = [match for run in await run_ids(store, origin) if (match := pattern.fullmatch(run))]
    return sorted(found, key=lambda match: (match[1], int(match[2] or 1)), reverse=True)


async def _plan_or_damage(store: Store, folder: RunFolder) -> Plan | DamagedRun | None:
    try:
        return await load_plan(store, folder)
    except DocumentError as error:
        return DamagedRun(folder.run, str(error))


async def _says_it_is_real(store: Store, folder: RunFolder) -> bool:
    try:
        summary = await load_summary_of(store, folder)
    except DocumentError:
        return False
    return summary is not None and not summary.synthetic
