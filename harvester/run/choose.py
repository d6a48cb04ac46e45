"""Which run a command means: the one to resume, the one that is done, or a new one."""

import re
from dataclasses import dataclass
from datetime import date

from harvester.errors import LakeError, SettingError, UserError
from harvester.hints import nearest
from harvester.lake.documents.manifest import committed
from harvester.lake.documents.plan import Plan, load_plan, run_ids
from harvester.lake.documents.summary import Report, load_summary
from harvester.lake.keys import RUN_ID, RunFolder
from harvester.origins.table import ORIGINS
from harvester.stores import Store


@dataclass(frozen=True, slots=True)
class Choice:
    """A run's folder, with its plan when it has one and its Report when it is finished."""

    folder: RunFolder
    plan: Plan | None = None
    summary: Report | None = None


async def choose_run(
    store: Store,
    origin: str,
    digest: str,
    today: date,
    *,
    named: str | None = None,
    fresh: bool = False,
) -> Choice:
    """Return the newest unfinished run of this digest, else today's finished one, else a new id.

    `named` takes that run instead; `fresh` a new id always. Raises `SettingError` when a named
    run was planned for something else.
    """
    if named is not None:
        return await _named(store, RunFolder(origin, named), digest, fresh=fresh)
    # Newest first; `-2` and on are the fresh runs of one day.
    pattern = re.compile(rf"(\d{{8}})-{digest}(?:-(\d+))?", re.ASCII)
    ids = await run_ids(store, origin)
    found = [match for run in ids if (match := pattern.fullmatch(run))]
    found.sort(key=lambda match: (match[1], int(match[2] or 1)), reverse=True)
    stem = today.isoformat().replace("-", "")
    if not fresh:
        done: Choice | None = None
        for match in found:
            choice = await _load(store, RunFolder(origin, match[0]))
            if choice.plan is not None and choice.summary is None:
                return choice
            if done is None and choice.summary is not None and match[1] == stem:
                done = choice
        if done is not None:
            return done
    taken = [int(match[2] or 1) for match in found if match[1] == stem]
    suffix = f"-{max(taken) + 1}" if taken and fresh else ""
    return Choice(RunFolder(origin, f"{stem}-{digest}{suffix}"))


async def all_folders(store: Store) -> list[RunFolder]:
    """Return the folders of all runs of the lake, of every origin."""
    return [RunFolder(origin, run) for origin in ORIGINS for run in await run_ids(store, origin)]


async def all_plans(store: Store) -> list[Plan]:
    """Return the plan of every run of the lake, the newest first."""
    plans = [await load_plan(store, folder) for folder in await all_folders(store)]
    known = [plan for plan in plans if plan is not None]
    return sorted(known, key=lambda plan: (plan.created_at, plan.run), reverse=True)


async def refuse_beside_real(store: Store) -> None:
    """Raise `LakeError` where a run has harvested real data: synthetic data must not join it."""
    for plan in await all_plans(store):
        if not plan.synthetic and await committed(store, plan.folder):
            raise LakeError(
                f"{store.uri} holds real data of {plan.asked.origin} (run {plan.run}), and this "
                "run's would be synthetic: name another lake, or set TMDB_TOKEN for real data"
            )


async def newest_run(store: Store) -> str:
    """Return the run planned last. Raises `UserError` in a lake without runs."""
    plans = await all_plans(store)
    if not plans:
        raise UserError(f"{store.uri} holds no run yet: start one with `harvester run`")
    return plans[0].run


async def plan_of(store: Store, run: str) -> Plan:
    """Return a run's plan. Raises `LakeError` when there is no such run."""
    for origin in ORIGINS:
        plan = await load_plan(store, RunFolder(origin, run)) if RUN_ID.fullmatch(run) else None
        if plan is not None:
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
            "genre, limit, format or host; ask for the same again, or give another --run"
        )
    return choice


async def _load(store: Store, folder: RunFolder) -> Choice:
    plan = await load_plan(store, folder)
    summary = None if plan is None else await load_summary(store, plan)
    return Choice(folder, plan, summary)
