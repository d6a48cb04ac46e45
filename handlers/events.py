"""The events of the function: a step, and settings that apply to this call only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, get_args

import msgspec
import orjson
from msgspec import Meta

from handlers.triggers import check_trigger
from harvester.errors import SettingError
from harvester.hints import nearest
from harvester.inputs.questions import SCHEME
from harvester.lake.documents.owner import Execution
from harvester.lake.keys import RUN_ID, parse_csv_key

Step = Literal["run", "plan", "harvest", "finish"]

_RunId = Annotated[str, Meta(pattern=rf"\A{RUN_ID.pattern}\Z")]
_Number = Annotated[int, Meta(ge=0)]
_Words = str | list[str] | None

_TYPES: Final[dict[str, tuple[Any, str]]] = {
    "origin": (str | None, "the name of an origin"),
    "inputs": (_Words, "a text, or a list of texts"),
    "where": (_Words, "a text, or a list of texts"),
    "endpoints": (_Words, "a text, or a list of texts"),
    "only": (str | None, "due"),
    "max_age": (str | None, "an age such as 150d"),
    "limit": (int | str | None, "a whole number"),
    "rate": (int | float | str | None, "a number, or auto"),
    "fresh": (bool, "true or false"),
    "retry": (bool | _RunId, "true, or the id of a run"),
    "workers": (_Number, "a whole number"),
    "first": (_Number, "a whole number"),
    "last": (_Number, "a whole number"),
    "execution": (Execution, "what the engine calls an execution"),
}
"""What each key may be, and how a sentence says so; of a setting, its parser says the rest."""

_SETTINGS = ("origin", "inputs", "where", "only", "max_age", "endpoints", "limit", "rate")
_WITH_RETRY = ("origin", "rate")
_OF_STEP: dict[Step, tuple[str, ...]] = {
    "run": ("fresh", "retry"),
    "plan": ("fresh", "retry", "workers", "execution"),
    "harvest": ("run", "first", "last", "workers", "execution"),
    "finish": ("run",),
}
_OF_ENGINE = ("step", "workers", "execution")
"""What the state machine adds to the event that it was started by."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `flags` are settings by `Settings` name; the rest depends on the step.

    `units` are those that a worker harvests; `run` is empty if the step finds its own. `retry_of`
    is the run whose failed titles are asked for again, empty for the newest. `execution` is what
    the engine calls the execution that makes this call.
    """

    step: Step
    flags: dict[str, Any]
    run: str = ""
    units: range = range(0)
    workers: int = 1
    fresh: bool = False
    retry_of: str | None = None
    execution: str | None = None


def read_event(event: object, *, on_upload: bool = False) -> Call:
    """Parse an event into a call. Raises `SettingError` naming the key.

    An event without a `step` plans a run, or resumes the unfinished one, and harvests it. What a
    schedule sends by itself (it has a `detail-type`) is treated as empty; so is what tells of an
    uploaded CSV, if `on_upload`.
    """
    if not isinstance(event, Mapping):
        raise SettingError(f"an event is a JSON object, such as {{}}, not {_shown(event)}")
    try:
        orjson.dumps(event)
    except TypeError:
        raise SettingError(
            "the event holds half of a surrogate pair, or a number beyond 64 bits: leave it out"
        ) from None
    if "detail-type" in event:
        check_trigger(event, on_upload=on_upload)
        event = {name: event[name] for name in _OF_ENGINE if name in event}
    return _read(event)


def _read(event: Mapping[str, Any]) -> Call:
    step = event.get("step", "run")
    if step not in get_args(Step):
        raise SettingError(f"the event's step is {_shown(step)}, not one of {', '.join(_OF_STEP)}")
    settings = _SETTINGS if step in {"run", "plan"} else ("origin", "rate")
    known = ("step", *_OF_STEP[step], *settings)
    for name in event:
        if name not in known:
            takes = f"step {step} takes {', '.join(known)}{nearest(str(name), known)}"
            raise SettingError(f"the event has {name!r}; {takes}")
    for name in event:
        if name in _TYPES:
            _value(event, name)
    flags = {name: event[name] for name in settings if name in event}
    _check_inputs(flags.get("inputs") or ())
    execution = event.get("execution")
    workers = _value(event, "workers") if "workers" in event else 1
    if step in {"run", "plan"}:
        retry_of = _retry_of(event)
        return Call(
            step,
            flags,
            workers=workers,
            fresh=event.get("fresh", False),
            retry_of=retry_of,
            execution=execution,
        )
    run = event.get("run")
    if not isinstance(run, str) or not RUN_ID.fullmatch(run):
        raise SettingError(f"step {step} needs the event's run: the id that step plan returned")
    if step == "finish":
        return Call(step, flags, run)
    units = range(_value(event, "first"), _value(event, "last") + 1)
    return Call(step, flags, run, units, workers, execution=execution)


def _value(event: Mapping[str, Any], name: str) -> Any:
    """Return a key's value. Raises `SettingError` where it is not of the key's type."""
    kind, takes = _TYPES[name]
    try:
        return msgspec.convert(event.get(name), kind)
    except msgspec.ValidationError:
        raise SettingError(
            f"the event's {name} takes {takes}, not {_shown(event.get(name))}"
        ) from None


def _retry_of(event: Mapping[str, Any]) -> str | None:
    """Return the run that is retried: empty for the newest one, None for none."""
    retry: bool | str = event.get("retry", False)
    if retry is False:
        return None
    for name in ("fresh", *_SETTINGS):
        if event.get(name) and name not in _WITH_RETRY:
            raise SettingError(
                f"the event has retry and {name}: what failed is asked for again as its run "
                "asked for it, so leave one of the two out"
            )
    return "" if retry is True else retry


def _check_inputs(given: object) -> None:
    """Refuse inputs of the function's own files: who may send events need not see them."""
    for name in given if isinstance(given, list | tuple) else str(given).split(","):
        shown = str(name).strip()
        if not shown.startswith(("s3://", SCHEME)) and parse_csv_key(shown) is None:
            raise SettingError(
                "the event's inputs take s3://bucket/key, a key of the lake's Raw/Local/CSV or "
                f"a tmdb: input such as tmdb:movie/278, not {shown[:80]!r}"
            )


def _shown(value: object) -> str:
    return repr(value)[:80]
