"""Settings → the run they mean: its inputs read, its plan drafted, TMDB asked nothing yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from yarl import URL

from harvester import sample
from harvester.clock import now, today
from harvester.errors import InputError, LakeError, SettingError
from harvester.inputs.id_map import read_id_map
from harvester.inputs.locate import Input, file_input, find_inputs, read_titles
from harvester.inputs.upload import upload_files
from harvester.lake.documents.manifest import committed
from harvester.lake.documents.plan import Plan, Titles, load_plan
from harvester.lake.documents.summary import load_summary
from harvester.model import Asked, InputFacts, Kind
from harvester.origins.tmdb.shortcuts import Shortcuts, uses_id_map
from harvester.run import plan
from harvester.run.choose import Choice, choose_run, newest_run, plan_of
from harvester.run.retries import base_of, merge, retries_of
from harvester.run.status import merged_report
from harvester.settings import SIMULATOR_HOST, Settings
from harvester.stores import Store, open_store


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read and chosen; a plan comes of it when TMDB has been heard."""

    choice: Choice
    digest: str
    date: date
    asked: Asked
    inputs: tuple[InputFacts, ...]
    titles: list[tuple[Kind, list[int]]]
    retry_of: str | None = None
    shortcuts: Shortcuts = field(default_factory=Shortcuts)

    def plan(self, *, synthetic: bool) -> tuple[Plan, Titles]:
        """Return the new run's plan and titles."""
        titles = plan.lay_out(self.titles, self.asked.limit)
        return (
            Plan(
                run=self.choice.run,
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
    """Return what a run would do; TMDB is asked nothing and nothing is written."""
    async with open_store(settings.lake) as store:
        draft = await draft_run(settings, store, dry=True)
        state = "new" if draft.choice.plan is None else "unfinished"
        would = draft.choice.plan or draft.plan(synthetic=False)[0]
        units = await committed(store, would.run)
    if draft.choice.summary is not None:
        state = "finished"
    done = sum(would.unit_size(unit) for unit in units)
    requests = (would.titles - done) * draft.shortcuts.requests_a_title(would.asked)
    return Preview(would.run, state, would.titles, done, requests, would.inputs)


async def draft_run(settings: Settings, store: Store, *, dry: bool) -> Draft:
    """Find the run that is meant, reading the inputs, or those of a run's titles that failed.

    Writes nothing, save that a lake without CSVs gets the bundled sample when `settings` say so
    and the run is not `dry`. Raises `UserError`.
    """
    when = settings.date or today()
    if settings.retry_of is not None:
        draft = await _prepare_retry(settings, store, when, settings.retry_of)
    else:
        draft = await _prepare_run(settings, store, when, dry=dry)
    if draft.choice.summary is not None:
        return draft
    wanted = (number for _, numbers in draft.titles for number in numbers)
    return replace(draft, shortcuts=await shortcuts_for(settings, draft.asked, wanted, store))


async def shortcuts_for(
    settings: Settings, asked: Asked, wanted: Iterable[int], store: Store
) -> Shortcuts:
    """Return how a run saves requests, its id map read where that is of use.

    `wanted` are the IMDb numbers asked for. Raises `InputError` for a map that can't be read.
    """
    shortcuts = Shortcuts(settings.requests, settings.id_map)
    if settings.id_map is None or not uses_id_map(asked):
        return shortcuts
    return replace(shortcuts, known=await read_id_map(settings.id_map, wanted, store))


async def _prepare_run(settings: Settings, store: Store, when: date, *, dry: bool) -> Draft:
    """Draft what the inputs list, or find its unfinished or finished run."""
    inputs = await find_inputs(settings.inputs, settings.kind, store)
    if not inputs:
        inputs = await _sample(settings, store, when, dry=dry)
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
    )
    digest = plan.digest((one.facts for one in read), asked)
    choice = await choose_run(store, digest, when, named=settings.run, fresh=settings.fresh)
    titles = [(one.facts.kind, one.numbers) for one in read]
    return Draft(choice, digest, when, asked, tuple(one.facts for one in read), titles)


async def _prepare_retry(settings: Settings, store: Store, when: date, run: str) -> Draft:
    """Draft what is still failed over a run and its retries, or find its unfinished retry."""
    base = base_of(run or await newest_run(store))
    plan = await plan_of(store, base)
    if plan.asked.host != host(settings):
        raise SettingError(
            f"run {base} asked {plan.asked.host}, not {host(settings)}: "
            "set TMDB_BASE_URL and the token as they were then"
        )
    if await load_summary(store, base) is None:
        raise LakeError(f"run {base} is unfinished: finish it first, by the command that began it")
    merged = await merge(store, plan)
    retries = await retries_of(store, base)
    choice = Choice(f"{base}-retry{len(retries) + 1}")
    if retries and await load_summary(store, retries[-1]) is None:
        choice = Choice(retries[-1], await load_plan(store, retries[-1]))
    elif not merged.failed:
        choice = Choice(base, plan, merged_report(store, plan, merged, finished=True))
    titles = [(kind, [number]) for kind, number in merged.failed]
    asked = replace(plan.asked, limit=None)
    return Draft(choice, plan.digest, when, asked, plan.inputs, titles, retry_of=base)


def host(settings: Settings) -> str:
    """Return TMDB's host as the run id takes it: with a port only when the URL names one."""
    if settings.base_url is None:
        return SIMULATOR_HOST
    url = URL(settings.base_url)
    return f"{url.host}" if url.is_default_port() else f"{url.host}:{url.port}"


async def _sample(settings: Settings, store: Store, when: date, *, dry: bool) -> list[Input]:
    if not settings.sample:
        raise InputError(
            f"{store.uri} holds no CSV under Raw/Local/CSV/: name your inputs, "
            "or put them there with `harvester upload`"
        )
    if dry:
        return [file_input(path, kind) for kind, path in sample.SAMPLE.items()]
    for kind, path in sample.SAMPLE.items():
        await upload_files(store, [path], kind=kind, when=when)
    return await find_inputs((), settings.kind, store)
