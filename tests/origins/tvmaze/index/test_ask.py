"""The index is asked for once a run, whoever goes on with it, and its end is no accident."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from scripted_tvmaze import (
    Answer,
    ScriptedTvmaze,
    breaches,
    harvest_series,
    outcomes_of,
    raw_bodies,
    records_of,
    scripted_tvmaze,
    series_list,
    tvmaze_settings,
    unlimited,
)

from harvester.errors import DocumentError
from harvester.origins.tvmaze.index import ask
from harvester.run.choose import plan_of
from harvester.run.expire_run import expire_run
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.workers import finish_run, harvest_range, plan_run
from harvester.stores import open_store

TITLES = 400
IDS = [f"tt{number:07d}" for number in range(1, TITLES + 1)]
"""Each is show 2 n, save every tenth, which TVmaze does not have."""

END = Answer(b'{"name":"Not Found","message":"","code":0,"status":404}', 404)


def _show(number: int) -> bytes:
    return b'{"id":%d, "externals" : {"imdb":"tt%07d"}, "x":1.0}' % (2 * number, number)


def _page(page: int) -> bytes:
    numbers = range(max(125 * page, 1), min(125 * (page + 1), TITLES + 1))
    return b"[" + b",\n".join(_show(one) for one in numbers if one % 10) + b"]"


PAGES = [_page(page) for page in range(4)]


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    unlimited(monkeypatch)


@pytest.fixture
async def tvmaze() -> AsyncIterator[ScriptedTvmaze]:
    """Serve an index of four pages."""
    async with scripted_tvmaze() as server:
        server.index(PAGES)
        yield server


def _kept() -> dict[str, bytes]:
    paths = Path("l").glob("Raw/TVmaze/_harvest/*/asked/*")
    return {path.name: path.read_bytes() for path in paths}


async def _assert_whole(run: str) -> None:
    """Every title is as a person would have it, and every page was asked for once."""
    outcomes = outcomes_of(run)
    assert list(outcomes) == IDS
    for imdb_id, outcome in outcomes.items():
        number = int(imdb_id[2:])
        if number % 10:
            assert (outcome["outcome"], outcome["origin_id"]) == ("harvested", 2 * number)
        else:
            assert (outcome["outcome"], outcome["reason"]) == ("unmatched", "not_found")
    bodies = raw_bodies()
    assert all(
        b'"response":' + _show(number) + b"}" in bodies
        for number in range(1, TITLES + 1)
        if number % 10
    )
    assert len(records_of()) == TITLES - TITLES // 10
    assert await breaches(run) == []


async def test_many_titles_take_the_index_and_nothing_else(tvmaze: ScriptedTvmaze) -> None:
    """Four pages, the two behind them, the check: shows are cut out, misses are not looked up."""
    report = await harvest_series(tvmaze.base_url, IDS)
    await _assert_whole(report.run)
    assert tvmaze.asked == {"shows/1": 1, **{f"shows?page={page}": 1 for page in range(6)}}
    kept = _kept()
    assert sorted(kept) == [*(f"index-00000{page}.json" for page in range(4)), "index-end.json"]
    for page, body in enumerate(PAGES):
        assert body in kept[f"index-00000{page}.json"]
        asked_at = json.loads(kept[f"index-00000{page}.json"])["asked_at"]
        assert records_of()[f"tt{125 * page + 1:07d}", "show"]["fetched_at"] == asked_at
    assert json.loads(kept["index-end.json"])["pages"] == 4


async def test_other_endpoints_take_the_id_from_the_index(tvmaze: ScriptedTvmaze) -> None:
    """No show is asked for, none is a record, and no title is looked up."""
    for number in range(1, TITLES + 1):
        tvmaze.answers[f"shows/{2 * number}/cast"] = Answer(b"[]")
    report = await harvest_series(tvmaze.base_url, IDS, endpoints=("cast",))
    assert report.titles.harvested == TITLES - TITLES // 10
    assert {endpoint for _, endpoint in records_of()} == {"cast"}
    assert not [path for path in tvmaze.asked if path.startswith("lookup")]


async def test_few_titles_take_no_index(tvmaze: ScriptedTvmaze) -> None:
    """What is few is counted in series: movies take no request either way."""
    series_list(Path("m.txt"), [f"tt{number:07d}" for number in range(1000, 2000)])
    await harvest_series(tvmaze.base_url, IDS[:175])
    assert not [path for path in tvmaze.asked if "page" in path]
    assert len([path for path in tvmaze.asked if path.startswith("lookup")]) == 175
    report = await harvest(
        tvmaze_settings(tvmaze.base_url, inputs=("m.txt",), kind="movie"), stop=Stop()
    )
    assert report.titles.unmatched == 1000
    assert not [path for path in tvmaze.asked if "page" in path]


async def test_a_run_that_broke_off_goes_on_where_it_was(tvmaze: ScriptedTvmaze) -> None:
    """What TVmaze answered before it went down is not asked for again."""
    tvmaze.answers["shows?page=2"] = Answer(b"", 500)
    tvmaze.on_request = lambda path: (
        tvmaze.answers.update({"shows/1": Answer(b"", 500)}) if path == "shows?page=2" else None
    )
    down = await harvest_series(tvmaze.base_url, IDS)
    assert down.finish_reason == "upstream_down"
    assert sorted(_kept()) == ["index-000000.json", "index-000001.json"]
    tvmaze.on_request = len
    tvmaze.answers |= {"shows?page=2": Answer(PAGES[2]), "shows/1": Answer(b'{"id":1}')}
    before = tvmaze.pages_asked()
    report = await harvest_series(tvmaze.base_url, IDS)
    assert report.run == down.run
    await _assert_whole(report.run)
    asked = tvmaze.pages_asked() - before
    assert asked == {"shows?page=2": 1, "shows?page=3": 1}


async def test_a_stop_while_the_index_is_read_keeps_what_there_is(tvmaze: ScriptedTvmaze) -> None:
    """A run that is to stop does not wait for the end of the index; the next one goes on."""
    stop = Stop()
    series_list(Path("s.txt"), IDS)
    tvmaze.on_request = lambda path: stop.request("interrupted") if "page=2" in path else None
    stopped = await harvest(tvmaze_settings(tvmaze.base_url), stop=stop)
    assert stopped.finish_reason == "interrupted"
    assert len(_kept()) < 4
    assert {"index-000000.json", "index-000001.json"} <= {*_kept()}
    report = await harvest_series(tvmaze.base_url, IDS)
    await _assert_whole(report.run)
    assert tvmaze.asked["shows?page=0"] == tvmaze.asked["shows?page=1"] == 1


async def test_a_404_that_is_a_slip_ends_nothing(tvmaze: ScriptedTvmaze) -> None:
    """The next page is there, so the page is asked for once more."""
    tvmaze.answers["shows?page=1"] = [END, Answer(PAGES[1])]
    report = await harvest_series(tvmaze.base_url, IDS)
    await _assert_whole(report.run)
    assert tvmaze.asked["shows?page=1"] == 2
    assert tvmaze.asked["shows?page=2"] == 1


async def test_a_page_that_is_not_there_is_a_gap(tvmaze: ScriptedTvmaze) -> None:
    """All its shows may have been deleted: those behind it are found all the same."""
    del tvmaze.answers["shows?page=1"]
    report = await harvest_series(tvmaze.base_url, IDS)
    missing = {f"tt{number:07d}" for number in range(125, 250)}
    reasons = {one: outcome["reason"] for one, outcome in outcomes_of(report.run).items()}
    assert {one for one in IDS if reasons[one] == "not_found"} == missing | {*IDS[9::10]}
    assert json.loads(_kept()["index-000001.json"])["response"] is None
    assert tvmaze.asked["shows?page=1"] == 2


async def test_an_index_without_an_end_ends_the_run(
    tvmaze: ScriptedTvmaze, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that has a page whatever is asked for is not asked for ever."""
    monkeypatch.setattr(ask, "MOST_PAGES", 3)
    tvmaze.index([b"[]"] * 10)
    report = await harvest_series(tvmaze.base_url, IDS)
    assert report.finish_reason == "upstream_down"
    assert report.message is not None
    assert "more than 3 pages" in report.message
    assert sum(tvmaze.pages_asked().values()) == 4


async def test_another_page_in_its_place_is_not_taken(tvmaze: ScriptedTvmaze) -> None:
    """Its shows would be found, and those of the page that was asked for would be missing."""
    tvmaze.answers["shows?page=1"] = [Answer(PAGES[2]), Answer(b"[1]"), Answer(PAGES[1])]
    report = await harvest_series(tvmaze.base_url, IDS)
    await _assert_whole(report.run)
    assert tvmaze.asked["shows?page=1"] == 3


async def test_a_damaged_page_in_the_lake_is_named(tvmaze: ScriptedTvmaze) -> None:
    """Deleted, as the message says, it is asked for again, alone."""
    stop = Stop()
    series_list(Path("s.txt"), IDS)
    tvmaze.on_request = lambda path: stop.request("interrupted") if "page=5" in path else None
    await harvest(tvmaze_settings(tvmaze.base_url), stop=stop)
    tvmaze.on_request = len
    (path,) = Path("l").glob("Raw/TVmaze/_harvest/*/asked/index-000002.json")
    path.write_bytes(b"[]")
    with pytest.raises(DocumentError, match=r"index-000002.json is damaged: delete it"):
        await harvest_series(tvmaze.base_url, IDS)
    path.unlink()
    before = tvmaze.pages_asked()
    report = await harvest_series(tvmaze.base_url, IDS)
    await _assert_whole(report.run)
    assert tvmaze.pages_asked() - before == {"shows?page=2": 1}


async def test_workers_ask_for_no_page(tvmaze: ScriptedTvmaze) -> None:
    """The step that plans the run asks; each worker finds the pages, at once or one by one."""
    series_list(Path("s.txt"), IDS)
    settings = tvmaze_settings(tvmaze.base_url)
    planned = await plan_run(settings, workers=2)
    assert planned.run is not None
    assert planned.key is not None
    pages = tvmaze.pages_asked()
    assert pages == {f"shows?page={page}": 1 for page in range(4)}
    ranges = [
        range(one["first"], one["last"] + 1)
        for one in orjson.loads((Path("l") / planned.key).read_bytes())
    ]
    assert ranges == [range(2), range(2, 4)]
    await asyncio.gather(
        *(harvest_range(settings, planned.run, one, workers=2, stop=Stop()) for one in ranges)
    )
    again = await plan_run(settings, workers=2)
    report = await finish_run(settings, planned.run)
    assert (again.run, again.count) == (planned.run, 0)
    assert tvmaze.pages_asked() == pages
    await _assert_whole(report.run)


async def test_a_worker_asks_for_what_nobody_kept(tvmaze: ScriptedTvmaze) -> None:
    """A page that is gone, or that the plan's step never reached, is asked for by one of them."""
    series_list(Path("s.txt"), IDS)
    settings = tvmaze_settings(tvmaze.base_url)
    planned = await plan_run(settings, workers=2)
    assert planned.run is not None
    for name in ("index-000001.json", "index-end.json"):
        (Path("l/Raw/TVmaze/_harvest") / planned.run / "asked" / name).unlink()
    before = tvmaze.pages_asked()
    for units in (range(2), range(2, 4)):
        await harvest_range(settings, planned.run, units, workers=2, stop=Stop())
    assert tvmaze.pages_asked() - before == {"shows?page=1": 1}
    report = await finish_run(settings, planned.run)
    await _assert_whole(report.run)


async def test_a_finished_run_reads_no_index(tvmaze: ScriptedTvmaze) -> None:
    """Where no unit is missing, nothing comes before the units."""
    report = await harvest_series(tvmaze.base_url, IDS)
    (Path("l/Raw/TVmaze/_harvest") / report.run / "summary.json").unlink()
    for name in _kept():
        (Path("l/Raw/TVmaze/_harvest") / report.run / "asked" / name).unlink()
    before = tvmaze.pages_asked()
    again = await harvest_series(tvmaze.base_url, IDS)
    assert (again.run, again.finish_reason) == (report.run, "finished")
    assert tvmaze.pages_asked() == before


async def test_the_index_expires_with_its_run(tvmaze: ScriptedTvmaze) -> None:
    """Its pages are TVmaze's data, as the records are: they are deleted with them."""
    report = await harvest_series(tvmaze.base_url, IDS)
    async with open_store("l") as store:
        await expire_run(store, await plan_of(store, report.run))
    assert _kept() == {}
    assert records_of() == {}
    assert await breaches(report.run) == []


async def test_ranges_are_not_cut_for_requests_that_nobody_sends(tvmaze: ScriptedTvmaze) -> None:
    """By lookups a unit would take a worker 200 s; by the index it takes none of its requests."""
    series_list(Path("s.txt"), [f"tt{number:07d}" for number in range(1, 2_401)])
    planned = await plan_run(tvmaze_settings(tvmaze.base_url, rate=4.0), workers=4)
    assert planned.count == 4
