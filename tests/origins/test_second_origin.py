"""A second API is a folder and a line in the table of origins: nothing else need know of it."""

import dataclasses
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from csvs import movies
from killed_harvest import UNIT_SIZE, Strike, driver
from tiny.origin import TinyConnection, TinyOrigin
from tiny.server import TinyServer, tiny_server

from harvester.cli.exits import Exit, of_report
from harvester.errors import QuotaUsedUp
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.summary import Report
from harvester.model import Title, TitleResult
from harvester.origins.origin import Access, Answering, Changing, Fetch, Preparing, Rationed
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.table import ORIGINS
from harvester.origins.tmdb.origin import TmdbOrigin
from harvester.run.harvest import harvest
from harvester.run.status import all_reports
from harvester.run.stop import Stop
from harvester.run.verify import Breach, Checked, verify_run
from harvester.settings import Settings
from harvester.stores import open_store
from harvester.upstream.tally import Tally

DAY = date(2026, 11, 24)
CSV = "ids.csv"


@asynccontextmanager
async def _served(
    monkeypatch: pytest.MonkeyPatch, *, quota: int = 1_000
) -> AsyncIterator[tuple[TinyServer, Settings]]:
    """Serve the first 250 of 260 titles, and register the origin."""
    monkeypatch.setitem(ORIGINS, "Tiny", TinyOrigin())
    movies(Path(CSV), range(1, 261))
    async with tiny_server(range(1, 251), changed=[3, 7]) as server:
        settings = Settings(
            lake="l",
            inputs=(CSV,),
            endpoints=("info", "cast"),
            origin="Tiny",
            rate=5000.0,
            quota=quota,
            base_url=server.base_url,
            date=DAY,
        )
        yield server, settings


async def _breaches(run: str, checked: Checked) -> list[Breach]:
    async with open_store("l") as store:
        return [breach async for breach in verify_run(store, run, checked)]


def _records() -> list[dict[str, Any]]:
    files = sorted(Path("l/Raw/Tiny/JSON").rglob("*.json"))
    return [record for path in files for record in json.loads(path.read_bytes())]


async def test_it_is_harvested_and_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its records, documents and outcomes are under its own name; `status` lists its runs."""
    async with _served(monkeypatch) as (server, settings):
        report = await harvest(settings, stop=Stop())
        again = await harvest(settings, stop=Stop())
    assert (report.finish_reason, again.finish_reason) == ("finished", "nothing_to_do")
    assert (report.titles.harvested, report.titles.unmatched) == (250, 10)
    assert report.requests.sent == 500
    assert server.asked["index"] == 1
    assert max(server.asked.values()) == 1
    checked = Checked()
    assert await _breaches(report.run, checked) == []
    assert (checked.titles, checked.records) == (260, 500)
    records = _records()
    assert len(records) == 500
    assert records[0]["origin_id"] == records[0]["response"]["id"]
    assert not Path("l/Raw/TMDB").exists()
    (listed,) = await all_reports("l")
    assert isinstance(listed, Report)
    assert (listed.run, listed.asked.origin) == (report.run, "Tiny")


async def test_a_quota_stops_the_run_and_it_goes_on_the_next_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two units a day: the rest is pending, nothing failed, and nothing is asked twice."""
    async with _served(monkeypatch, quota=400) as (server, settings):
        first = await harvest(settings, stop=Stop())
        assert (first.finish_reason, first.done, first.titles.pending) == ("quota", False, 60)
        assert first.message is not None
        assert "tomorrow" in first.message
        second = await harvest(dataclasses.replace(settings, quota=520), stop=Stop())
    assert (second.run, second.finish_reason) == (first.run, "finished")
    assert second.titles.failed == 0
    assert max(count for path, count in server.asked.items() if path != "index") == 1
    assert await _breaches(first.run, Checked()) == []


async def test_an_answer_that_the_quota_is_used_up_ends_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the origin says is kept; what is committed stays, and the next day takes up the rest."""
    fetcher = TinyConnection.fetcher

    def stingy(self: TinyConnection, plan: Plan, shortcuts: Shortcuts) -> Fetch:
        fetch = fetcher(self, plan, shortcuts)

        async def once(title: Title, tally: Tally) -> TitleResult:
            if title.id == "tt0000230":
                raise QuotaUsedUp("Tiny says that the requests of this day are used up")
            return await fetch(title, tally)

        return once

    async with _served(monkeypatch, quota=2_000) as (_, settings):
        with monkeypatch.context() as patch:
            patch.setattr(TinyConnection, "fetcher", stingy)
            first = await harvest(settings, stop=Stop())
        second = await harvest(settings, stop=Stop())
    assert (first.finish_reason, first.done, first.titles.failed) == ("quota", False, 0)
    assert first.message == "Tiny says that the requests of this day are used up"
    assert of_report(first) is Exit.STOPPED
    assert (second.run, second.finish_reason) == (first.run, "finished")


async def test_a_record_of_another_title_is_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    """`verify` asks the origin what a record must be."""
    async with _served(monkeypatch) as (_, settings):
        report = await harvest(dataclasses.replace(settings, limit=3), stop=Stop())
    monkeypatch.setattr(TinyOrigin, "misfit", lambda *_: "is odd")
    found = await _breaches(report.run, Checked())
    assert {breach.what for breach in found} == {f"tt{n:07d} is odd" for n in (1, 2, 3)}


async def test_it_says_what_it_can() -> None:
    """A connection says what it can; TMDB has no index and no quota."""
    async with (
        tiny_server(range(1, 3), changed=[3, 7]) as server,
        TinyOrigin().connect(Access(server.base_url), Tally()) as tiny,
        TmdbOrigin().connect(Access(server.base_url), Tally()) as tmdb,
    ):
        assert isinstance(tiny, Changing)
        since, now = datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 25, 9, tzinfo=UTC)
        async with open_store("l") as store:
            days = [day async for day in tiny.changes(store, "movie", since, now, Tally())]
        assert [(one.day, list(one.ids), one.complete) for one in days] == [(DAY, [3, 7], True)]
        assert not isinstance(tiny, Answering)
        assert isinstance(tmdb, Changing)
        assert not isinstance(tmdb, Preparing | Rationed)


@pytest.mark.slow
async def test_it_survives_a_kill_at_every_store_operation(tmp_path: Path) -> None:
    """SIGKILL before and after each operation, then resume: whole, and verified."""
    movies(tmp_path / CSV, range(1, 2 * UNIT_SIZE + 1))
    async with tiny_server(range(1, 2 * UNIT_SIZE), changed=[]) as server, driver() as forks:
        flags = {"inputs": [CSV], "rate": "5000", "date": "2026-11-24"}
        environ = {"TINY_BASE_URL": server.base_url}

        async def harvested(lake: str, strike: Strike | None) -> dict[str, Any]:
            here = {**flags, "lake": lake}
            return await forks.harvest(here, environ, strike, origin="Tiny")

        whole = await harvested("whole", None)
        assert whole["status"] == 0, whole
        points = [
            Strike(at, when)
            for at in range(len(whole["operations"]))
            for when in ("before", "after")
        ]
        for point in points:
            name = f"{point.at}-{point.when}"
            await harvested(name, point)
            resumed = await harvested(name, None)
            assert resumed["status"] == 0, name
            assert resumed["report"]["done"] is True, name
            checked = Checked()
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(ORIGINS, "Tiny", TinyOrigin())
                patch.setattr("harvester.lake.documents.plan.UNIT_SIZE", UNIT_SIZE)
                async with open_store(name) as store:
                    run = resumed["report"]["run"]
                    found = [breach async for breach in verify_run(store, run, checked)]
            assert found == [], name
            assert checked.records == 2 * (2 * UNIT_SIZE - 1), name
    assert len(points) > 2 * 2 * 5
