"""Settings → the run they mean: its inputs resolved, its plan drafted, nothing written yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from harvester import sample
from harvester.clock import now, today
from harvester.errors import InputError, LakeError, SettingError
from harvester.inputs.id_map import read_id_map
from harvester.inputs.input import Input, read_titles
from harvester.inputs.locate import file_input, find_inputs
from harvester.inputs.upload import upload_files
from harvester.lake.documents.manifest import committed
from harvester.lake.documents.plan import Plan, Titles, load_plan
from harvester.lake.documents.summary import load_summary
from harvester.lake.keys import RunFolder
from harvester.lake.title_ids import pack
from harvester.model import Asked, InputFacts, Kind, Title
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.table import ORIGINS
from harvester.origins.tmdb.endpoints import FIND
from harvester.run.choose import Choice, all_folders, choose_run, newest_run, plan_of
from harvester.run.connection import CheckedConnection, connected, host
from harvester.run.given import Given, given_files
from harvester.run.plan import digest, lay_out
from harvester.run.retries import base_of, merge, retries_of
from harvester.run.state import RunState
from harvester.run.status import merged_report
from harvester.settings import Settings
from harvester.stores import Store, open_store


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read and chosen; it becomes a plan once the origin has taken our credential.

    `titles` are packed ids by kind, `given` the local files that were read.
    """

    choice: Choice
    digest: str
    date: date
    asked: Asked
    inputs: tuple[InputFacts, ...]
    titles: list[tuple[Kind, list[int]]]
    retry_of: str | None = None
    shortcuts: Shortcuts = field(default_factory=Shortcuts)
    given: tuple[Given, ...] = ()

    def plan(self, *, synthetic: bool) -> tuple[Plan, Titles]:
        """Return the new run's plan and titles."""
        titles = lay_out(self.titles, self.asked.limit)
        return (
            Plan(
                run=self.choice.folder.run,
                digest=self.digest,
                date=self.date,
                created_at=now(),
                inputs=self.inputs,
                asked=self.asked,
                synthetic=synthetic,
                titles=len(titles),
                titles_sha256=titles.sha256,
                retry_of=self.retry_of,
            ),
            titles,
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What a command would do: `state` is new, unfinished or finished.

    `titles` of the plan, `done` of them with a manifest; `requests` is the most that the rest
    takes.
    """

    run: str
    state: str
    titles: int
    done: int
    requests: int
    inputs: tuple[InputFacts, ...]


async def preview(settings: Settings) -> Preview:
    """Return what a run would do; nothing is written."""
    async with (
        open_store(settings.lake) as store,
        connected(settings, RunState(store.uri, 0.0)) as connection,
    ):
        draft = await draft_run(settings, store, connection, dry=True)
        state = "new" if draft.choice.plan is None else "unfinished"
        would = draft.choice.plan or draft.plan(synthetic=False)[0]
        units = await committed(store, would.folder)
    if draft.choice.summary is not None:
        state = "finished"
    done = sum(would.unit_size(unit) for unit in units)
    a_title = ORIGINS[would.asked.origin].requests_a_title(would.asked, draft.shortcuts.requests)
    requests = (would.titles - done) * a_title
    return Preview(would.run, state, would.titles, done, requests, would.inputs)


async def draft_run(
    settings: Settings, store: Store, connection: CheckedConnection, *, dry: bool
) -> Draft:
    """Find the run that is meant, resolving the inputs, or those of a run's titles that failed.

    Writes nothing, save that a lake without CSVs gets the bundled sample when `settings` say so,
    the connection is checked and the run is not `dry`. Raises `UserError`.
    """
    when = settings.date or today()
    if settings.retry_of is not None:
        draft = await _draft_retry(settings, store, when, settings.retry_of)
    else:
        draft = await _draft_new(settings, store, connection, when, dry=dry)
    if draft.choice.summary is not None:
        return draft
    wanted = (number for _, numbers in draft.titles for number in numbers)
    return replace(draft, shortcuts=await shortcuts_for(settings, draft.asked, wanted, store))


async def shortcuts_for(
    settings: Settings, asked: Asked, wanted: Iterable[int], store: Store
) -> Shortcuts:
    """Return how a run saves requests, its id map read where it is of use.

    `wanted` are the packed ids asked for. A known id saves a request only where `find` is not asked
    for its own sake. Raises `InputError` for a map that can't be read.
    """
    shortcuts = Shortcuts(settings.requests, settings.id_map)
    if settings.id_map is None or FIND in asked.endpoints:
        return shortcuts
    return replace(shortcuts, known=await read_id_map(settings.id_map, wanted, store))


def packed(titles: Iterable[Title]) -> Iterable[int]:
    """Return titles as packed ids."""
    return (pack(title.id) for title in titles)


async def _draft_new(
    settings: Settings, store: Store, connection: CheckedConnection, when: date, *, dry: bool
) -> Draft:
    """Draft what the inputs list, or find its unfinished or finished run."""
    inputs = await find_inputs(settings.inputs, settings.kind, store)
    if not inputs:
        inputs = await _sample(settings, store, connection, when, dry=dry)
    read = await read_titles(inputs, settings.genres)
    if not any(one.numbers for one in read):
        raise InputError(
            f"no title in the inputs is of the genre {' or '.join(settings.genres)}: "
            "see the column genero"
        )
    asked = Asked(
        endpoints=settings.endpoints,
        language=settings.language,
        genres=tuple(sorted({genre.casefold() for genre in settings.genres})),
        limit=settings.limit,
        format=settings.format,
        host=host(settings),
        origin=settings.origin,
    )
    hashed = digest((one.facts for one in read), asked)
    choice = await choose_run(
        store, settings.origin, hashed, when, named=settings.run, fresh=settings.fresh
    )
    titles = [(one.facts.kind, one.numbers) for one in read]
    facts = tuple(one.facts for one in read)
    given = given_files(inputs, read)
    return Draft(choice, hashed, when, asked, facts, titles, given=given)


async def _draft_retry(settings: Settings, store: Store, when: date, run: str) -> Draft:
    """Draft what is still failed over a run and its retries, or find its unfinished retry."""
    base = base_of(run or await newest_run(store))
    plan = await plan_of(store, base)
    if plan.asked.host != host(settings):
        raise SettingError(
            f"run {base} asked {plan.asked.host}, not {host(settings)}: "
            "set TMDB_BASE_URL and the token as they were then"
        )
    if await load_summary(store, plan) is None:
        raise LakeError(f"run {base} is unfinished: finish it first, by the command that began it")
    merged = await merge(store, plan)
    retries = await retries_of(store, plan.folder)
    choice = Choice(RunFolder(plan.asked.origin, f"{base}-retry{len(retries) + 1}"))
    last = await load_plan(store, retries[-1]) if retries else None
    if retries and (last is None or await load_summary(store, last) is None):
        choice = Choice(retries[-1], last)
    elif not merged.failed:
        choice = Choice(plan.folder, plan, merged_report(store, plan, merged, finished=True))
    titles = [(kind, [number]) for kind, number in merged.failed]
    asked = replace(plan.asked, limit=None)
    return Draft(choice, plan.digest, when, asked, plan.inputs, titles, retry_of=base)


async def _sample(
    settings: Settings, store: Store, connection: CheckedConnection, when: date, *, dry: bool
) -> Sequence[Input]:
    if not settings.sample or await all_folders(store):
        raise InputError(
            f"{store.uri} holds no CSV under Raw/Local/CSV/: name your inputs, "
            "or put them there with `harvester upload`"
        )
    if dry:
        return [file_input(path, kind) for kind, path in sample.SAMPLE.items()]
    await connection.check()
    for kind, path in sample.SAMPLE.items():
        await upload_files(store, [path], kind=kind, when=when)
    return await find_inputs((), settings.kind, store)
