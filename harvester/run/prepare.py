"""Settings → the run they mean: its inputs resolved, its plan drafted, nothing written yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from harvester import sample
from harvester.clock import moment, now, today
from harvester.errors import InputError, LakeError, SettingError
from harvester.inputs.input import Input, InputTitles, read_titles
from harvester.inputs.locate import file_input, find_inputs, with_votes
from harvester.inputs.nothing_found import nothing_found
from harvester.inputs.upload import upload_files
from harvester.lake.conditions import Condition, condition
from harvester.lake.documents.plan import Plan, Titles, load_titles
from harvester.lake.documents.summary import load_summary
from harvester.lake.keys import RunFolder
from harvester.lake.title_table import TitleTable
from harvester.model import DEFAULT_ORIGIN, Asked, InputFacts
from harvester.origins.table import ORIGINS
from harvester.run.choose import Choice, begun_by, choose_run, newest_run, plan_of, real_run
from harvester.run.connection import CheckedConnection, host
from harvester.run.damage import warn_of
from harvester.run.due import due_groups
from harvester.run.expired import is_expired, records_are_gone
from harvester.run.given import Given, given_files
from harvester.run.known_plan import load_plan
from harvester.run.lake_state.reading import Scope, read_lake_state
from harvester.run.most_voted import most_voted_first
from harvester.run.named_by import saying_who_named
from harvester.run.plan import Group, counted_by_why, digest, lay_out
from harvester.run.questions import Answers, ask_all
from harvester.run.retries import base_of, merge, retries_of
from harvester.run.shortcuts import packed
from harvester.run.status import merged_report
from harvester.settings import Settings
from harvester.stores import Store


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read and chosen; it becomes a plan once the origin has taken our credential.

    `groups` are the titles, `given` the local files that were read, `shown` the first titles that
    questions found.
    """

    choice: Choice
    digest: str
    date: date
    asked: Asked
    inputs: tuple[InputFacts, ...]
    groups: Sequence[Group]
    retry_of: str | None = None
    given: tuple[Given, ...] = ()
    shown: tuple[str, ...] = ()

    @property
    def planned(self) -> Plan | None:
        """The plan of a run that goes on, or was finished."""
        return self.choice.plan

    async def wanted(self, store: Store) -> Iterable[int]:
        """Return the packed ids of the titles: those of the plan, if there is one.

        Raises `DocumentError` for titles that can't be read.
        """
        plan = self.planned
        if plan is not None:
            titles = await load_titles(store, plan)
            return packed(title for unit in range(plan.units) for title in titles.unit(unit))
        numbers = (number for group in self.groups for number in group.numbers)
        return islice(numbers, self.asked.limit)

    @property
    def is_nothing_due(self) -> bool:
        """Whether there is no run to plan, as all titles are fresh."""
        due = self.asked.only is not None and self.retry_of is None
        return due and self.choice.plan is None and not self.groups

    def plan(self, *, synthetic: bool) -> tuple[Plan, Titles]:
        """Return the new run's plan and titles."""
        titles = lay_out(self.groups, self.asked.limit)
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
                why=counted_by_why(self.groups, self.asked.limit),
            ),
            titles,
        )


async def draft_run(
    settings: Settings,
    store: Store,
    connection: CheckedConnection,
    answers: Answers,
    *,
    dry: bool,
    execution: str | None = None,
) -> Draft:
    """Find the run that is meant, resolving the inputs, or those of a run's titles that failed.

    Questions are asked where the run is new; `answers` gets what was answered. `execution` is the
    engine's, for which the run is drafted.

    Writes nothing, save that a lake without CSVs and real data gets the bundled sample when
    `settings` say so, the connection is checked and the run is not `dry`. Raises `UserError`.
    """
    when = settings.date or today()
    if settings.retry_of is not None:
        return await _draft_retry(settings, store, when, settings.retry_of)
    return await _draft_new(
        settings, store, connection, answers, when, dry=dry, execution=execution
    )


async def _draft_new(
    settings: Settings,
    store: Store,
    connection: CheckedConnection,
    answers: Answers,
    when: date,
    *,
    dry: bool,
    execution: str | None,
) -> Draft:
    """Draft what the inputs list, or find its unfinished or finished run."""
    api = ORIGINS[settings.origin]
    with saying_who_named(settings):
        inputs = await find_inputs(settings.inputs, settings.kind, store)
    if not inputs:
        inputs = await _sample(settings, store, connection, when, dry=dry)
    votes = TitleTable() if api.most_voted_first else None
    if votes is not None:
        inputs = with_votes(inputs, votes)
    where = _conditions(settings)
    with saying_who_named(settings):
        read = await read_titles(inputs, where)
        if not api.answers_questions:
            _refuse_questions(read, api.name)
        if not any(one.numbers or one.question for one in read):
            raise await nothing_found(inputs, where)
    asked = Asked(
        endpoints=settings.endpoints,
        language=settings.language,
        genres=_hashed(one.value.casefold() for one in where if one.field == "genre"),
        limit=settings.limit,
        format=settings.format,
        host=host(settings),
        origin=settings.origin,
        where=_hashed(one.canonical for one in where if one.field != "genre"),
        only=settings.only,
        max_age=None if settings.only is None else settings.max_age,
    )
    hashed = digest((one.facts for one in read), asked)
    choice = None
    if settings.fresh and execution is not None:
        choice = await begun_by(store, settings.origin, hashed, execution)
    choice = choice or await choose_run(
        store,
        settings.origin,
        hashed,
        when,
        named=settings.run,
        fresh=settings.fresh,
        again=settings.only is not None,
    )
    given = given_files(inputs, read)
    shown: tuple[str, ...] = ()
    if choice.plan is None:  # a plan has the answers already
        with saying_who_named(settings):
            read, shown = await ask_all(connection, read, settings.language, store, answers)
    groups = [Group(one.facts.kind, one.numbers) for one in read]
    if choice.plan is None and settings.only is not None:
        groups = await _due(groups, asked, settings.max_age, store, connection, dry=dry)
    if votes is not None:
        groups = most_voted_first(groups, votes)
    facts = tuple(one.facts for one in read)
    return Draft(choice, hashed, when, asked, facts, groups, given=given, shown=shown)


def _refuse_questions(read: Iterable[InputTitles], origin: str) -> None:
    question = next((one.facts.name for one in read if one.question is not None), None)
    if question is not None:
        raise InputError(
            f"{question} is a question to {DEFAULT_ORIGIN}, and {origin} answers none: run it with "
            f"{DEFAULT_ORIGIN} first, then name the outcomes.csv of that run"
        )


async def _due(
    groups: Sequence[Group],
    asked: Asked,
    max_age: int,
    store: Store,
    connection: CheckedConnection,
    *,
    dry: bool,
) -> list[Group]:
    at = moment()
    state = await read_lake_state(store, Scope.of(asked), asked.endpoints, now=at.timestamp())
    return await due_groups(
        groups,
        state,
        lambda media_type, since: connection.changes(store, media_type, since, at, dry=dry),
        max_age=max_age,
        now=at,
    )


def _conditions(settings: Settings) -> list[Condition]:
    """Return what rows must hold; `genres` and conditions on the genre are the same."""
    try:
        where = [condition(text) for text in settings.where]
    except ValueError as error:
        raise SettingError(f"where {error}") from None
    return [*(Condition("genre", genre) for genre in settings.genres), *where]


def _hashed(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts in one order, each once, so that the same is always the same run."""
    return tuple(sorted(set(texts)))


async def _draft_retry(settings: Settings, store: Store, when: date, run: str) -> Draft:
    """Draft what is still failed over a run and its retries, or find its unfinished retry."""
    base = base_of(run or await newest_run(store, (settings.origin,)))
    plan = await plan_of(store, base, settings.origin)
    if plan.asked.host != host(settings):
        api = ORIGINS[settings.origin]
        and_token = " and the token as they were" if api.token_variables else " as it was"
        raise SettingError(
            f"run {base} asked {plan.asked.host}, not {host(settings)}: "
            f"set {api.base_url_variable}{and_token} then"
        )
    if await load_summary(store, plan) is None:
        raise LakeError(f"run {base} is unfinished: finish it first, by the command that began it")
    merged = await merge(store, plan)
    warn_of(merged.left_out)
    retries = await retries_of(store, plan.folder)
    choice = Choice(RunFolder(plan.asked.origin, f"{base}-retry{len(retries) + 1}"))
    last = await load_plan(store, retries[-1]) if retries else None
    if retries and (last is None or await load_summary(store, last) is None):
        choice = Choice(retries[-1], last)
    elif await is_expired(store, plan.folder):
        raise records_are_gone(base)
    elif not merged.failed:
        choice = Choice(plan.folder, plan, merged_report(store, plan, merged, finished=True))
    groups = [Group(kind, [number]) for kind, number in merged.failed]
    asked = replace(plan.asked, limit=None)
    return Draft(choice, plan.digest, when, asked, plan.inputs, groups, retry_of=base)


async def _sample(
    settings: Settings, store: Store, connection: CheckedConnection, when: date, *, dry: bool
) -> Sequence[Input]:
    """Return the bundled CSVs, in a lake that nothing real would be mixed with."""
    real = await real_run(store) if settings.sample else None
    if not settings.sample or real is not None:
        beside = f", and the bundled sample joins no real data (run {real.run})" if real else ""
        elsewhere = ", or try the sample in another folder" if real else ""
        raise InputError(
            f"{store.uri} holds no CSV under Raw/Local/CSV/{beside}: name your inputs, "
            f"or put them there with `harvester upload`{elsewhere}"
        )
    if dry:
        return [file_input(path, kind) for kind, path in sample.SAMPLE.items()]
    await connection.check()
    for kind, path in sample.SAMPLE.items():
        await upload_files(store, [path], kind=kind, when=when)
    return await find_inputs((), settings.kind, store)
