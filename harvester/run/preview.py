"""What a command would do, without doing it: `--dry-run`."""

from dataclasses import dataclass, field

from harvester.lake.documents.manifest import committed
from harvester.model import Asked, InputFacts
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.table import ORIGINS
from harvester.run.connection import connected
from harvester.run.left_out import left_out
from harvester.run.prepare import draft_run
from harvester.run.questions import Answers
from harvester.run.shortcuts import shortcuts_for
from harvester.run.state import RunState
from harvester.settings import Settings
from harvester.stores import open_store


@dataclass(frozen=True, slots=True)
class Preview:
    """What a command would do: `state` is new, unfinished, finished or nothing_due.

    `titles` of the plan, `done` of them with a manifest; `requests` is about what the rest
    takes; `shown` are the first titles that questions found, `why` counts those that are due by
    reason. Where nothing is due there is no `run`. `synthetic` are the origin's answers as far as
    is known: where nothing is asked, only those of the embedded simulator. `left_out` counts titles
    of the inputs that the plan lacks by reason; `mapped` ids are known by `id_map`, `known` more by
    earlier runs.
    """

    run: str | None
    state: str
    titles: int
    done: int
    requests: int
    inputs: tuple[InputFacts, ...]
    asked: Asked
    shown: tuple[str, ...] = ()
    why: dict[str, int] = field(default_factory=dict)
    synthetic: bool = False
    left_out: dict[str, int] = field(default_factory=dict)
    known: int = 0
    mapped: int = 0
    id_map: str | None = None


async def preview(settings: Settings) -> Preview:
    """Return what a run would do; nothing is written."""
    async with (
        open_store(settings.lake) as store,
        connected(settings, RunState(store.uri, 0.0), dry=True) as connection,
    ):
        with Answers() as answers:
            draft = await draft_run(settings, store, connection, answers, dry=True)
        if draft.is_nothing_due:
            return Preview(
                *(None, "nothing_due", 0, 0, 0, draft.inputs, draft.asked, draft.shown),
                synthetic=connection.is_synthetic,
                left_out=left_out(draft.inputs, draft.asked, 0),
            )
        shortcuts = Shortcuts(settings.requests)
        if draft.choice.summary is None:
            wanted = await draft.wanted(store)
            shortcuts = await shortcuts_for(settings, draft.asked, wanted, store, draft.planned)
        state = "new" if draft.choice.plan is None else "unfinished"
        would = draft.choice.plan or draft.plan(synthetic=connection.is_synthetic)[0]
        units = await committed(store, would.folder)
    if draft.choice.summary is not None:
        state = "finished"
    done = sum(would.unit_size(unit) for unit in units)
    everything = ORIGINS[would.asked.origin].requests_of(
        would, shortcuts.requests, len(shortcuts.known)
    )
    requests = round(everything * (would.titles - done) / would.titles) if would.titles else 0
    return Preview(
        *(would.run, state, would.titles, done, requests, would.inputs, would.asked, draft.shown),
        why=would.why,
        synthetic=would.synthetic,
        left_out=left_out(
            would.inputs, would.asked, would.titles, is_retry=would.retry_of is not None
        ),
        known=len(shortcuts.known) - shortcuts.mapped,
        mapped=shortcuts.mapped,
        id_map=shortcuts.id_map,
    )
