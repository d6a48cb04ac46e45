"""`--requests append`: the same records as `fanout`, for half the requests or fewer."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import harvester
from csvs import movies, series
from invariants import judge, records, timeless
from scripted_tmdb import Reply, scripted_tmdb

from harvester.origins.tmdb.endpoints import NAMES
from harvester.simulator import SimulatorOptions, simulate

EVERY = ",".join(NAMES)
FAST = ["--rate", "3000", "--json"]


def content(lake: str, run: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return a run's records without their time of fetching."""
    found = records(Path(lake), run)
    for record in found.values():
        del record["fetched_at"]
    return found


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        ([], ""),
        (["--endpoints", EVERY, "--language", "pt-BR"], ""),
        (["--endpoints", EVERY, "--format", "lines"], "dropped=0.3"),
        (["--endpoints", "credits,keywords"], "dropped=0.3,etag=0.1,gzip=0.1,html=0.05"),
        (["--endpoints", "details,aggregate_credits"], ""),
    ],
)
async def test_both_modes_give_the_same_records(
    tmp_path: Path, options: list[str], faults: str
) -> None:
    """Equal as JSON, including the envelope, also where TMDB silently drops an object."""
    ids = movies(tmp_path / "m.csv", range(1, 121)) + series(tmp_path / "s.csv", range(121, 201))
    command = ["run", "m.csv", "s.csv", *options, *FAST]
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        fanout = await harvester(*command, "--lake", "fanout", tmdb=tmdb)
        asked = tmdb.stats()["requests"]
    async with simulate(SimulatorOptions(latency_ms=0, faults=faults)) as tmdb:
        append = await harvester(*command, "--lake", "append", "--requests", "append", tmdb=tmdb)
        stats = tmdb.stats()
    assert (fanout.code, append.code) == (0, 0), append.err
    runs = [json.loads(ended.out)["run"] for ended in (fanout, append)]  # of two hosts
    outcomes = judge(Path("append"), runs[1], ids)
    assert timeless(outcomes) == timeless(judge(Path("fanout"), runs[0], ids))
    assert {outcome["media_type"] for outcome in outcomes.values()} == {"movie", "tv", None}
    assert content("append", runs[1]) == content("fanout", runs[0])
    assert (await harvester("verify", "--lake", "append")).code == 0
    assert stats["requests"] < asked
    if "dropped" in faults:
        assert stats["faults"]["dropped"] > 10
    else:
        harvested = sum(one["outcome"] == "harvested" for one in outcomes.values())
        assert stats["requests"] <= len(ids) + harvested + 1


async def test_a_run_goes_on_in_the_other_mode(tmp_path: Path) -> None:
    """The mode is not part of a run: stopped in one, it can be finished in the other."""
    ids = movies(tmp_path / "m.csv", range(1, 1201))  # far more than the first process has time for
    command = ["run", "m.csv", "--lake", "l", "--json"]
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        first = await harvester(*command, "--rate", "600", "--max-duration", "1.5s", tmdb=tmdb)
        other = await harvester(*command, "--rate", "3000", "--requests", "append", tmdb=tmdb)
    assert (first.code, other.code) == (10, 0), other.err
    report = json.loads(other.out)
    assert json.loads(first.out)["run"] == report["run"]
    assert 0 < report["this_process"]["titles"] < 1200
    judge(Path("l"), report["run"], ids)


async def test_the_first_line_says_what_append_would_save(tmp_path: Path) -> None:
    """It says nothing where there is nothing to save."""
    movies(tmp_path / "m.csv", range(1, 32))
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        command = ["run", "m.csv", "--rate", "400"]
        plain = await harvester(*command, "--lake", "a", tmdb=tmdb)
        dry = await harvester(
            *command, "--lake", "b", "--requests", "append", "--dry-run", tmdb=tmdb
        )
        append = await harvester(*command, "--lake", "b", "--requests", "append", tmdb=tmdb)
        one = await harvester(*command, "--lake", "c", "--endpoints", "details", tmdb=tmdb)
        find = await harvester(*command, "--lake", "d", "--endpoints", "find", tmdb=tmdb)
    line = "about 124 requests, 1 s at 400 a second; --requests append: 62, 1 s\n"
    assert line in plain.err
    assert "about 62 requests, 1 s at 400 a second\n" in append.err
    assert "about 62 requests, 1 s at 400 a second; --requests append: 31, 1 s\n" in one.err
    assert "about 31 requests, 1 s at 400 a second\n" in find.err
    assert "about 62 requests" in dry.out


async def test_details_that_are_gone_fail_the_title_in_one_request(tmp_path: Path) -> None:
    """A 404 on details is as final with others appended: `gone`, and no record."""
    ids = movies(tmp_path / "m.csv", [1, 2])
    async with scripted_tmdb() as tmdb:
        for number in (1, 2):
            tmdb.find(ids[number - 1], "movie", number)
        tmdb.replies["movie/1"] = Reply(b'{"success":false,"status_code":34}', 404)
        tmdb.replies["movie/2"] = [
            Reply(b'{"id":3,"credits":{"cast":[],"id":2},"keywords":{"id":2}}'),
            Reply(b'{"id":2,"credits":{"cast":[]},"keywords":[]}'),
        ]
        ended = await harvester(
            *["run", "m.csv", "--lake", "l", "--requests", "append", *FAST], tmdb=tmdb.base_url
        )
    assert ended.code == 3
    outcomes = judge(Path("l"), json.loads(ended.out)["run"], ids)
    assert outcomes[ids[0]]["reason"] == "gone"
    assert outcomes[ids[1]]["outcome"] == "harvested"
    assert (tmdb.asked["movie/1"], tmdb.asked["movie/2"]) == (1, 2)  # at first another title's
    assert tmdb.asked["movie/1/credits"] == tmdb.asked["movie/2/credits"] == 0
    assert tmdb.asked["movie/2/keywords"] == 1  # what came in its place was not an object
