"""Settled days in the lake: asked once, kept whole, read back; never what is not settled."""

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from changing_tmdb import ChangingTmdb, Item, item, listing, page

from harvester.errors import DocumentError, UpstreamDown
from harvester.origins.origin import ChangedDay
from harvester.origins.tmdb.changes.day import SettledDay
from harvester.origins.tmdb.changes.kept import changed_days, missing_days
from harvester.stores import Store, open_store
from harvester.upstream.client import Failure
from harvester.upstream.tally import Tally

SINCE = datetime(2026, 11, 20, 17, tzinfo=UTC)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
DAYS = [date(2026, 11, day) for day in (20, 21, 22, 23)]
FOLDER = Path("l/Raw/TMDB/_harvest/_changes/movie/2026/11")


async def changes(
    tmdb: Any, store: Store, now: datetime = NOW, *, dry: bool = False
) -> list[ChangedDay]:
    """Return the days since `SINCE`."""
    found = changed_days(tmdb, store, "movie", SINCE, now, Tally(), dry=dry)
    return [day async for day in found]


def of_day() -> ChangingTmdb:
    """Return a TMDB where the titles of a day are named after it."""
    return ChangingTmdb(lambda day, number: page([item(int(day[-2:]))], number))


async def test_each_settled_day_is_asked_once() -> None:
    """The second run asks nothing, and a day later only the new day."""
    tmdb = of_day()
    async with open_store("l") as store:
        assert await missing_days(store, "movie", SINCE, NOW) == DAYS
        first = await changes(tmdb, store)
        assert await missing_days(store, "movie", SINCE, NOW) == []
        assert await missing_days(store, "tv", SINCE, NOW) == DAYS
        assert await changes(tmdb, store) == first
        later = await changes(tmdb, store, NOW + timedelta(days=1))
    assert [(one.day, list(one.ids)) for one in first] == [(day, [day.day]) for day in DAYS]
    assert [one.day.day for one in later] == [20, 21, 22, 23, 24]
    assert [day[-2:] for _, day, _ in tmdb.asked] == ["20", "21", "22", "23", "24"]
    assert sorted(path.name for path in FOLDER.iterdir()) == [
        f"{day}.json" for day in range(20, 25)
    ]


async def test_a_dry_run_asks_and_keeps_nothing() -> None:
    """What it says is what the run will do."""
    async with open_store("l") as store:
        dry = await changes(of_day(), store, dry=True)
        assert not FOLDER.exists()
        assert dry == await changes(of_day(), store)


async def test_what_ends_in_the_middle_keeps_the_days_before() -> None:
    """A day is whole or absent, and the next run goes on with it."""

    def answer(day: str, number: int) -> Item | Failure:
        return Failure("http_503") if day.endswith("22") else page([item(1)], number)

    async with open_store("l") as store:
        with pytest.raises(UpstreamDown, match="2026-11-22"):
            await changes(ChangingTmdb(answer), store)
        assert [path.name for path in sorted(FOLDER.iterdir())] == ["20.json", "21.json"]
        assert await missing_days(store, "movie", SINCE, NOW) == DAYS[2:]


async def test_fewer_than_told_keeps_nothing() -> None:
    """A part of a day is in no lake."""
    tmdb = ChangingTmdb(lambda _, number: page([item(1)], number, 2))
    async with open_store("l") as store:
        with pytest.raises(UpstreamDown):
            await changes(tmdb, store)
    assert not FOLDER.exists()


async def test_a_damaged_day_is_named_and_not_asked_anew() -> None:
    """What stands in its place may be somebody's: the sentence says what to do."""
    async with open_store("l") as store:
        await changes(of_day(), store)
        (FOLDER / "22.json").write_bytes(b"{")
        tmdb = of_day()
        with pytest.raises(DocumentError, match=r"movie/2026/11/22\.json is damaged: delete it"):
            await changes(tmdb, store)
    assert tmdb.asked == []


async def test_who_was_first_stands() -> None:
    """Two runs at once give the same days, those that are kept."""
    kept = SettledDay("movie", DAYS[0], "2026-11-24T00:00:00Z", [5, 6])

    async with open_store("l") as store:

        class Raced(ChangingTmdb):
            async def get(self, *args: Any, **named: Any) -> bytes | Failure:
                await store.create(kept.key, kept.to_json())
                return await super().get(*args, **named)

        first, *_ = await changes(Raced(lambda _, number: page([item(1)], number)), store)
        assert list(first.ids) == [5, 6]
        assert await store.get(kept.key) == kept.to_json()


async def test_what_lies_behind_the_wall_is_said_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One sentence a day, also when the list comes out of the lake."""
    tmdb = listing([item(number) for number in range(1, 60_001)])
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    async with open_store("l") as store:
        for _ in range(2):
            caplog.clear()
            with caplog.at_level(logging.WARNING):
                (day,) = await changes(tmdb, store, now)
            assert (day.complete, day.lost, len(day.ids)) == (False, 10_000, 50_000)
            (said,) = [record.getMessage() for record in caplog.records]
            assert said == (
                "TMDB serves 500 pages of movie/changes of 2026-11-20, and 10,000 changes are on "
                "later ones: their titles become due by their age alone"
            )
    assert len(tmdb.asked) == 501


async def test_months_of_days_are_read_in_batches() -> None:
    """150 kept days, read in order, without a request."""
    since, now = NOW - timedelta(days=150), NOW
    async with open_store("l") as store:
        asking, silent = listing([item(1)]), listing([])
        for tmdb in (asking, silent):
            client: Any = tmdb
            found = changed_days(client, store, "tv", since, now, Tally())
            days = [day async for day in found]
            assert len(days) == 150
            assert [one.day for one in days] == sorted({one.day for one in days})
            assert all(list(one.ids) == [1] for one in days)
    assert len(asking.asked) == 150
    assert silent.asked == []
