"""The events of the function: a step, and settings that apply to this call only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from harvester.errors import SettingError

Step = Literal["run", "plan", "harvest", "finish"]

_OVERRIDES = ("inputs", "endpoints", "limit", "rate")
_OF_STEP: dict[Step, tuple[str, ...]] = {
    "run": (),
    "plan": ("workers",),
    "harvest": ("run", "first", "last", "workers"),
    "finish": ("run",),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `flags` are settings by `Settings` name; the rest depends on the step.

    `units` are those that a worker harvests; `run` is empty if the step finds its own.
    """

    step: Step
    flags: dict[str, Any]
    run: str = ""
    units: range = range(0)
    workers: int = 1


def read_event(event: Mapping[str, Any]) -> Call:
    """Parse an event into a call. Raises `SettingError` naming the key.

    An event without a `step` plans a run, or resumes the unfinished one, and harvests it. The
    event of a schedule without an input (it has a `detail-type`) is treated as empty:
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    if "detail-type" in event:
        return Call("run", {})
    step = event.get("step", "run")
    if step not in get_args(Step):
        raise SettingError(f"the event's step is {step!r}, not one of {', '.join(_OF_STEP)}")
    overrides = _OVERRIDES if step in {"run", "plan"} else ("rate",)
    known = ("step", *_OF_STEP[step], *overrides)
    for name in event:
        if name not in known:
            raise SettingError(f"the event has {name!r}; step {step} takes {', '.join(known)}")
    flags = {name: event[name] for name in overrides if name in event}
    if step == "run":
        return Call(step, flags)
    workers = _number(event, "workers", 1) if step != "finish" else 1
    if step == "plan":
        return Call(step, flags, workers=workers)
    run = event.get("run")
    if not isinstance(run, str) or not run:
        raise SettingError(f"step {step} needs the event's run: the id that step plan returned")
    if step == "finish":
        return Call(step, flags, run)
    units = range(_number(event, "first"), _number(event, "last") + 1)
    return Call(step, flags, run, units, workers)


def _number(event: Mapping[str, Any], name: str, default: int | None = None) -> int:
    value = event.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SettingError(f"the event's {name} takes a whole number, not {value!r}")
    return value
