"""The event loop that commands run on."""

import asyncio
import resource
import sys

import pytest

from harvester import runtime


async def _loop_and_wakings() -> tuple[str, list[bool]]:
    running = asyncio.get_running_loop()
    early = []
    for wait in (0.0002, 0.0013, 0.0027, 0.0104):
        when = running.time() + wait
        woken = running.create_future()
        running.call_at(when, woken.set_result, None)
        await woken
        early.append(running.time() < when)
    return type(running).__module__, early


def test_timers_of_the_fast_loop_never_fire_early() -> None:
    """A limiter that is woken early would busy-wait until its millisecond has passed."""
    module, early = runtime.run(_loop_and_wakings())
    assert module == "harvester.runtime"
    assert early == [False] * 4


def test_without_the_extra_the_loop_is_asyncios(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing requires uvloop."""
    monkeypatch.setitem(sys.modules, "uvloop", None)
    module, _ = runtime.run(_loop_and_wakings())
    assert module.startswith("asyncio")


def test_the_loop_ends_with_its_work() -> None:
    """What the work raises is raised, and no loop is left running."""

    async def fail() -> None:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        runtime.run(fail())
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


@pytest.mark.parametrize(
    ("limit", "connections"), [(1024, 1006), (20, 2), (8, 1), (resource.RLIM_INFINITY, sys.maxsize)]
)
def test_connections_leave_files_for_the_lake(
    limit: int, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few files a process may open, some are kept for the lake, and one for TMDB."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    assert runtime.affordable_connections() == connections
