"""What the function is sent: a step, and settings that hold for this call alone."""

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
    """One call: `flags` are settings by `Settings` name; the rest is for a step.

    `units` are those a worker is to harvest; `run` is empty where a step finds its own.
    """

    step: Step
    flags: dict[str, Any]
    run: str = ""
    units: range = range(0)
    workers: int = 1


def read_event(event: Mapping[str, Any]) -> Call:
    """Return what an event asks for. Raises `SettingError` naming the key.

    An event without a `step` plans a run, or takes up the unfinished one, and works on it. What
    a schedule sends when it is given no input (it has a `detail-type`) says nothing to us:
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
