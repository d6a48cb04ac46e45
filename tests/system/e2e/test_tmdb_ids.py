"""Titles by TMDB's own id, end to end: in a list and as inputs, in both request modes."""

import json
from pathlib import Path

import pytest
from command_line import harvester
from invariants import judge, records, timeless
from scripted_tmdb import scripted_tmdb

from harvester.simulator import SimulatorOptions, simulate

FAST = ["--rate", "3000", "--json"]
IDS = ["movie:278", "tv:1399", "tt0068646"]


@pytest.mark.parametrize(("mode", "requests"), [("fanout", 3 + 4 + 4), ("append", 1 + 1 + 2)])
async def test_a_list_of_both_schemes(tmp_path: Path, mode: str, requests: int) -> None:
    """One find, for the IMDb id; the records of the others name the IMDb id that TMDB has."""
    (tmp_path / "ids.txt").write_text("\n".join([*IDS, ""]))
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester(
            "run", "ids.txt", "--lake", "l", "--requests", mode, *FAST, tmdb=tmdb
        )
        stats = tmdb.stats()
    assert ended.code == 0, ended.err
    run = json.loads(ended.out)["run"]
    outcomes = judge(Path("l"), run, IDS)
    assert {one["outcome"] for one in outcomes.values()} == {"harvested"}
    assert [outcomes[one].get("imdb_id") for one in IDS] == ["tt0111161", "tt0944947", None]
    assert stats["by_endpoint"]["find"] == 1
    assert stats["requests"] == requests + 1  # the check of the token
    found = records(Path("l"), run)
    assert next(iter(found["movie:278", "details"])) == "id"
    assert {(title_id, record["imdb_id"]) for (title_id, _), record in found.items()} == {
        ("movie:278", "tt0111161"),
        ("tv:1399", "tt0944947"),
        ("tt0068646", "tt0068646"),
    }
    assert found["movie:278", "details"]["response"]["title"] == "The Shawshank Redemption"
    assert found["tv:1399", "details"]["response"]["name"] == "Game of Thrones"
    assert (await harvester("verify", "--lake", "l")).code == 0


async def test_inputs_that_name_a_title_are_the_same_titles(tmp_path: Path) -> None:
    """`tmdb:movie/278` beside a list: the outcomes are those of the list with both."""
    (tmp_path / "ids.txt").write_text("\n".join(IDS))
    (tmp_path / "one.txt").write_text("tt0068646\n")
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        listed = await harvester("run", "ids.txt", "--lake", "a", *FAST, tmdb=tmdb)
        inputs = ["tmdb:movie/278", "tmdb:tv/1399", "one.txt"]
        named = await harvester("run", *inputs, "--lake", "b", *FAST, tmdb=tmdb)
        again = await harvester("run", *inputs, "--lake", "b", *FAST, tmdb=tmdb)
    runs = [json.loads(ended.out)["run"] for ended in (listed, named, again)]
    assert timeless(judge(Path("a"), runs[0], IDS)) == timeless(judge(Path("b"), runs[1], IDS))
    assert json.loads(again.out)["finish_reason"] == "nothing_to_do"
    assert runs[1] == runs[2]


async def test_an_id_that_tmdb_does_not_have(tmp_path: Path) -> None:
    """It is unmatched, without a record; a retry has nothing to do, and verify is content."""
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester(
            "run", "tmdb:movie/502", "tmdb:tv/278", "--lake", "l", *FAST, tmdb=tmdb
        )
        verified = await harvester("verify", "--lake", "l")
    assert (ended.code, verified.code) == (0, 0), ended.err + verified.err
    report = json.loads(ended.out)
    assert report["reasons"]["unmatched"] == {
        "not_found": {"count": 2, "examples": ["movie:502", "tv:278"]}
    }
    assert not records(Path("l"), report["run"])
    assert judge(Path("l"), report["run"], ["movie:502", "tv:278"])["tv:278"]["tmdb_id"] is None


async def test_a_failed_title_is_retried_by_its_id(tmp_path: Path) -> None:
    """`retry` asks for `movie:278` again, not for an IMDb id."""
    async with scripted_tmdb() as tmdb:
        tmdb.find("tt0111161", "movie", 278)
        cast = tmdb.replies.pop("movie/278/credits")
        command = ["run", "tmdb:movie/278", "--lake", "l", *FAST]
        failed = await harvester(*command, tmdb=tmdb.base_url)
        tmdb.replies["movie/278/credits"] = cast
        retried = await harvester("retry", "--lake", "l", *FAST, tmdb=tmdb.base_url)
    assert json.loads(failed.out)["reasons"]["failed"] == {
        "credits: http_404": {"count": 1, "examples": ["movie:278"]}
    }
    run = json.loads(retried.out)["run"]
    assert judge(Path("l"), run, ["movie:278"])["movie:278"]["outcome"] == "harvested"
    assert tmdb.asked["find/tt0111161"] == 0
    assert (await harvester("verify", "--lake", "l")).code == 0


@pytest.mark.parametrize("name", ["tmdb:movie/0", "tmdb:series/1399", "tmdb:278"])
async def test_what_names_no_title_is_refused_before_anything_is_written(name: str) -> None:
    """One sentence, exit 2, and no lake."""
    ended = await harvester("run", name, "--local", *FAST)
    assert ended.code == 2
    assert len(ended.err.strip().splitlines()) == 1
    assert name in ended.err
    assert not list(Path("lake").rglob("*.json*"))
