"""What a call returns, and what it raises, by how the work ended."""

from typing import Any

import pytest

from handlers.events import Step
from handlers.results import answered
from harvester.errors import HarvesterError, QuotaUsedUp, TokenRefused, UpstreamDown

STEPS: tuple[Step, ...] = ("run", "harvest")


async def ends(reason: str, message: str | None = None) -> dict[str, Any]:
    """Return the content of a Report."""
    units = {"units": 1}
    return {"finish_reason": reason, "message": message, "done": False, "this_process": units}


async def raises(error: HarvesterError) -> dict[str, Any]:
    """Raise an error before there is a plan."""
    raise error


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("message", [None, "Tiny says so"])
async def test_a_quota_that_is_used_up_is_no_error(step: Step, message: str | None) -> None:
    """A schedule calls again, and the state machine reads the reason."""
    content = await answered(step, ends("quota", message))
    assert (content["done"], content["finish_reason"]) == (False, "quota")


async def test_before_a_plan_it_is_the_schedules_to_call_again() -> None:
    """A single call says so, as when the origin is down; a step of the machine raises it."""
    content = await answered("run", raises(QuotaUsedUp("used up")))
    assert (content["finish_reason"], content["message"]) == ("quota", "used up")
    with pytest.raises(QuotaUsedUp):
        await answered("plan", raises(QuotaUsedUp("used up")))


async def test_what_raises_an_alarm_or_a_retry_is_raised() -> None:
    """A refused token of any step; a step's origin that is down, but not a single call's."""
    with pytest.raises(TokenRefused, match="no"):
        await answered("run", ends("token_refused", "no"))
    with pytest.raises(UpstreamDown):
        await answered("harvest", ends("upstream_down", "down"))
    assert (await answered("run", ends("upstream_down", "down")))["message"] == "down"
