"""`run --only due` of TVmaze over days: each update is fetched, and nothing else is asked again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moved_clock import move
from scripted_tvmaze import (
    breaches,
    outcomes_of,
    series_list,
    tvmaze_settings,
    unlimited,
)

from harvester import clock, records
from harvester.lake.documents.summary import Report
from harvester.origins.tvmaze.index import choice
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.simulator import ChangeOptions, SimulatorOptions, simulate
from harvester.simulator.tvmaze.catalogue import Shows
from harvester.simulator.tvmaze.updates import Updates

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
POPULATION = 200
TITLES = 60
CHANGES = ChangeOptions(changed=0.1, deleted=0, merged=0, away=0, stale_hours=1)


class Clock:
    """The time of the harvester and of the simulator."""

    def __init__(self) -> None:
        self.now = START

    def seconds(self) -> float:
        """Return the time in seconds since the epoch."""
        return self.now.timestamp()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Return a clock that only the test moves."""
    unlimited(monkeypatch)
    moved = Clock()
    move(monkeypatch, moved.seconds)
    yield moved
    clock._written.cache_clear()


@pytest.mark.parametrize("by_index", [False, pytest.param(True, marks=pytest.mark.slow)])
async def test_each_update_is_fetched(
    at: Clock, monkeypatch: pytest.MonkeyPatch, *, by_index: bool
) -> None:
    """Over twelve days, out of caches that are up to an hour and a day old.

    After each run no record is older than an update of a day that had settled at the run before; a
    second run at once finds nothing; and no more is asked than was updated.
    """
    if by_index:
        monkeypatch.setattr(choice, "INDEX_REQUESTS", 0)
    shows, updates = Shows(1, POPULATION), Updates(1, CHANGES)
    numbers = [850_000_000 + number for number in range(TITLES)]
    series_list(Path("s.txt"), [f"tt{number}" for number in numbers])
    known = {f"tt{one}": found.show_id for one in numbers if (found := shows.by_imdb_number(one))}
    options = SimulatorOptions(
        latency_ms=0, population=POPULATION, now=lambda: at.now, changes=CHANGES
    )
    fetched = 0
    async with simulate(options) as simulator:

        async def due() -> Report:
            settings = tvmaze_settings(simulator.tvmaze_url, only="due", date=at.now.date())
            return await harvest(settings, stop=Stop())

        first = await due()
        assert first.why == {"new": TITLES}
        assert first.titles.harvested == len(known) < TITLES
        for _ in range(12):
            at.now += timedelta(hours=25)
            report = await due()
            if report.finish_reason != "nothing_due":
                assert set(report.why) == {"changed"}
                assert set(outcomes_of(report.run)) <= set(known)
                fetched += report.titles.harvested
                assert await breaches(report.run) == []
            assert (await due()).finish_reason == "nothing_due"
            newest = {
                str(record["id"]): int(record["response"]["updated"])
                for record in records("l", endpoint="show")
            }
            settled = datetime.combine(at.now.date() - timedelta(days=3), datetime.min.time(), UTC)
            for imdb_id, show_id in known.items():
                last = updates.updated(show_id, int(settled.timestamp()))
                assert newest[imdb_id] >= last, imdb_id
        asked = simulator.stats()["by_endpoint"]["tvmaze/updates"]
    assert 11 <= asked <= 12
    # A tenth of the shows is updated a day, and a few more times for what the first one missed.
    assert 0.5 < fetched / (len(known) * 0.1 * 12) < 1.6
