"""How a run is asked to end: what is called when, and when what is in flight is given up."""

import asyncio

import pytest
from virtual_time import in_virtual_time

from harvester.run.stop import Stop


@in_virtual_time
async def test_what_has_a_time_is_aborted_after_it() -> None:
    """Not before, and with the reason that was given first."""
    stop = Stop()
    stop.request("interrupted", within=4)
    await asyncio.sleep(3.9)
    assert stop.requested.is_set()
    assert not stop.aborted.is_set()
    await asyncio.sleep(0.2)
    assert stop.aborted.is_set()
    assert stop.reason == "interrupted"


@in_virtual_time
async def test_a_stop_without_a_time_gets_one_later_but_no_later_one() -> None:
    """A deadline lets units end; Ctrl-C after it does not wait for them; the first time stands."""
    stop = Stop()
    stop.request("deadline")
    await asyncio.sleep(60)
    assert not stop.aborted.is_set()
    stop.request("interrupted", within=4)
    stop.request("max_duration", within=40)
    await asyncio.sleep(4.1)
    assert stop.aborted.is_set()
    assert stop.reason == "deadline"


@pytest.mark.parametrize("before", [True, False])
async def test_a_stop_is_heard_once(*, before: bool) -> None:
    """At once where it came first, else as it comes; not again, and not after the end."""
    stop = Stop()
    heard: list[str | None] = []
    if before:
        stop.request("quota")
    with stop.heard_by(lambda: heard.append(stop.reason)):
        stop.request("quota")
        stop.abort("interrupted")
        assert heard == ["quota"]
    other = Stop()
    with other.heard_by(lambda: heard.append("other")):
        pass
    other.request("held")
    assert heard == ["quota"]
