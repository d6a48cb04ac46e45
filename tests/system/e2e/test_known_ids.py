"""Known TMDB ids end to end: of an id map, and of what earlier runs of the lake found."""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from command_line import harvester
from csvs import movies, series
from invariants import judge, records, timeless
from s3_copy import download
from s3_servers import S3Server
from scripted_tmdb import Reply, ScriptedTmdb, scripted_tmdb

from harvester.simulator import SimulatorOptions, simulate

FAST = ["--rate", "3000", "--json"]
THREE = ["--endpoints", "details,credits,keywords"]


def _map(path: Path, *rows: str) -> None:
    path.write_text("\n".join(["imdb_id,tmdb_id,media_type", *rows, ""]), encoding="utf-8")


def _found(tmdb: ScriptedTmdb, ids: Iterable[str], first: int = 1) -> None:
    """Let a TMDB know these movies by ids that count up."""
    for number, one in enumerate(ids, first):
        tmdb.find(one, "movie", number)


async def test_a_run_writes_outcomes_and_the_next_one_asks_less(tmp_path: Path) -> None:
    """All titles in plan order; as an id map, with append, a title needs one request."""
    ids = movies(tmp_path / "m.csv", range(1, 111)) + series(tmp_path / "s.csv", range(111, 141))
    command = ["run", "m.csv", "s.csv", *FAST]
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        first = await harvester(*command, "--lake", "a", tmdb=tmdb)
        run = json.loads(first.out)["run"]
        outcomes = judge(Path("a"), run, ids)
        written = Path("a/Raw/TMDB/_harvest") / run / "outcomes.csv"
        shutil.copy(written, "ids.csv")
        before = tmdb.stats()["requests"]
        second = await harvester(
            *command, *THREE, *["--lake", "b", "--requests", "append", "--id-map", "ids.csv"],
            tmdb=tmdb,
        )  # fmt: skip
        asked = tmdb.stats()["requests"] - before
        plain = await harvester(*command, *THREE, "--lake", "c", tmdb=tmdb)
    harvested = [one for one in ids if outcomes[one]["outcome"] == "harvested"]
    assert not written.with_name("id-map.csv").exists()
    assert written.read_text(encoding="utf-8").splitlines() == [
        "id,imdb_id,media_type,tmdb_id,outcome,reason,fetched_at",
        *(
            f"{one},{one},{outcomes[one]['media_type'] or ''},{outcomes[one]['tmdb_id'] or ''},"
            f"{outcomes[one]['outcome']},{outcomes[one]['reason'] or ''},"
            f"{outcomes[one]['fetched_at']}"
            for one in ids
        ),
    ]
    runs = [json.loads(ended.out)["run"] for ended in (second, plain)]
    assert runs[0] == runs[1]  # the map is not part of it
    mapped, asked_all = (timeless(judge(Path(lake), runs[0], ids)) for lake in "bc")
    assert mapped == asked_all == timeless(outcomes)
    # A find for each title that the map lacks, before it a try with the IMDb id of each movie of
    # them, and one check.
    assert asked == len(ids) + len(set(ids[:110]) - set(harvested)) + 1
    assert f"id map ids.csv: knows {len(harvested)} of {len(ids)} titles\n" in second.err
    # As far as known ids are spread evenly over both files: series alone are looked up by find.
    about = len(ids) + round(30 * (1 - len(harvested) / len(ids)))
    assert f"about {about} requests" in second.err
    found = [records(Path(lake), runs[0]) for lake in "bc"]
    assert found[0].keys() == found[1].keys()
    assert all(found[0][key]["response"] == found[1][key]["response"] for key in found[0])
    again = Path("b/Raw/TMDB/_harvest") / runs[0] / "outcomes.csv"
    assert [line.rpartition(",")[0] for line in again.read_text(encoding="utf-8").splitlines()] == [
        line.rpartition(",")[0] for line in written.read_text(encoding="utf-8").splitlines()
    ]


@pytest.mark.parametrize("written_by", ["today", "outcomes deleted", "0.1.0"])
async def test_a_lake_knows_the_ids_that_its_runs_found(written_by: str, tmp_path: Path) -> None:
    """A run without `find` asks none for a title that an earlier one harvested, without an id map.

    Nor where the earlier run has no outcomes, or an id map in their place: its manifests are read.
    Runs that ask for `find` have all of it.
    """
    ids = movies(tmp_path / "m.csv", range(1, 111)) + series(tmp_path / "s.csv", range(111, 141))
    command = ["run", "m.csv", "s.csv", "--lake", "l", *FAST]
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        first = await harvester(*command, "--endpoints", "find", tmdb=tmdb)
        run = json.loads(first.out)["run"]
        outcomes = judge(Path("l"), run, ids)
        written = Path("l/Raw/TMDB/_harvest") / run / "outcomes.csv"
        if written_by != "today":
            written.unlink()
        if written_by == "0.1.0":
            _map(written.with_name("id-map.csv"), "tt0000001,1,movie")
        dry = await harvester(*command, *THREE, "--dry-run", tmdb=tmdb)
        before = tmdb.stats()["requests"]
        second = await harvester(*command, *THREE, tmdb=tmdb)
        asked = tmdb.stats()["requests"] - before
        again = await harvester(*command, "--endpoints", "find,details", tmdb=tmdb)
    harvested = [one for one in ids if outcomes[one]["outcome"] == "harvested"]
    missing = len(ids) - len(harvested)
    assert missing > 0
    assert asked == 3 * len(harvested) + missing + 1  # `find` for the others, and the token
    assert f"earlier runs know {len(harvested)} of {len(ids)} titles\n" in second.err
    assert json.loads(dry.out)["requests"] == 3 * len(ids) + missing
    same = judge(Path("l"), json.loads(second.out)["run"], ids)
    assert timeless(same) == timeless(outcomes)
    assert "earlier runs know" not in again.err
    judge(Path("l"), json.loads(again.out)["run"], ids)


async def test_ids_that_no_answer_would_check_are_not_taken(tmp_path: Path) -> None:
    """Credits name no IMDb id: an id that has moved would give another title's."""
    movies(tmp_path / "m.csv", range(1, 11))
    command = ["run", "m.csv", "--lake", "l", *FAST, "--endpoints"]
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        first = json.loads((await harvester(*command, "find", tmdb=tmdb)).out)
        bare = await harvester(*command, "credits", "--dry-run", tmdb=tmdb)
        named = await harvester(*command, "credits,details", "--dry-run", tmdb=tmdb)
    assert "earlier runs know" not in bare.err
    known, unknown = first["titles"]["harvested"], first["titles"]["unmatched"]
    assert known
    assert json.loads(bare.out)["requests"] == 2 * (known + unknown)
    assert json.loads(named.out)["requests"] == 2 * known + 3 * unknown


async def test_an_id_map_counts_more_than_the_lake(tmp_path: Path) -> None:
    """Of a title that both know, the map's id is asked for; the lake gives the rest."""
    ids = movies(tmp_path / "m.csv", range(1, 4))
    async with scripted_tmdb() as tmdb:
        _found(tmdb, ids)
        command = ["run", "m.csv", "--lake", "l", *FAST]
        first = await harvester(*command, "--endpoints", "find", tmdb=tmdb.base_url)
        _map(Path("ids.csv"), "tt0000002,92,movie")
        tmdb.find("tt0000092", "movie", 92)
        second = await harvester(
            *command, "--endpoints", "details", "--id-map", "ids.csv", tmdb=tmdb.base_url
        )
    assert (first.code, second.code) == (0, 0), second.err
    outcomes = judge(Path("l"), json.loads(second.out)["run"], ids)
    assert [outcomes[one]["tmdb_id"] for one in ids] == [1, 92, 3]
    assert "id map ids.csv: knows 1 of 3 titles\nearlier runs know 2 more of 3 titles" in second.err
    assert all(tmdb.asked[f"find/{one}"] == 1 for one in ids)


async def test_ids_of_another_host_are_not_taken(tmp_path: Path) -> None:
    """What one TMDB calls a title says nothing of another; so a synthetic id serves no real one."""
    ids = movies(tmp_path / "m.csv", range(1, 4))
    async with scripted_tmdb() as one, scripted_tmdb() as other:
        for tmdb, base in ((one, 0), (other, 50)):
            _found(tmdb, ids, first=base + 1)
        command = ["run", "m.csv", "--lake", "l", "--endpoints", "keywords", *FAST]
        await harvester(*command, tmdb=one.base_url)
        ended = await harvester(*command, tmdb=other.base_url)
    outcomes = judge(Path("l"), json.loads(ended.out)["run"], ids)
    assert [outcomes[title]["tmdb_id"] for title in ids] == [51, 52, 53]
    assert "earlier runs know" not in ended.err


async def test_an_id_that_moved_since_is_asked_of_find(tmp_path: Path) -> None:
    """It answers 404, or its details name another title: `find` has the last word."""
    ids = movies(tmp_path / "m.csv", range(1, 4))
    async with scripted_tmdb() as tmdb:
        _found(tmdb, ids)
        command = ["run", "m.csv", "--lake", "l", *FAST]
        first = await harvester(*command, "--endpoints", "find", tmdb=tmdb.base_url)
        assert first.code == 0, first.err
        tmdb.find("tt0000001", "movie", 91)
        for name in ("movie/1", "movie/1/credits", "movie/1/keywords"):
            del tmdb.replies[name]
        tmdb.find("tt0000002", "movie", 92)
        tmdb.replies["movie/2"] = Reply(b'{"id":2,"imdb_id":"tt0000077"}')
        second = await harvester(*command, *THREE, tmdb=tmdb.base_url)
    outcomes = judge(Path("l"), json.loads(second.out)["run"], ids)
    assert [outcomes[one]["tmdb_id"] for one in ids] == [91, 92, 3]
    assert [tmdb.asked[f"find/{one}"] for one in ids] == [2, 2, 1]


async def test_a_damaged_run_gives_no_ids_and_stops_no_other(tmp_path: Path) -> None:
    """It is named, and all its titles are asked of `find`, those before the damage, too."""
    ids = movies(tmp_path / "m.csv", range(1, 4))
    async with scripted_tmdb() as tmdb:
        _found(tmdb, ids)
        command = ["run", "m.csv", "--lake", "l", *FAST]
        first = await harvester(*command, "--endpoints", "find", tmdb=tmdb.base_url)
        (path,) = Path("l/Raw/TMDB/_harvest").glob("*/outcomes.csv")
        path.write_bytes(path.read_bytes()[:-9])
        second = await harvester(*command, *THREE, tmdb=tmdb.base_url)
    assert second.code == 0, second.err
    run = json.loads(first.out)["run"]
    assert f"_harvest/{run}/outcomes.csv is damaged, line 4 is cut short: delete it" in second.err
    assert f"run {run} is left out" in second.err
    assert [tmdb.asked[f"find/{one}"] for one in ids] == [2, 2, 2]


async def test_a_map_that_is_out_of_date_costs_requests_and_no_title(tmp_path: Path) -> None:
    """Moved, of another media type, of another film: find decides what is harvested."""
    ids = movies(tmp_path / "m.csv", range(1, 6))
    _map(
        Path("ids.csv"),
        *("tt0000001,91,movie", "tt0000002,2,tv", "tt0000003,93,movie", "tt0000004,4,movie"),
        *("tt0000005,95,tv",),
    )
    async with scripted_tmdb() as tmdb:
        _found(tmdb, ids)
        tmdb.find("tt0000093", "movie", 93)
        tmdb.replies["movie/93"] = Reply(b'{"id":93,"imdb_id":"tt0000093"}')
        tmdb.replies["movie/4"] = Reply(b'{"id":4,"imdb_id":null}')
        tmdb.find("tt0000095", "tv", 95)  # its details are there, its keywords are not
        del tmdb.replies["tv/95/keywords"]
        ended = await harvester(
            "run", "m.csv", "--lake", "l", *THREE, "--id-map", "ids.csv", *FAST, tmdb=tmdb.base_url
        )
    assert ended.code == 0, ended.err
    outcomes = judge(Path("l"), json.loads(ended.out)["run"], ids)
    assert [outcomes[one]["tmdb_id"] for one in ids] == [1, 2, 3, 4, 5]
    assert [tmdb.asked[f"find/{one}"] for one in ids] == [1, 1, 1, 0, 1]


async def test_with_find_asked_for_a_map_is_not_used(tmp_path: Path) -> None:
    """It would save nothing; one line says so, and the map is not read."""
    ids = movies(tmp_path / "m.csv", range(1, 31))
    Path("ids.csv").write_text("nonsense\n", encoding="utf-8")
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        command = ["run", "m.csv", "--lake", "l", "--id-map", "ids.csv", *FAST]
        ended = await harvester(*command, tmdb=tmdb)
        bad = await harvester(*command, *THREE, tmdb=tmdb)
        dry = await harvester(*command, *THREE, "--dry-run", tmdb=tmdb)
    assert ended.code == 0
    judge(Path("l"), json.loads(ended.out)["run"], ids)
    assert "id map ids.csv not used: find is among the endpoints" in ended.err
    assert (bad.code, dry.code) == (2, 2)
    assert "ids.csv, line 1 must be imdb_id,tmdb_id,media_type" in bad.err
    assert "Traceback" not in bad.err


async def test_a_map_lies_in_s3_too(
    seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str], tmp_path: Path
) -> None:
    """A run on S3 writes its outcomes there, and the next reads them from there."""
    lake = fresh_bucket(seaweedfs) + "/some/prefix"
    ids = movies(tmp_path / "m.csv", range(1, 131))
    command = ["run", "m.csv", "--lake", lake, "--requests", "append", *FAST]
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        first = await harvester(*command, tmdb=tmdb)
        assert first.code == 0, first.err
        run = json.loads(first.out)["run"]
        before = tmdb.stats()["requests"]
        id_map = f"{lake}/Raw/TMDB/_harvest/{run}/outcomes.csv"
        second = await harvester(*command, *THREE, "--id-map", id_map, tmdb=tmdb)
        asked = tmdb.stats()["requests"] - before
    assert second.code == 0, second.err
    missing = len(ids) - json.loads(first.out)["titles"]["harvested"]
    assert asked == len(ids) + missing + 1  # those are asked for by their IMDb id, then by find
    copy = download(lake, seaweedfs, tmp_path / "copy")
    judge(copy, run, ids)
    judge(copy, json.loads(second.out)["run"], ids)
