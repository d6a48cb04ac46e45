"""Changes over real HTTP, out of a simulator whose clock the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harvester.model import MediaType
from harvester.origins.origin import Access, Changing
from harvester.origins.tmdb.origin import TmdbOrigin
from harvester.simulator import ChangeOptions, Simulator, SimulatorOptions, simulate
from harvester.simulator.course import Course
from harvester.stores import Store, open_store
from harvester.upstream.credential import Credential
from harvester.upstream.tally import Tally

START = datetime(2026, 11, 1, 20, tzinfo=UTC)
REAL = {278, 680, 1396, 1399}
"""Second ids of titles of the sample, which lists have beside the first."""


class World:
    """A simulator, a lake, a connection, and the clock of all."""

    def __init__(self, simulator: Simulator, tmdb: Changing, store: Store) -> None:
        self.now = START
        self.simulator = simulator
        self.tmdb = tmdb
        self.store = store

    async def changes(self, media_type: MediaType, since: datetime) -> dict[int, set[int]]:
        """Return the ids of each day, by the day's first second."""
        days = self.tmdb.changes(self.store, media_type, since, self.now, Tally())
        found = {}
        async for one in days:
            assert one.complete
            assert list(one.ids) == sorted(set(one.ids))
            found[int(datetime.combine(one.day, datetime.min.time(), UTC).timestamp())] = set(
                one.ids
            )
        return found

    def asked(self, media_type: MediaType) -> int:
        """Return how many pages were asked for."""
        return int(self.simulator.stats()["by_endpoint"].get(f"{media_type}/changes", 0))


@asynccontextmanager
async def world(options: ChangeOptions, **others: Any) -> AsyncIterator[World]:
    """Start one."""
    clock: list[World] = []
    settings = SimulatorOptions(
        latency_ms=0, changes=options, now=lambda: clock[0].now if clock else START, **others
    )
    credential = Credential(headers={"Authorization": "Bearer x"})
    async with (
        simulate(settings) as simulator,
        TmdbOrigin().connect(Access(simulator.base_url, credential, rate=5000.0), Tally()) as tmdb,
        open_store("l") as store,
    ):
        assert isinstance(tmdb, Changing)
        clock.append(World(simulator, tmdb, store))
        yield clock[0]


@pytest.mark.parametrize("media_type", ["movie", "tv"])
async def test_a_week_of_runs_misses_no_change(media_type: MediaType) -> None:
    """Through faults and answers of up to 16 hours ago: each day's list has all of its changes.

    Each day is asked once, at the first run after it settled.
    """
    options = ChangeOptions(changed=0.02, stale_hours=16)
    course = Course(1, 4_000, options)
    faults = "500=0.02,reset=0.02,truncated=0.02,etag=0.02,list=0.02,html=0.02"
    async with world(options, population=4_000, faults=faults) as here:
        since, seen = START, set[int]()
        for hours in (0, 24, 24, 7, 5, 24, 72):
            here.now += timedelta(hours=hours)
            before = here.asked(media_type)
            days = await here.changes(media_type, since)
            assert seen <= set(days)
            for begin in set(days) - seen:
                wanted = set(course.changed(media_type, begin, begin + 86_400))
                assert wanted
                assert days[begin] - REAL == wanted
                assert begin + 40 * 3_600 <= here.now.timestamp()
            if set(days) == seen:
                assert here.asked(media_type) == before
            seen = set(days)
        assert len(seen) == 6


async def test_a_day_of_more_pages_than_tmdb_serves() -> None:
    """90,000 titles that all change each day: 500 pages are read, the rest is counted."""
    options = ChangeOptions(changed=1.0, deleted=0, merged=0)
    async with world(options, population=90_000) as here:
        here.now = START + timedelta(days=1)
        days = here.tmdb.changes(here.store, "movie", START, here.now, Tally(), dry=True)
        (day,) = [one async for one in days]
    assert not day.complete
    assert 49_000 < len(day.ids) <= 50_000
    assert 5_000 < day.lost < 50_000
    assert here.asked("movie") == 501


async def test_days_to_ask_are_those_that_no_list_answers() -> None:
    """Known without a request, before and after."""
    async with world(ChangeOptions(), population=100) as here:
        here.now = START + timedelta(days=3)
        before = await here.tmdb.days_to_ask(here.store, "movie", START, here.now)
        assert [day.day for day in before] == [1, 2, 3]
        assert here.asked("movie") == 0
        await here.changes("movie", START)
        assert await here.tmdb.days_to_ask(here.store, "movie", START, here.now) == []
