"""The result of a call, and its errors: only those to raise an alarm or to be retried."""

from collections.abc import Coroutine
from typing import Any

from handlers.events import Step
from harvester.errors import (
    HarvesterError,
    QuotaUsedUp,
    RunHeld,
    SettingError,
    StoreDown,
    UpstreamDown,
)
from harvester.lake.documents.summary import VERSION
from harvester.run.supervise import GAVE_UP

_LATER: tuple[type[HarvesterError], ...] = (RunHeld, UpstreamDown, StoreDown, QuotaUsedUp)
_ERROR_OF = {reason: kind for kind, reason in GAVE_UP.items() if kind is not QuotaUsedUp}


async def answered(step: Step, work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Do the work and return its content, or raise the error that it reports.

    A schedule calls again, so step `run` returns `done: false` when the origin or the store is
    down, the origin's quota is used up, or another process holds the run. Step Functions retries a
    step by its error's name. A rejected token, and a call too short for one unit, always raise an
    error.
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


def without_rows(content: dict[str, Any]) -> dict[str, Any]:
    """Return a Report's content without the rejected rows that it quotes; their number stays."""
    inputs = [{**facts, "rejects": []} for facts in content["inputs"]]
    return {**content, "inputs": inputs}
