"""`retry`: what failed is requested again, and a run and its retries have one merged result."""

import json
from pathlib import Path
from typing import Any

from command_line import harvester
from csvs import movies
from invariants import judge
from scripted_tmdb import Reply, ScriptedTmdb, scripted_tmdb

RATE = ["--lake", "l", "--rate", "1000", "--json"]


def _serve(tmdb: ScriptedTmdb, ids: list[str], gone: range) -> None:
    for number, imdb_id in enumerate(ids, 1):
        tmdb.find(imdb_id, "movie", number)
    for number in gone:
        tmdb.replies[f"movie/{number}"] = Reply(b'{"success":false,"status_code":34}', 404)


async def _status(run: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((await harvester("status", run, *RATE[:2], "--json")).out)
    return found


async def test_retries_until_nothing_is_failed(tmp_path: Path) -> None:
    """Each retry plans what is still failed; `status` of the run shows the merged result."""
    ids = movies(tmp_path / "m.csv", range(1, 131))
    async with scripted_tmdb() as tmdb:
        _serve(tmdb, ids, range(95, 106))
        first = await harvester("run", "m.csv", *RATE, tmdb=tmdb.base_url)
        assert first.code == 3, first.err
        run = json.loads(first.out)["run"]
        assert f"harvester retry {run} --lake l" in first.err
        assert (await _status(run))["reasons"]["failed"]["gone"]["count"] == 11

        for number in range(95, 103):  # eight of them come back, three stay missing
            tmdb.replies[f"movie/{number}"] = Reply(b'{"id":%d}' % number)
        asked = tmdb.asked["find/tt0000001"]
        second = await harvester("retry", run, *RATE, tmdb=tmdb.base_url)
        assert second.code == 3, second.err
        assert tmdb.asked["find/tt0000001"] == asked
        assert json.loads(second.out)["run"] == f"{run}-retry1"
        judge(Path("l"), f"{run}-retry1", ids[94:105])
        merged = await _status(run)
        assert merged["titles"]["harvested"] == 127
        assert merged["titles"]["failed"] == 3
        assert merged["reasons"]["failed"]["gone"]["examples"] == ids[102:105]

        for number in range(103, 106):
            tmdb.replies[f"movie/{number}"] = Reply(b'{"id":%d}' % number)
        third = await harvester("retry", f"{run}-retry1", *RATE, tmdb=tmdb.base_url)
        assert third.code == 0, third.err
        judge(Path("l"), f"{run}-retry2", ids[102:105])
        assert (await _status(run))["titles"]["failed"] == 0

        served = sum(tmdb.asked.values())
        fourth = await harvester("retry", *RATE, tmdb=tmdb.base_url)
        assert fourth.code == 0, fourth.err
        assert json.loads(fourth.out)["finish_reason"] == "nothing_to_do"
        assert json.loads(fourth.out)["titles"]["failed"] == 0
        assert sum(tmdb.asked.values()) == served
    judge(Path("l"), run, ids)
    for one in (run, f"{run}-retry1", f"{run}-retry2"):
        assert (await harvester("verify", one, "--lake", "l")).code == 0


async def test_an_unfinished_retry_is_resumed(tmp_path: Path) -> None:
    """A retry that was stopped is resumed by the same command, not planned again."""
    ids = movies(tmp_path / "m.csv", range(1, 251))
    async with scripted_tmdb() as tmdb:
        _serve(tmdb, ids, range(1, 251))
        first = await harvester("run", "m.csv", *RATE, tmdb=tmdb.base_url)
        run = json.loads(first.out)["run"]
        _serve(tmdb, ids, range(0))
        for number in range(1, 251):
            tmdb.replies[f"movie/{number}"] = Reply(b'{"id":%d}' % number)
        stopped = await harvester(
            "retry", run, *RATE, "--max-duration", "0.01s", tmdb=tmdb.base_url
        )
        assert stopped.code == 10, stopped.err
        resumed = await harvester("retry", run, *RATE, tmdb=tmdb.base_url)
        assert resumed.code == 0, resumed.err
        assert json.loads(resumed.out)["run"] == f"{run}-retry1"
    judge(Path("l"), f"{run}-retry1", ids)


async def test_what_can_not_be_retried(tmp_path: Path) -> None:
    """An unknown run, an unfinished one and another host each get one sentence and exit 2."""
    ids = movies(tmp_path / "m.csv", range(1, 251))
    async with scripted_tmdb() as tmdb, scripted_tmdb() as other:
        _serve(tmdb, ids, range(0))
        command = ["run", "m.csv", *RATE]
        stopped = await harvester(*command, "--max-duration", "0.01s", tmdb=tmdb.base_url)
        run = json.loads(stopped.out)["run"]
        for arguments, base_url, word in (
            (["nothing-like-it"], tmdb.base_url, "nothing-like-it"),
            ([run], tmdb.base_url, "unfinished"),
            ([run], other.base_url, "TMDB_BASE_URL"),
        ):
            ended = await harvester("retry", *arguments, *RATE, tmdb=base_url)
            assert ended.code == 2
            assert len(ended.err.strip().splitlines()) == 1
            assert word in ended.err
