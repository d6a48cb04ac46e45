"""What a call returns, and what it raises: only what should alarm, or is to be tried again."""

from collections.abc import Coroutine
from typing import Any

from handlers.events import Step
from harvester.errors import HarvesterError, RunHeld, SettingError, StoreDown, UpstreamDown
from harvester.lake.documents.summary import VERSION
from harvester.run.supervise import GAVE_UP

_LATER: tuple[type[HarvesterError], ...] = (RunHeld, UpstreamDown, StoreDown)
_ERROR_OF = {reason: kind for kind, reason in GAVE_UP.items()}


async def answered(step: Step, work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Do the work and return its content, or raise what it says went wrong.

    A schedule calls again, so step `run` returns `done: false` where TMDB or the store is down or
    another process holds the run. Step Functions tries a step again by its error's name. A refused
    token, and a call too short for one unit, end in an error always.
    """
    try:
        content = await work
    except _LATER as error:
        if step != "run":
            raise
        return {
            "version": VERSION,
            "done": False,
            "finish_reason": GAVE_UP[type(error)],
            "message": str(error),
        }
    kind = _ERROR_OF.get(content.get("finish_reason", ""))
    if kind is not None and not (step == "run" and kind in _LATER):
        raise kind(content["message"])
    out_of_time = content.get("finish_reason") in {"deadline", "max_duration"}
    if out_of_time and not content["this_process"]["units"]:
        raise SettingError(
            "the call's time is too short for one unit of 100 titles: "
            "give the function a longer timeout, or ask for fewer workers"
        )
    return content
