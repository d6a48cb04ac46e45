"""The deadline in virtual time: no unit starts that could not finish, none is held back early."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from made_report import ASKED, plan_of
from virtual_time import in_virtual_time

from harvester.origins.tmdb.origin import TmdbOrigin
from harvester.run.deadline import HARD_MARGIN_SECONDS, SOFT_MARGIN_SECONDS, Deadline
from harvester.run.state import RunState, Snapshot
from harvester.run.stop import Stop

A_TITLE = TmdbOrigin().requests_a_title(ASKED, "fanout")
UNIT = 100 * A_TITLE


def _seen(*, rate: float, in_flight: int = 0, sent: int = 0) -> Snapshot:
    pace = SimpleNamespace(current=rate, paused_for=0.0)
    connection: Any = SimpleNamespace(pace=pace, is_probing=False)
    plan = plan_of(1000)
    state = RunState("lake", 0.0, plan=plan, connection=connection, in_flight=in_flight)
    state.tally.sent = sent
    return state.snapshot()


@pytest.mark.parametrize(("spare", "stops"), [(0.5, False), (-0.5, True)])
@pytest.mark.parametrize("in_flight", [0, 150, 200])
@in_virtual_time
async def test_a_unit_starts_only_if_it_ends_in_time(
    spare: float, stops: bool, in_flight: int
) -> None:
    """Time for what is in flight, one more unit at the rate, and the margin; otherwise stop."""
    stop = Stop()
    left = (in_flight * A_TITLE + UNIT) / 40 + SOFT_MARGIN_SECONDS + spare
    deadline = Deadline(stop, lambda: left)
    seen = _seen(rate=40, in_flight=in_flight)
    deadline.observe("planned", seen)
    deadline.observe("committed", seen)
    assert stop.reason is None
    deadline.observe("starting", seen)
    assert stop.reason == ("deadline" if stops else None)
    assert not stop.aborted.is_set()


@in_virtual_time
async def test_a_slow_tmdb_counts_at_the_rate_it_reaches() -> None:
    """When 10 of 40 requests per second get through, a unit takes four times as long."""
    stop = Stop()
    left = [900.0]
    deadline = Deadline(stop, lambda: left[0])
    deadline.observe("planned", _seen(rate=40))
    await asyncio.sleep(60)
    left = [UNIT / 40 + SOFT_MARGIN_SECONDS + 1]
    deadline.observe("starting", _seen(rate=40, sent=2400))
    assert stop.reason is None
    deadline.observe("starting", _seen(rate=40, sent=600))
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
