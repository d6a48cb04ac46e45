"""Days of updates: made once, kept, and none lost, however often a show is updated."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from memory_store import MemoryStore

from harvester.origins.origin import Access, Changing
from harvester.origins.tvmaze.origin import TvmazeOrigin
from harvester.origins.tvmaze.updates.day import settled_at
from harvester.origins.tvmaze.updates.kept import missing_days, updated_days
from harvester.simulator import ChangeOptions, SimulatorOptions, simulate
from harvester.stores import open_store
from harvester.upstream.tally import Tally

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)


class _Tvmaze:
    """Shows by their moments of update, in hours; it tells of each the last one by now."""

    def __init__(self, updates: Mapping[int, Sequence[float]]) -> None:
        self.now = 0.0
        self.asked = 0
        self._updates = updates

    def last(self, show: int, hour: float) -> float | None:
        return max((at for at in self._updates[show] if at <= hour), default=None)

    async def get(self, *_: Any, **__: Any) -> bytes:
        self.asked += 1
        found = {show: self.last(show, self.now) for show in self._updates}
        return json.dumps(
            {
                str(show): int(_at(hour).timestamp())
                for show, hour in found.items()
                if hour is not None
            }
        ).encode()


def _at(hour: float) -> datetime:
    return BEGIN + timedelta(hours=hour)


async def _due(
    tvmaze: _Tvmaze, store: MemoryStore, fetched: Mapping[int, float], hour: float
) -> set[int]:
    """Return the shows that a run at this hour asks for again, as `run.due` finds them."""
    tvmaze.now = hour
    since, now = _at(min(fetched.values())), _at(hour)
    days = updated_days(tvmaze, store, "tv", since, now, Tally())  # type: ignore[arg-type]
    due = set()
    async for day in days:
        due |= {show for show in day.ids if _at(fetched[show]) < day.settled_at}
    return due


async def _history(
    updates: Mapping[int, Sequence[float]], runs: Sequence[float], ages: Sequence[float]
) -> None:
    tvmaze, store = _Tvmaze(updates), MemoryStore()
    fetched = dict.fromkeys(updates, 0.0)
    content = dict.fromkeys(updates, -24.0)
    asked_for = dict.fromkeys(updates, 0)
    before: float | None = None
    for number, hour in enumerate(runs):
        asked = tvmaze.asked
        for show in await _due(tvmaze, store, fetched, hour):
            fetched[show] = hour
            content[show] = hour - ages[number % len(ages)]  # out of a cache
            asked_for[show] += 1
        assert await _due(tvmaze, store, fetched, hour) == set(), "a second run at once"
        for show in updates:
            # The run that asked last saw this; what was hidden then is no more to be known.
            seen = None if before is None else tvmaze.last(show, before)
            if seen is not None and settled_at(_at(seen).date()) <= _at(hour):
                assert content[show] >= seen, "an update that the run before saw is missed"
        before = hour if tvmaze.asked > asked else before
    # After a quiet time each show is as it is at TVmaze.
    end = max([*runs, *(at for times in updates.values() for at in times)]) + 72
    for show in await _due(tvmaze, store, fetched, end):
        content[show] = end - 24
        asked_for[show] += 1
    for show, times in updates.items():
        assert content[show] >= max(times, default=-24)
        assert asked_for[show] <= len({_at(at).date() for at in times} | {_at(-1).date()})


HOURS = st.floats(-24, 20 * 24, width=32)


@settings(deadline=None, max_examples=300)
@given(
    updates=st.dictionaries(
        st.integers(1, 5), st.lists(HOURS, max_size=25), min_size=1, max_size=3
    ),
    runs=st.lists(st.floats(1, 20 * 24, width=32), min_size=1, max_size=25).map(sorted),
    ages=st.lists(st.floats(0, 24), min_size=1, max_size=3),
)
@example({1: [1.0 + 24 * day for day in range(20)]}, [2.0 + 24 * day for day in range(20)], [24.0])
@example({1: [1.5 + 24 * day for day in range(20)]}, [1.0 + 168 * week for week in range(3)], [1.0])
def test_no_update_is_missed(
    updates: dict[int, list[float]], runs: list[float], ages: list[float]
) -> None:
    """Whenever shows change and runs take place, and however old TVmaze's answers are.

    A show that changes daily is in a list daily, none is asked for more often than it changed, and
    a second run at once finds nothing.
    """
    asyncio.run(_history(updates, runs, ages))


async def test_all_days_are_made_of_one_answer() -> None:
    """And kept: the next run asks for those that have settled since."""
    tvmaze, store = _Tvmaze({1: [5.0], 2: [30.0]}), MemoryStore()
    assert await _due(tvmaze, store, {1: 0.0, 2: 0.0}, 24 * 10) == {1, 2}
    assert tvmaze.asked == 1
    assert len(store.objects) == 10
    assert await _due(tvmaze, store, {1: 0.0, 2: 0.0}, 24 * 10 + 5) == {1, 2}
    assert tvmaze.asked == 1
    assert await _due(tvmaze, store, {1: 0.0, 2: 0.0}, 24 * 11) == {1, 2}
    assert (tvmaze.asked, len(store.objects)) == (2, 11)


async def test_a_dry_run_keeps_nothing() -> None:
    """It says what is due all the same."""
    tvmaze, store = _Tvmaze({1: [5.0]}), MemoryStore()
    tvmaze.now = 240
    days = updated_days(
        tvmaze,  # type: ignore[arg-type]
        *(store, "tv", _at(0), _at(240), Tally()),  # type: ignore[arg-type]
        dry=True,
    )
    assert [list(day.ids) async for day in days if day.ids] == [[1]]
    assert store.objects == {}


async def test_the_list_of_a_faster_process_stands() -> None:
    """Two runs at once: what the first one kept is what both go by."""
    tvmaze, store = _Tvmaze({1: [5.0], 2: [5.0]}), MemoryStore()
    await _due(tvmaze, store, {1: 0.0, 2: 0.0}, 72)
    kept = dict(store.objects)
    first = next(key for key, data in kept.items() if b'"ids":[1,2]' in data)
    del store.objects[first]
    other = kept[first].replace(b'"ids":[1,2]', b'"ids":[2]')
    assert other != kept[first]
    create = store.create

    async def late(key: str, data: bytes) -> bool:
        store.objects.setdefault(key, other)
        return await create(key, data)

    store.create = late  # type: ignore[method-assign]
    assert await _due(tvmaze, store, {1: 0.0, 2: 0.0}, 72) == {2}


async def test_movies_have_no_updates() -> None:
    """TVmaze has series alone: for movies nothing is asked."""
    tvmaze, store = _Tvmaze({1: [5.0]}), MemoryStore()
    moments = (_at(0), _at(240))
    assert await missing_days(store, "movie", *moments) == []  # type: ignore[arg-type]
    days = updated_days(tvmaze, store, "movie", *moments, Tally())  # type: ignore[arg-type]
    assert [day async for day in days] == []
    assert tvmaze.asked == 0


@pytest.mark.parametrize("changed", [0.0, 0.2])
async def test_the_simulators_updates(changed: float) -> None:
    """Over a real connection: the shows that a day's list has are those that say so themselves."""
    moment = datetime(2026, 11, 24, 20, tzinfo=UTC)
    options = SimulatorOptions(
        latency_ms=0,
        population=300,
        now=lambda: moment,
        changes=ChangeOptions(changed=changed),
    )
    access = Access(None, rate=1_000)
    async with (
        simulate(options) as simulator,
        TvmazeOrigin(most_in_10_s=10_000).connect(
            Access(simulator.tvmaze_url, rate=access.rate), Tally()
        ) as tvmaze,
        open_store("l") as store,
    ):
        assert isinstance(tvmaze, Changing)
        since = moment - 5 * DAY
        assert len(await tvmaze.days_to_ask(store, "tv", since, moment)) == 5
        days = {
            day.day: list(day.ids)
            async for day in tvmaze.changes(store, "tv", since, moment, Tally())
        }
        assert await tvmaze.days_to_ask(store, "tv", since, moment) == []
        assert simulator.stats()["by_endpoint"]["tvmaze/updates"] == 1
    assert len(days) == 5
    assert any(days.values()) is (changed > 0)
    assert len(list(Path("l").rglob("_changes/tv/*/*/*.json"))) == 5
