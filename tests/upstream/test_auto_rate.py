"""`--rate auto` with hidden limits and the real client, in virtual time."""

import asyncio
import random
from collections.abc import Callable

import pytest
from limited_tmdb import LimitedTmdb, client_of
from virtual_time import now, run_in_virtual_time

from harvester.upstream.auto_rate import START_RATE, AutoRate
from harvester.upstream.tally import Tally

MINUTES = 5


async def _use(tmdb: LimitedTmdb, most: float, *, until: float) -> float:
    """Send requests from more workers than connections, as a run does; return the last rate."""
    client = client_of(tmdb, most, auto=True)

    async def work() -> None:
        while now() < until:
            await client.get("details", "movie/1", {}, expected=None, tally=Tally())

    async with asyncio.TaskGroup() as group:
        for _ in range(60):
            group.create_task(work())
    return client.pace.current


def _run(
    tmdb: LimitedTmdb,
    most: float,
    *,
    until: float = MINUTES * 60.0,
    events: Callable[[LimitedTmdb], None] | None = None,
) -> float:
    random.seed(tmdb.seed)  # tenacity draws its jitter from the process's global generator
    chance = random.Random(tmdb.seed + 1)

    async def main() -> float:
        if events is not None:
            events(tmdb)
        return await _use(tmdb, most, until=until)

    last: float = run_in_virtual_time(main(), lag=lambda: chance.uniform(0, 0.002))
    return last


def _goodput(tmdb: LimitedTmdb, start: float, end: float) -> float:
    return sum(start <= at < end for at in tmdb.good) / (end - start)


@pytest.mark.parametrize("seed", [101, pytest.param(102, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("limit", "most"), [(20, 50), (45, 50), pytest.param(100, 120, marks=pytest.mark.slow)]
)
def test_a_hidden_limit_is_found_and_used(limit: float, most: float, seed: int) -> None:
    """Five minutes, including the search: 95 % of the limit, one request in 200 refused."""
    tmdb = LimitedTmdb(limit, seed, way_seconds=(0.0, 0.02))
    _run(tmdb, most)
    assert _goodput(tmdb, 0, MINUTES * 60) >= 0.95 * limit
    assert len(tmdb.throttled) < 0.005 * len(tmdb.starts)


@pytest.mark.parametrize("most", [30.0, 50.0])
def test_it_never_passes_the_most(most: float) -> None:
    """Where nothing is refused it reaches `--max-rate`, and no second exceeds that."""
    tmdb = LimitedTmdb(10_000, 7, latency=lambda _: 0.05)
    _run(tmdb, most, until=60.0)
    starts = tmdb.starts
    assert not tmdb.throttled
    assert _goodput(tmdb, 30, 60) >= 0.99 * most
    allowed = int(most) + 1
    assert all(b - a > 1 for a, b in zip(starts, starts[allowed:], strict=False))


@pytest.mark.slow
def test_a_limit_that_changes_is_followed() -> None:
    """TMDB's limit may change at any time: a lower one is obeyed, a higher one is found."""

    def events(tmdb: LimitedTmdb) -> None:
        loop = asyncio.get_running_loop()
        loop.call_at(120, setattr, tmdb, "limit", 20)
        loop.call_at(300, setattr, tmdb, "limit", 45)

    tmdb = LimitedTmdb(45, 11, way_seconds=(0.0, 0.02))
    _run(tmdb, 50, until=600, events=events)
    assert _goodput(tmdb, 60, 120) >= 0.95 * 45
    assert _goodput(tmdb, 150, 300) >= 0.95 * 20
    assert _goodput(tmdb, 500, 600) >= 0.95 * 45
    assert len(tmdb.throttled) < 0.005 * len(tmdb.starts)


def test_slow_answers_prove_nothing() -> None:
    """Where latency, not the pace, limits the requests, the rate does not rise."""
    tmdb = LimitedTmdb(1_000, 5, latency=lambda _: 2.0)
    assert _run(tmdb, 200, until=120) <= START_RATE


def test_it_begins_at_forty_or_below_a_smaller_most() -> None:
    """TMDB documents forty requests per second."""
    assert AutoRate(100, lambda: 0.0).current == 40
    assert AutoRate(30, lambda: 0.0).current == 30


def test_429s_of_one_moment_are_one_event() -> None:
    """The 429s of requests already in flight at the first 429 are ignored."""
    clock = 100.0
    rate = AutoRate(50, lambda: clock)
    rate.slow_down(99.9)
    once = rate.current
    for _ in range(10):
        rate.slow_down(99.95)
    assert rate.current == once
