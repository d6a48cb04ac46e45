"""The limiter of the whole run, in virtual time: how many requests start, when, in which order."""

import asyncio
import math
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from virtual_time import in_virtual_time, now, run_in_virtual_time

from harvester.upstream.pace import Pace, Window


async def _take(pace: Pace, starts: list[float]) -> None:
    await pace.turn()
    starts.append(now())


def _assert_windows(starts: list[float], rate: float) -> None:
    """Assert that no closed one-second window holds more than rate + 1 starts."""
    most = math.floor(rate + 1)
    for first, one_too_many in zip(starts, starts[most:], strict=False):
        assert one_too_many - first > 1, f"{most + 1} starts within a second at rate {rate}"


_ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("burst"), st.integers(1, 60)),
        st.tuples(st.just("rest"), st.floats(0, 8)),
        st.tuples(st.just("pause"), st.floats(0, 4)),
        st.tuples(st.just("slow"), st.just(0)),
        st.tuples(st.just("cancel"), st.integers(1, 5)),
    ),
    max_size=12,
)


async def _play(
    rate: float, actions: list[tuple[str, float]], window: Window | None = None
) -> tuple[list[float], list[object]]:
    pace = Pace(rate, window=window)
    starts: list[float] = []
    tasks: list[asyncio.Task[None]] = []
    for action, number in actions:
        match action:
            case "burst":
                tasks += [asyncio.create_task(_take(pace, starts)) for _ in range(int(number))]
            case "rest":
                await asyncio.sleep(number)
            case "pause":
                pace.pause(number)
            case "slow":
                pace.slow_down(now())
            case "cancel":
                for task in tasks[:: int(number)]:
                    task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    return starts, [end for end in ends if end is not None]


@settings(deadline=None, max_examples=300)
@given(
    rate=st.floats(0.5, 200),
    actions=_ACTIONS,
    late=st.sampled_from([1e-6, 0.002, 0.02, 0.3]),
    seed=st.integers(0, 99),
)
@example(rate=0.5, actions=[("burst", 9)], late=1e-6, seed=0)
@example(rate=0.6, actions=[("burst", 9)], late=1e-6, seed=0)
@example(rate=2.75, actions=[("burst", 30)], late=1e-6, seed=0)
@example(rate=199.9, actions=[("burst", 60), ("rest", 8), ("burst", 60)] * 3, late=0.02, seed=1)
@example(rate=40, actions=[("burst", 60), ("slow", 0)] * 6 + [("rest", 6)], late=0.02, seed=1)
def test_no_second_holds_more_than_rate_plus_one(
    rate: float, actions: list[tuple[str, float]], late: float, seed: int
) -> None:
    """Whatever arrives, idles, is paused, slowed or cancelled, and however late the loop wakes."""
    chance = random.Random(seed)
    starts, ends = run_in_virtual_time(_play(rate, actions), lag=lambda: chance.uniform(1e-6, late))
    _assert_windows(starts, rate)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends)
    assert len(starts) + len(ends) == sum(int(n) for name, n in actions if name == "burst")


@settings(deadline=None, max_examples=150)
@given(
    most=st.integers(1, 20),
    rate=st.floats(0.5, 50),
    actions=_ACTIONS,
    late=st.sampled_from([1e-6, 0.002, 0.3]),
    seed=st.integers(0, 99),
)
@example(most=20, rate=2.0, actions=[("burst", 60)], late=1e-6, seed=0)
@example(most=20, rate=2.0, actions=[("rest", 8), ("burst", 60), ("slow", 0)], late=0.3, seed=1)
@example(most=20, rate=50.0, actions=[("burst", 60), ("pause", 4)], late=1e-6, seed=0)
def test_no_window_holds_more_than_its_most(
    most: int, rate: float, actions: list[tuple[str, float]], late: float, seed: int
) -> None:
    """Of a limit that is counted in 10 s, each span of 10 s, both ends included, has no more."""
    chance = random.Random(seed)
    starts, _ = run_in_virtual_time(
        _play(rate, actions, Window(most, 10)), lag=lambda: chance.uniform(1e-6, late)
    )
    for first, one_too_many in zip(starts, starts[most:], strict=False):
        assert one_too_many - first > 10
    _assert_windows(starts, rate)


@in_virtual_time
async def test_a_rate_alone_would_exceed_a_window() -> None:
    """Two a second is 21 in some 10 s; the window holds one back and costs no more than that."""
    starts: dict[bool, list[float]] = {True: [], False: []}
    for has_window, found in starts.items():
        pace = Pace(2, window=Window(20, 10) if has_window else None)
        while len(found) < 200:
            await _take(pace, found)
    closest = {
        has_window: min(later - first for first, later in zip(found, found[20:], strict=False))
        for has_window, found in starts.items()
    }
    assert closest[False] <= 10 < closest[True]
    assert starts[True][-1] - starts[True][0] == pytest.approx(99.5, abs=1)


@pytest.mark.parametrize("rate", [40, 50])
def test_a_steady_state_reaches_the_rate(rate: int) -> None:
    """Over a minute at least 99 % of the rate starts, although the loop wakes up to 8 ms late."""
    chance = random.Random(rate)

    async def a_minute() -> list[float]:
        pace = Pace(rate)
        starts: list[float] = []
        while now() < 60:
            await _take(pace, starts)
        return starts

    starts = run_in_virtual_time(a_minute(), lag=lambda: chance.uniform(0.0001, 0.008))
    assert len(starts) >= 0.99 * 60 * rate
    _assert_windows(starts, rate)


@in_virtual_time
async def test_turns_come_in_the_order_asked() -> None:
    """First come, first served, across a slow-down and a pause."""
    pace = Pace(20)
    order: list[int] = []

    async def one(number: int) -> None:
        await pace.turn()
        order.append(number)
        if number == 10:
            pace.slow_down(now())
        if number == 20:
            pace.pause(3)

    await asyncio.gather(*(one(number) for number in range(50)))
    assert order == list(range(50))


@in_virtual_time
async def test_a_pause_holds_everyone() -> None:
    """Including requests already waiting when it begins; then all proceed at the rate."""
    pace = Pace(10)
    starts: list[float] = []
    tasks = [asyncio.create_task(_take(pace, starts)) for _ in range(20)]
    await asyncio.sleep(0.55)
    before = len(starts)
    assert 0 < before < 10
    pace.pause(5)
    assert pace.paused_for == pytest.approx(5, abs=0.001)
    tasks.append(asyncio.create_task(_take(pace, starts)))
    await asyncio.gather(*tasks)
    assert starts[before] >= 5.55
    assert starts[before] == pytest.approx(5.55, abs=0.11)
    assert starts[-1] == pytest.approx(5.55 + (21 - before) / 10, abs=0.2)
    assert pace.paused_for == 0


@in_virtual_time
async def test_a_longer_pause_stands() -> None:
    """A shorter pause requested later changes nothing; a longer one extends the wait."""
    pace = Pace(10)
    pace.pause(2)
    starts: list[float] = []
    waiting = asyncio.create_task(_take(pace, starts))
    await asyncio.sleep(1)
    pace.pause(6)
    pace.pause(0.1)
    await waiting
    assert starts[0] == pytest.approx(7, abs=0.01)


@in_virtual_time
async def test_a_slow_down_counts_once_a_second() -> None:
    """Many 429s at the same moment slow down once; one a second later slows down again."""
    pace = Pace(100)
    for _ in range(50):
        pace.slow_down(now())
    assert pace.current == pytest.approx(70)
    await asyncio.sleep(0.99)
    pace.slow_down(now())
    assert pace.current == pytest.approx(70 + 30 * 0.99 / 5, abs=0.01)
    await asyncio.sleep(0.02)
    pace.slow_down(now())
    assert pace.current == pytest.approx((70 + 30 * 1.01 / 5) * 0.7, abs=0.01)


@in_virtual_time
async def test_slowing_down_for_ever_still_leaves_a_rate() -> None:
    """Endless 429s lower the rate to a floor above a third of it, never to zero."""
    pace = Pace(40)
    for _ in range(300):
        pace.slow_down(now())
        await asyncio.sleep(0.2)
    assert pace.current > 40 / 3


@in_virtual_time
async def test_starts_follow_the_slower_rate_and_climb_back() -> None:
    """Seconds after a slow-down have about 0.73, 0.79, … of the rate; after five, all of it."""
    pace = Pace(50)
    starts: list[float] = []
    while now() < 15:
        if len(starts) == 100:
            pace.slow_down(now())
            slowed_at = now()
        await _take(pace, starts)
    seconds = [0] * 12
    for start in starts[100:]:
        if start - slowed_at < len(seconds):
            seconds[int(start - slowed_at)] += 1
    assert seconds[:5] == [pytest.approx(50 * (0.73 + 0.06 * n), abs=1.6) for n in range(5)]
    assert seconds[5:11] == [pytest.approx(50, abs=1)] * 6
    _assert_windows(starts, 50)


@in_virtual_time
async def test_a_cancelled_waiter_costs_nothing() -> None:
    """The rest proceeds in order and at the full rate, also when the first in line is cancelled."""
    pace = Pace(10)
    order: list[int] = []

    async def one(number: int) -> None:
        await pace.turn()
        order.append(number)

    tasks = [asyncio.create_task(one(number)) for number in range(100)]
    await asyncio.sleep(0.01)
    assert order == [0]
    for number in range(1, 100):
        if number % 3:
            tasks[number].cancel()  # 1, the first of these, has the turn
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == list(range(0, 100, 3))
    assert now() == pytest.approx(3.3, abs=0.2)


@in_virtual_time
async def test_cancelled_in_a_pause() -> None:
    """A waiter cancelled while all are paused frees the turn for the next."""
    pace = Pace(10)
    pace.pause(60)
    first = asyncio.create_task(pace.turn())
    await asyncio.sleep(1)
    first.cancel()
    await pace.turn()
    assert now() == pytest.approx(60, abs=0.01)
