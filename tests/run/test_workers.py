"""A run in three steps leaves the same lake as one `harvest`, whatever the engine does."""

import itertools
from pathlib import Path
from typing import Any

import orjson
import pytest
from csvs import movies
from hypothesis import given
from hypothesis import strategies as st
from invariants import judge, records
from scripted_tmdb import Reply, scripted_tmdb

from harvester.errors import LakeError, SettingError
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.workers import RANGE_SECONDS, cut, finish_run, harvest_range, plan_run, share
from harvester.settings import Settings
from harvester.simulator import SimulatorOptions, simulate
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
        planned = await plan_run(settings, workers=2)
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


async def test_a_plan_takes_up_what_is_left(tmp_path: Path) -> None:
    """Ranges hold only missing units; a finished run has none."""
    movies(tmp_path / "m.csv", range(1, 501))
    async with simulate(FAST) as tmdb:
        settings = _settings("lake", tmdb.base_url)
        planned = await plan_run(settings, workers=1)
        assert _ranges("lake", planned.key) == [range(5)]
        await harvest_range(settings, planned.run, range(1, 3), workers=1, stop=Stop())
        again = await plan_run(settings, workers=3)
        assert again.run == planned.run
        assert _ranges("lake", again.key) == [range(1), range(3, 4), range(4, 5)]
        await harvest_range(settings, planned.run, range(5), workers=1, stop=Stop())
        await finish_run(settings, planned.run)
        assert (await plan_run(settings, workers=1)).count == 0


async def test_a_finish_refuses_while_units_are_missing(tmp_path: Path) -> None:
    """No summary is written before every unit has its manifest."""
    movies(tmp_path / "m.csv", range(1, 301))
    async with simulate(FAST) as tmdb:
        settings = _settings("lake", tmdb.base_url)
        planned = await plan_run(settings, workers=1)
        await harvest_range(settings, planned.run, range(1), workers=1, stop=Stop())
        with pytest.raises(LakeError, match="2 of its 3 units have no manifest"):
            await finish_run(settings, planned.run)
    assert not list(Path("lake").rglob("summary.json"))


async def test_a_worker_refuses_what_is_not_its_runs(tmp_path: Path) -> None:
    """Units beyond the plan, another TMDB, an unknown run, too many workers."""
    movies(tmp_path / "m.csv", range(1, 101))
    async with simulate(FAST) as tmdb:
        settings = _settings("lake", tmdb.base_url)
        run = (await plan_run(settings, workers=1)).run
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
        planned = await plan_run(settings, workers=1)
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
