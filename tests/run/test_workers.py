"""A run in three steps leaves the same lake as one `harvest`, whatever the engine does."""

import asyncio
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from csvs import movies
from hypothesis import given
from hypothesis import strategies as st
from invariants import judge, records
from scripted_tmdb import Reply, scripted_tmdb

from harvester.errors import LakeError, RunHeld, SettingError
from harvester.lake.documents.owner import Owner
from harvester.lake.keys import RunFolder
from harvester.run import owner
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.workers import RANGE_SECONDS, cut, finish_run, harvest_range, plan_run, share
from harvester.settings import Settings
from harvester.simulator import SimulatorOptions, simulate
from harvester.stores import open_store
from harvester.upstream.credential import Credential

FAST = SimulatorOptions(latency_ms=0)


def _settings(lake: str, base_url: str, **more: Any) -> Settings:
    token = Credential(headers={"Authorization": "Bearer a-token"})
    settings = {"inputs": ("m.csv",), "rate": 2000.0, "base_url": base_url, "credential": token}
    return Settings(lake=lake, **{**settings, **more})


def _ranges(lake: str, key: str) -> list[range]:
    found = orjson.loads((Path(lake) / key).read_bytes())
    return [range(one["first"], one["last"] + 1) for one in found]


def _without_times(lake: str, run: str) -> dict[Any, Any]:
    found = records(Path(lake), run)
    return {key: {**record, "fetched_at": None} for key, record in found.items()}


async def test_steps_give_what_one_harvest_gives(tmp_path: Path) -> None:
    """The same run id and records; a range harvested twice changes nothing."""
    ids = movies(tmp_path / "m.csv", range(1, 451))
    async with simulate(FAST) as tmdb:
        whole = await harvest(_settings("whole", tmdb.base_url), stop=Stop())
        settings = _settings("parts", tmdb.base_url)
        planned = await _plan(settings, workers=2)
        (tmp_path / "m.csv").unlink()  # workers read the plan's titles
        reports = [
            await harvest_range(settings, planned.run, units, workers=2, stop=Stop())
            for units in _ranges("parts", planned.key) * 2
        ]
        asked = tmdb.stats()["requests"]
        finished = await finish_run(settings, planned.run)
        again = await finish_run(settings, planned.run)
        assert tmdb.stats()["requests"] == asked
    assert planned.run == whole.run
    assert planned.count == 2
    assert [one.titles.total for one in reports] == [300, 150] * 2
    assert all(one.done for one in reports)
    assert [one.this_process.units for one in reports] == [3, 2, 0, 0]
    assert finished.titles == whole.titles
    assert again.finish_reason == "nothing_to_do"
    judge(Path("parts"), planned.run, ids)
    assert _without_times("parts", planned.run) == _without_times("whole", planned.run)


async def _plan(settings: Settings, *, workers: int) -> Any:
    """Return the ranges of a run that is there; `None` as its id is for what is not due."""
    ranges = await plan_run(settings, workers=workers)
    assert ranges.run is not None
    return ranges


async def test_a_plan_takes_up_what_is_left(tmp_path: Path) -> None:
    """Ranges hold only missing units; a finished run has none."""
    movies(tmp_path / "m.csv", range(1, 501))
    async with simulate(FAST) as tmdb:
        settings = _settings("lake", tmdb.base_url)
        planned = await _plan(settings, workers=1)
        assert _ranges("lake", planned.key) == [range(5)]
        await harvest_range(settings, planned.run, range(1, 3), workers=1, stop=Stop())
        again = await _plan(settings, workers=3)
        assert again.run == planned.run
        assert _ranges("lake", again.key) == [range(1), range(3, 4), range(4, 5)]
        await harvest_range(settings, planned.run, range(5), workers=1, stop=Stop())
        await finish_run(settings, planned.run)
        assert (await _plan(settings, workers=1)).count == 0


async def test_a_worker_knows_what_earlier_runs_found(tmp_path: Path) -> None:
    """Without `find` a worker asks none for titles that the lake knows, and needs no id map."""
    ids = movies(tmp_path / "m.csv", range(1, 151))
    async with simulate(FAST) as tmdb:
        first = await harvest(_settings("lake", tmdb.base_url, endpoints=("find",)), stop=Stop())
        known = first.titles.harvested
        settings = _settings("lake", tmdb.base_url, endpoints=("details",))
        planned = await _plan(settings, workers=1)
        before = tmdb.stats()["requests"]
        report = await harvest_range(settings, planned.run, range(2), workers=1, stop=Stop())
        asked = tmdb.stats()["requests"] - before
        await finish_run(settings, planned.run)
    assert 0 < known < len(ids)
    assert report.titles.harvested == known
    assert asked == len(ids) + 1  # `find` for what is not known, details for the rest, the token
    judge(Path("lake"), planned.run, ids)


async def test_an_execution_owns_its_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last one that planned: workers of another send nothing, and finish lets it go.

    The new one waits for those of the old one, and meanwhile the origin is asked nothing.
    """
    monkeypatch.setattr(owner, "HANDOVER_SECONDS", 1.0)
    ids = movies(tmp_path / "m.csv", range(1, 251))
    async with simulate(FAST) as tmdb:
        settings = _settings("lake", tmdb.base_url)
        run = (await plan_run(settings, workers=1, execution="a")).run
        assert run is not None
        folder = Path("lake/Raw/TMDB/_harvest") / run
        one = await harvest_range(settings, run, range(1), workers=1, stop=Stop(), execution="a")
        assert one.done
        assert {path.name for path in folder.glob("owner*")} == {"owner.json", "owner-seen.json"}
        with pytest.raises(RunHeld, match="execution a owns"):
            await harvest(settings, stop=Stop())
        asked = tmdb.stats()["requests"]
        await asyncio.sleep(1.1)  # documents have whole seconds
        taking = asyncio.create_task(plan_run(settings, workers=1, execution="b"))
        await asyncio.sleep(0.5)
        assert tmdb.stats()["requests"] == asked
        assert (await taking).run == run
        asked = tmdb.stats()["requests"]
        for execution in ("a", None):
            stopped = await harvest_range(
                settings, run, range(1, 3), workers=1, stop=Stop(), execution=execution
            )
            assert (stopped.done, stopped.finish_reason) == (False, "taken_over")
            assert "execution b owns run" in str(stopped.message)
            assert stopped.titles.pending == 150
        assert tmdb.stats()["requests"] == asked
        last = await harvest_range(
            settings, run, range(1, 3), workers=1, stop=Stop(), execution="b"
        )
        assert last.done
        await finish_run(settings, run)
        assert not list(folder.glob("owner*"))
        again = await harvest(settings, stop=Stop())
    assert again.finish_reason == "nothing_to_do"
    judge(Path("lake"), run, ids)


async def test_a_worker_looks_before_each_unit(tmp_path: Path) -> None:
    """No unit begins after the run was taken over, and what is in flight is given up."""
    movies(tmp_path / "m.csv", range(1, 1001))
    async with scripted_tmdb() as tmdb:
        for number in range(1, 1001):
            tmdb.find(f"tt{number:07d}", "movie", number)
        settings = _settings("lake", tmdb.base_url, endpoints=("find",))
        run = (await plan_run(settings, workers=1, execution="a")).run
        assert run is not None
        key = Path("lake") / RunFolder("TMDB", run).owner

        def take_over(path: str) -> None:
            if path == "find/tt0000250":
                key.write_bytes(Owner("b", "2026-01-05T00:00:00Z").to_json())

        tmdb.on_request = take_over
        report = await harvest_range(
            settings, run, range(10), workers=1, stop=Stop(), execution="a"
        )
    assert report.finish_reason == "taken_over"
    assert "find/tt0000701" not in tmdb.asked
    assert 0 < report.this_process.units < 6


async def test_a_fresh_plan_that_is_tried_again_is_one_run(tmp_path: Path) -> None:
    """An engine tries a step again; only another execution, or a finished run, asks for another."""
    movies(tmp_path / "m.csv", range(1, 11))
    async with simulate(FAST) as tmdb:
        settings = _settings("lake", tmdb.base_url)
        first = await _plan(settings, workers=1)
        fresh = replace(settings, fresh=True)
        runs = [
            (await plan_run(fresh, workers=1, execution=execution)).run
            for execution in ("a", "a", "b", "a")
        ]
        await harvest_range(settings, str(runs[0]), range(1), workers=1, stop=Stop(), execution="a")
        await finish_run(settings, str(runs[0]))
        runs.append((await plan_run(fresh, workers=1, execution="a")).run)
    assert runs == [f"{first.run}-{number}" for number in (2, 2, 3, 2, 4)]


async def test_a_plan_waits_for_who_is_at_work(tmp_path: Path) -> None:
    """A process that works on the run alone has its lease: an execution tries again later."""
    movies(tmp_path / "m.csv", range(1, 101))
    async with simulate(FAST) as tmdb:
        settings = _settings("lake", tmdb.base_url)
        run = (await _plan(settings, workers=1)).run
        folder = RunFolder("TMDB", run)
        async with open_store("lake") as store:
            async with store.hold(folder.lease, run, lambda _: None):
                with pytest.raises(RunHeld, match="process"):
                    await plan_run(settings, workers=1, execution="a")
            assert await store.get(folder.owner) is None
        assert (await plan_run(settings, workers=1, execution="a")).count == 1


async def test_a_finish_refuses_while_units_are_missing(tmp_path: Path) -> None:
    """No summary is written before every unit has its manifest."""
    movies(tmp_path / "m.csv", range(1, 301))
    async with simulate(FAST) as tmdb:
        settings = _settings("lake", tmdb.base_url)
        planned = await _plan(settings, workers=1)
        await harvest_range(settings, planned.run, range(1), workers=1, stop=Stop())
        with pytest.raises(LakeError, match="2 of its 3 units have no manifest"):
            await finish_run(settings, planned.run)
    assert not list(Path("lake").rglob("summary.json"))


async def test_a_worker_refuses_what_is_not_its_runs(tmp_path: Path) -> None:
    """Units beyond the plan, another TMDB, an unknown run, too many workers."""
    movies(tmp_path / "m.csv", range(1, 101))
    async with simulate(FAST) as tmdb:
        settings = _settings("lake", tmdb.base_url)
        run = (await _plan(settings, workers=1)).run
        for units in (range(1, 2), range(2), range(0)):
            with pytest.raises(SettingError, match="units 0 to 0"):
                await harvest_range(settings, run, units, workers=1, stop=Stop())
        elsewhere = _settings("lake", "http://127.0.0.1:1/3")
        with pytest.raises(SettingError, match=r"127\.0\.0\.1:1"):
            await harvest_range(elsewhere, run, range(1), workers=1, stop=Stop())
        with pytest.raises(LakeError, match="no run nothing"):
            await harvest_range(settings, "nothing", range(1), workers=1, stop=Stop())
    with pytest.raises(SettingError, match="from 1 to the concurrency, 20"):
        share(settings, 21)


async def test_a_worker_without_a_token_says_so(tmp_path: Path) -> None:
    """A token refused during the run is the Report's finish reason, as for `harvest`."""
    movies(tmp_path / "m.csv", range(1, 11))
    async with scripted_tmdb() as tmdb:
        settings = _settings("lake", tmdb.base_url)
        planned = await _plan(settings, workers=1)
        refusal = b'{"success":false,"status_code":7,"status_message":"Invalid API key."}'
        tmdb.replies["find/tt0000001"] = Reply(refusal, 401)
        report = await harvest_range(settings, planned.run, range(1), workers=1, stop=Stop())
    assert (report.done, report.finish_reason) == (False, "token_refused")
    assert not list(Path("lake").rglob("units/*.json"))


def test_a_worker_gets_its_part() -> None:
    """Rate and connections are divided; a single worker gets all of both."""
    settings = _settings("lake", "http://127.0.0.1:1/3", rate=40.0)
    assert (share(settings, 1).rate, share(settings, 1).concurrency) == (40, 20)
    assert (share(settings, 3).rate, share(settings, 3).concurrency) == (40 / 3, 6)
    auto = share(_settings("lake", "http://127.0.0.1:1/3", rate="auto", max_rate=48.0), 4)
    assert (auto.rate, auto.max_rate, auto.top_rate) == ("auto", 12, 12)


@given(
    units=st.lists(st.integers(0, 3000), unique=True).map(sorted),
    workers=st.integers(1, 20),
    seconds_a_unit=st.floats(0.5, 2000),
)
def test_ranges_hold_every_missing_unit_once(
    units: list[int], workers: int, seconds_a_unit: float
) -> None:
    """Each missing unit lies in one range, none overlap, none takes longer than allowed."""
    ranges = cut(units, workers=workers, seconds_a_unit=seconds_a_unit)
    held = [[unit for unit in units if unit in one] for one in ranges]
    assert [unit for part in held for unit in part] == units
    assert all(one.stop <= other.start for one, other in itertools.pairwise(ranges))
    assert all(len(part) == 1 or len(part) * seconds_a_unit <= RANGE_SECONDS for part in held)
    if len(units) >= workers:
        assert max(map(len, held), default=0) <= -(-len(units) // workers)
