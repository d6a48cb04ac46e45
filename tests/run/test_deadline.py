"""The deadline in virtual time: no unit starts that could not finish, none is held back early."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from made_report import ASKED, plan_of
from virtual_time import in_virtual_time

from harvester.origins.tmdb.shortcuts import fanned_out
from harvester.run.deadline import HARD_MARGIN_SECONDS, SOFT_MARGIN_SECONDS, Deadline
from harvester.run.state import Progress
from harvester.run.stop import Stop

UNIT = 100 * fanned_out(ASKED)


def _progress(*, rate: float, in_flight: int = 0, sent: int = 0) -> Progress:
    client: Any = SimpleNamespace(pace=SimpleNamespace(current=rate))
    progress = Progress("lake", 0.0, plan=plan_of(1000), client=client, in_flight=in_flight)
    progress.tally.sent = sent
    return progress


@pytest.mark.parametrize(("spare", "stops"), [(0.5, False), (-0.5, True)])
@pytest.mark.parametrize("in_flight", [0, 150, 200])
@in_virtual_time
async def test_a_unit_starts_only_if_it_ends_in_time(
    spare: float, stops: bool, in_flight: int
) -> None:
    """Time for what is in flight, one more unit at the rate, and the margin; otherwise stop."""
    stop = Stop()
    left = (in_flight * fanned_out(ASKED) + UNIT) / 40 + SOFT_MARGIN_SECONDS + spare
    deadline = Deadline(stop, lambda: left)
    progress = _progress(rate=40, in_flight=in_flight)
    deadline.observe("planned", progress)
    deadline.observe("committed", progress)
    assert stop.reason is None
    deadline.observe("starting", progress)
    assert stop.reason == ("deadline" if stops else None)
    assert not stop.aborted.is_set()


@in_virtual_time
async def test_a_slow_tmdb_counts_at_the_rate_it_reaches() -> None:
    """When 10 of 40 requests per second get through, a unit takes four times as long."""
    stop = Stop()
    left = [900.0]
    deadline = Deadline(stop, lambda: left[0])
    deadline.observe("planned", _progress(rate=40))
    await asyncio.sleep(60)
    left = [UNIT / 40 + SOFT_MARGIN_SECONDS + 1]
    deadline.observe("starting", _progress(rate=40, sent=2400))
    assert stop.reason is None
    deadline.observe("starting", _progress(rate=40, sent=600))
    assert stop.reason == "deadline"


@in_virtual_time
async def test_the_hard_deadline_gives_up_what_is_in_flight() -> None:
    """Shortly before the process is killed the stop is an abort."""
    stop = Stop()
    loop = asyncio.get_running_loop()
    end = loop.time() + 900
    Deadline(stop, lambda: end - loop.time())
    await asyncio.sleep(900 - HARD_MARGIN_SECONDS - 0.1)
    assert not stop.aborted.is_set()
    await asyncio.sleep(0.2)
    assert stop.aborted.is_set()
    assert stop.reason == "deadline"
