"""A run that ends early, on purpose or not, is resumed by the same command."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from command_line import end, harvester, start, until
from csvs import movies
from invariants import judge
from scripted_tmdb import Reply, scripted_tmdb

from harvester.simulator import SimulatorOptions, simulate

FAST = SimulatorOptions(latency_ms=0)


async def _units(lake: Path, number: int) -> None:
    """Wait until a lake has this many manifests."""
    await until(lambda: len(list(lake.rglob("units/*.json"))) >= number)


def _given_up(report: dict[str, Any]) -> int:
    """Return how many titles a Report says were not finished in time."""
    message = report["message"]
    if message is None:
        return 0
    assert message.endswith("in flight could not be finished in time and will be asked for again")
    return int(message.split()[0])


@pytest.mark.parametrize("name", ["SIGINT", pytest.param("SIGTERM", marks=[pytest.mark.slow])])
async def test_a_signal_drains_and_the_same_command_resumes(name: str, tmp_path: Path) -> None:
    """One signal: the units in flight are finished, exit 130, the resume command is printed."""
    ids = movies(tmp_path / "m.csv", range(1, 1001))
    command = ["run", "m.csv", "--lake", "l", "--rate", "600", "--json"]
    async with simulate(FAST) as tmdb:
        process = await start(*command, tmdb=tmdb)
        await _units(Path("l"), 1)
        process.send_signal(getattr(signal, name))
        stopped = await end(process)
        assert stopped.code == 130, stopped.err
        report = json.loads(stopped.out)
        assert (report["done"], report["finish_reason"]) == (False, "interrupted")
        assert 0 < report["titles"]["pending"] < 1000
        assert "run m.csv --lake l --rate 600" in stopped.err
        committed = {path.name: path.stat().st_mtime_ns for path in Path("l").rglob("units/*.json")}
        served = tmdb.stats()["by_endpoint"]["find"]
        again = served - (1000 - report["titles"]["pending"])  # 0 where all was drained in time
        assert 0 <= again <= _given_up(report)
        resumed = await harvester(*command, tmdb=tmdb)
        assert tmdb.stats()["by_endpoint"]["find"] == 1000 + again
    assert resumed.code == 0, resumed.err
    assert json.loads(resumed.out)["run"] == report["run"]
    assert "done already" in resumed.err
    judge(Path("l"), report["run"], ids)
    for path in Path("l").rglob("units/*.json"):
        assert committed.get(path.name, path.stat().st_mtime_ns) == path.stat().st_mtime_ns


async def test_a_second_signal_gives_up_what_is_in_flight(tmp_path: Path) -> None:
    """Two signals: exit 130 at once, still a Report, and a lake that can be resumed."""
    ids = movies(tmp_path / "m.csv", range(1, 6))  # at this rate few enough to be waited for
    command = ["run", "m.csv", "--lake", "l", "--json"]
    async with simulate(SimulatorOptions(latency_ms=1500)) as tmdb:
        process = await start(*command, "--rate", "20", tmdb=tmdb)
        await until(lambda: tmdb.stats()["requests"] >= 5)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        said = await process.stderr.readuntil(b"once more")
        assert b"Interrupted" in said
        process.send_signal(signal.SIGINT)
        stopped = await end(process)
        assert stopped.code == 130
        assert json.loads(stopped.out)["titles"]["pending"] == 5
    async with simulate(FAST) as tmdb:
        run = json.loads(stopped.out)["run"]
        assert not list(Path("l").rglob("units/*"))
        # Another port is another host, so the run id would differ: resume the run by its name.
        refused = await harvester(*command, "--run", run, tmdb=tmdb)
        assert refused.code == 2
        fresh = await harvester(*command, "--rate", "2000", tmdb=tmdb)
    judge(Path("l"), json.loads(fresh.out)["run"], ids)


@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "--max-duration"])
async def test_what_would_take_too_long_is_given_up(how: str, tmp_path: Path) -> None:
    """At 40 a second 300 titles take a minute: the units that end in time do, the rest is told.

    Of what was asked, at most three units are asked again.
    """
    ids = movies(tmp_path / "m.csv", range(1, 601))
    command = ["run", "m.csv", "--lake", "l", "--json"]
    limit = ["--max-duration", "3s"] if how == "--max-duration" else []
    async with simulate(FAST) as tmdb:
        process = await start(*command, *limit, tmdb=tmdb)
        await until(lambda: tmdb.stats()["requests"] >= 60)
        if not limit:
            process.send_signal(getattr(signal, how))
        async with asyncio.timeout(30):  # with the start of the process, on a busy machine
            stopped = await end(process)
        assert stopped.code == (10 if limit else 130), stopped.err
        report = json.loads(stopped.out)
        harvested = report["titles"]["harvested"] + report["titles"]["unmatched"]
        assert report["titles"]["pending"] == 600 - harvested
        given_up = _given_up(report)
        assert 0 < given_up <= 300
        assert f"harvester: {given_up} titles in flight could not be finished" in stopped.err
        assert "Stopping: about" in stopped.err
        asked = tmdb.stats()["by_endpoint"]["find"]
        resumed = await harvester(*command, "--rate", "2000", tmdb=tmdb)
        assert resumed.code == 0, resumed.err
        assert asked < tmdb.stats()["by_endpoint"]["find"] <= 900
    judge(Path("l"), report["run"], ids)


@pytest.mark.slow
async def test_max_duration_stops_with_10_and_resumes(tmp_path: Path) -> None:
    """`--max-duration` exits with 10, resumable; each call continues until nothing is left."""
    ids = movies(tmp_path / "m.csv", range(1, 901))
    command = ["run", "m.csv", "--lake", "l", "--rate", "700", "--json"]
    codes: list[int] = []
    again = 0
    async with simulate(FAST) as tmdb:
        while not codes or codes[-1] == 10:
            ended = await harvester(*command, "--max-duration", "1s", tmdb=tmdb)
            codes.append(ended.code)
            again += _given_up(json.loads(ended.out))
        assert 900 <= tmdb.stats()["by_endpoint"]["find"] <= 900 + again
    assert codes[-1] == 0
    assert len(codes) > 1
    judge(Path("l"), json.loads(ended.out)["run"], ids)


async def test_killed_and_resumed(tmp_path: Path) -> None:
    """SIGKILL during a run: no unit with a manifest is fetched again, and leftovers are deleted."""
    ids = movies(tmp_path / "m.csv", range(1, 1001))
    command = ["run", "m.csv", "--lake", "l", "--rate", "600", "--json"]
    async with simulate(FAST) as tmdb:
        process = await start(*command, tmdb=tmdb)
        await _units(Path("l"), 2)
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        done = len(list(Path("l").rglob("units/*.json")))
        before = tmdb.stats()["by_endpoint"]["find"]
        run = next(Path("l/Raw/TMDB/_harvest").iterdir()).name
        stray = Path("l/Raw/TMDB/JSON/Find")
        stray = next(stray.rglob("*.json")).with_name(f"{run}-000009-0-00000000.json")
        stray.write_bytes(b"[]")
        resumed = await harvester(*command, tmdb=tmdb)
        assert tmdb.stats()["by_endpoint"]["find"] - before == 1000 - 100 * done
    assert resumed.code == 0, resumed.err
    assert not stray.exists()
    judge(Path("l"), run, ids)
    assert (await harvester("verify", "--lake", "l")).code == 0


async def test_a_run_crosses_midnight(tmp_path: Path) -> None:
    """Yesterday's unfinished run is resumed today, under yesterday's paths."""
    ids = movies(tmp_path / "m.csv", range(1, 301))
    command = ["run", "m.csv", "--lake", "l", "--rate", "600", "--json"]
    async with simulate(FAST) as tmdb:
        first = await harvester(
            *command, "--date", "2026-01-31", "--max-duration", "0.1s", tmdb=tmdb
        )
        assert first.code in {0, 10}
        second = await harvester(*command, "--date", "2026-02-01", tmdb=tmdb)
        runs = [json.loads(ended.out)["run"] for ended in (first, second)]
        if first.code == 10:
            assert runs[0] == runs[1]
            assert json.loads(second.out)["date"] == "2026-01-31"
        third = await harvester(*command, "--date", "2026-02-01", tmdb=tmdb)
        fresh = await harvester(*command, "--date", "2026-02-01", "--fresh", tmdb=tmdb)
    assert runs[0].startswith("20260131-")
    new = json.loads(third.out)["run"]
    assert new.startswith("20260201-")
    assert json.loads(fresh.out)["run"] == f"{new}-2"
    for run in {*runs, new, f"{new}-2"}:
        judge(Path("l"), run, ids)


async def test_a_token_refused_at_once_writes_nothing(tmp_path: Path) -> None:
    """TMDB refuses the token before anything is planned: exit 4, no lake, no token shown."""
    movies(tmp_path / "m.csv", range(1, 11))
    async with simulate(SimulatorOptions(latency_ms=0, token="another")) as tmdb:
        ended = await harvester("run", "m.csv", "--lake", "l", tmdb=tmdb)
    assert ended.code == 4
    assert ended.err.count("\n") == 1
    assert "TMDB_TOKEN" in ended.err
    assert not Path("l").exists()


async def test_a_dead_tmdb_ends_with_5(tmp_path: Path) -> None:
    """Nothing listens at TMDB's address: exit 5 within seconds, one sentence, nothing written."""
    movies(tmp_path / "m.csv", range(1, 11))
    ended = await harvester("run", "m.csv", "--lake", "l", tmdb="http://127.0.0.1:9/3")
    assert ended.code == 5
    assert ended.err.count("\n") == 1
    assert not Path("l").exists()


async def test_tmdb_dies_in_the_middle(tmp_path: Path) -> None:
    """TMDB goes down for good: exit 5, no title failed, and the resume command is printed."""
    ids = movies(tmp_path / "m.csv", range(1, 301))
    command = ["run", "m.csv", "--lake", "l", "--rate", "1000", "--json"]
    async with scripted_tmdb() as tmdb:
        for number, imdb_id in enumerate(ids, 1):
            tmdb.find(imdb_id, "movie", number)
        alive = dict(tmdb.replies)

        def die(path: str) -> None:
            if path == "movie/150":
                tmdb.replies = dict.fromkeys(alive, Reply(b"<html>Bad Gateway</html>", 502))

        tmdb.on_request = die
        ended = await harvester(*command, tmdb=tmdb.base_url)
        assert ended.code == 5, ended.err
        report = json.loads(ended.out)
        assert report["finish_reason"] == "upstream_down"
        assert report["titles"]["failed"] == 0
        assert "run m.csv" in ended.err
        tmdb.on_request = len
        tmdb.replies = alive
        resumed = await harvester(*command, tmdb=tmdb.base_url)
    assert resumed.code == 0, resumed.err
    outcomes = judge(Path("l"), report["run"], ids)
    assert {one["outcome"] for one in outcomes.values()} == {"harvested"}
