"""An id map end to end: a run writes one, and the next run takes half as long with it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from command_line import harvester
from csvs import movies, series
from invariants import judge, records, timeless
from s3_copy import download
from s3_servers import S3Server
from scripted_tmdb import Reply, scripted_tmdb

from harvester.simulator import SimulatorOptions, simulate

FAST = ["--rate", "3000", "--json"]
THREE = ["--endpoints", "details,credits,keywords"]


def _map(path: Path, *rows: str) -> None:
    path.write_text("\n".join(["imdb_id,tmdb_id,media_type", *rows, ""]), encoding="utf-8")


async def test_a_run_writes_a_map_and_the_next_one_asks_less(tmp_path: Path) -> None:
    """The harvested titles in plan order; with it and append a title needs one request."""
    ids = movies(tmp_path / "m.csv", range(1, 111)) + series(tmp_path / "s.csv", range(111, 141))
    command = ["run", "m.csv", "s.csv", *FAST]
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        first = await harvester(*command, "--lake", "a", tmdb=tmdb)
        run = json.loads(first.out)["run"]
        outcomes = judge(Path("a"), run, ids)
        written = Path("a/Raw/TMDB/_harvest") / run / "id-map.csv"
        shutil.copy(written, "ids.csv")
        before = tmdb.stats()["requests"]
        second = await harvester(
            *command, *THREE, *["--lake", "b", "--requests", "append", "--id-map", "ids.csv"],
            tmdb=tmdb,
        )  # fmt: skip
        asked = tmdb.stats()["requests"] - before
        plain = await harvester(*command, *THREE, "--lake", "c", tmdb=tmdb)
    harvested = [one for one in ids if outcomes[one]["outcome"] == "harvested"]
    assert written.read_text(encoding="utf-8").splitlines() == [
        "imdb_id,tmdb_id,media_type",
        *(f"{one},{outcomes[one]['tmdb_id']},{outcomes[one]['media_type']}" for one in harvested),
    ]
    runs = [json.loads(ended.out)["run"] for ended in (second, plain)]
    assert runs[0] == runs[1]  # the map is not part of it
    mapped, asked_all = (timeless(judge(Path(lake), runs[0], ids)) for lake in "bc")
    assert mapped == asked_all == timeless(outcomes)
    assert asked == len(ids) + 1  # a find for each title missing in the map, and one check
    assert f"id map ids.csv: knows {len(harvested)} of {len(ids)} titles\n" in second.err
    assert f"about {2 * len(ids) - len(harvested)} requests" in second.err
    found = [records(Path(lake), runs[0]) for lake in "bc"]
    assert found[0].keys() == found[1].keys()
    assert all(found[0][key]["response"] == found[1][key]["response"] for key in found[0])
    assert (Path("b/Raw/TMDB/_harvest") / runs[0] / "id-map.csv").read_bytes() == (
        written.read_bytes()
    )


async def test_a_map_that_is_out_of_date_costs_requests_and_no_title(tmp_path: Path) -> None:
    """Moved, of another media type, of another film: find decides what is harvested."""
    ids = movies(tmp_path / "m.csv", range(1, 6))
    _map(
        Path("ids.csv"),
        *("tt0000001,91,movie", "tt0000002,2,tv", "tt0000003,93,movie", "tt0000004,4,movie"),
        *("tt0000005,95,tv",),
    )
    async with scripted_tmdb() as tmdb:
        for number, one in enumerate(ids, 1):
            tmdb.find(one, "movie", number)
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
    """A run on S3 writes its map there, and the next reads it from there."""
    lake = fresh_bucket(seaweedfs) + "/some/prefix"
    ids = movies(tmp_path / "m.csv", range(1, 131))
    command = ["run", "m.csv", "--lake", lake, "--requests", "append", *FAST]
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        first = await harvester(*command, tmdb=tmdb)
        assert first.code == 0, first.err
        run = json.loads(first.out)["run"]
        before = tmdb.stats()["requests"]
        id_map = f"{lake}/Raw/TMDB/_harvest/{run}/id-map.csv"
        second = await harvester(*command, *THREE, "--id-map", id_map, tmdb=tmdb)
        asked = tmdb.stats()["requests"] - before
    assert second.code == 0, second.err
    assert asked == len(ids) + 1
    copy = download(lake, seaweedfs, tmp_path / "copy")
    judge(copy, run, ids)
    judge(copy, json.loads(second.out)["run"], ids)
