"""`expire` by the command line: what goes, what is left, and what every other command then says."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import pytest
import template
from command_line import harvester
from csvs import movies
from invariants import judge
from s3_servers import S3Server

from harvester import LakeError, records
from harvester.errors import RunHeld
from harvester.lake.keys import RunFolder
from harvester.simulator import Simulator, SimulatorOptions, simulate
from harvester.stores import open_store

LAKE = ["--lake", "l"]
HARVEST = Path("l/Raw/TMDB/_harvest")
DAY = ["--date", "2026-01-05", "--rate", "1000"]


async def _old_run(tmdb: Simulator, folder: Path, *, count: int = 8) -> str:
    """Harvest some movies, and make the run old; return its id."""
    movies(folder / "m.csv", range(1, count + 1))
    ended = await harvester("run", "m.csv", *LAKE, *DAY, "--json", tmdb=tmdb)
    assert ended.code == 0, ended.err
    run: str = json.loads(ended.out)["run"]
    path = HARVEST / run / "summary.json"
    path.write_text(
        json.dumps(json.loads(path.read_bytes()) | {"finished_at": "2026-01-05T00:00:00Z"})
    )
    return run


async def _expire(*args: str) -> tuple[int, dict[str, Any]]:
    ended = await harvester("expire", *LAKE, "--json", *args)
    return ended.code, json.loads(ended.out)


def _files(run: str) -> list[Path]:
    return sorted(Path("l/Raw/TMDB/JSON").rglob(f"{run}-*"))


async def test_from_the_first_look_to_the_next_harvest(tmp_path: Path) -> None:
    """Looked at, left, forced, verified; and the same command then harvests the titles again."""
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        run = await _old_run(tmdb, tmp_path)
        summary = json.loads((HARVEST / run / "summary.json").read_bytes())
        count = summary["titles"]["harvested"]
        files = _files(run)
        size = sum(path.stat().st_size for path in files)
        code, dry = await _expire("--dry-run")
        assert (code, dry["dry_run"], dry["deleted"]) == (3, True, [])
        assert (dry["left"][0]["run"], dry["left"][0]["titles"]) == (run, count)
        code, dry = await _expire("--dry-run", "--force")
        assert (code, dry["lost"][0]["titles"]) == (0, count)
        deleted = {"run": run, "files": len(files), "bytes": size, "resumed": False}
        assert dry["deleted"] == [deleted]

        left = await harvester("expire", *LAKE)
        assert left.code == 3
        assert (left.out, _files(run)) == ("", files)
        assert (
            f"run {run} is left, it holds the only records of {count} titles (tt0000002, "
            in left.err
        )
        assert "--force" in left.err

        forced = await harvester("expire", *LAKE, "--force")
        assert forced.code == 0, forced.err
        assert forced.out == f"{run}: {len(files)} files, {-(-size // 1000)} kB\n"
        assert f"the only records of {count} titles (tt0000002, " in forced.err
        assert _files(run) == []
        nothing = await harvester("expire", *LAKE)
        assert (nothing.code, nothing.out, nothing.err) == (0, "", "nothing to delete\n")

        assert (await harvester("verify", run, *LAKE)).code == 0
        again = await harvester("run", "m.csv", *LAKE, *DAY, "--json", tmdb=tmdb)
        assert again.code == 0, again.err
        assert json.loads(again.out)["run"] == f"{run}-2"
        last = await harvester("run", "m.csv", *LAKE, *DAY, "--json", tmdb=tmdb)
        assert json.loads(last.out)["finish_reason"] == "nothing_to_do"
        assert json.loads(last.out)["run"] == f"{run}-2"
    judge(Path("l"), f"{run}-2")
    assert len(list(records("l", endpoint="details"))) == count


async def test_what_the_other_commands_say(tmp_path: Path) -> None:
    """`status` and `report` show it; `retry`, `--run` and `records` say it in a sentence."""
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        run = await _old_run(tmdb, tmp_path)
        assert (await harvester("expire", *LAKE, "--force")).code == 0
        for args in (
            ["retry", run, *LAKE],
            ["retry", *LAKE],
            ["run", "m.csv", *LAKE, "--run", run],
        ):
            ended = await harvester(*args, tmdb=tmdb)
            assert ended.code == 2, ended.err
            assert ended.err == (
                f"harvester: the records of run {run} were deleted because of their age: harvest "
                "its titles again, by the command that began it, without --run\n"
            )
    listed = await harvester("status", *LAKE, "--json")
    assert [one["finish_reason"] for one in json.loads(listed.out)] == ["expired"]
    table = await harvester("status", *LAKE)
    assert "expired" in table.out
    assert "older than" not in table.err
    one = await harvester("status", run, *LAKE)
    assert "were deleted because of their age" in one.err
    assert json.loads((await harvester("status", run, *LAKE, "--json")).out)["done"] is True
    for language, words in (
        ("en", "deleted because of their age"),
        ("pt-BR", "apagados por causa da idade"),
    ):
        page = await harvester("report", run, *LAKE, "--lang", language, "-o", f"{language}.html")
        assert page.code == 0, page.err
        text = Path(f"{language}.html").read_text(encoding="utf-8")
        assert words in text
        assert "harvester retry" not in text
    with pytest.raises(
        LakeError, match=f"the records of run {run} were deleted because of their age"
    ):
        list(records("l", endpoint="details", run=run))
    with pytest.raises(LakeError, match="those of all runs are expired"):
        list(records("l", endpoint="details"))


async def test_a_run_that_is_held(tmp_path: Path) -> None:
    """Exit code 6, the holder named, and every file is there."""
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        run = await _old_run(tmdb, tmp_path)
    files = _files(run)

    def lost(error: RunHeld) -> None:
        raise error

    async with open_store("l") as store, store.hold(RunFolder("TMDB", run).lease, run, lost):
        ended = await harvester("expire", *LAKE, "--force")
    assert ended.code == 6
    assert f"is working on run {run}" in ended.err
    assert _files(run) == files
    assert not (HARVEST / run / "expired.json").exists()


@pytest.mark.parametrize("days", ["0", "10x", "-5", "", "0d", "1.5", "180 days", "999999", "١٨٠"])
async def test_an_age_that_is_none(days: str) -> None:
    """One sentence, exit code 2."""
    ended = await harvester("expire", *LAKE, f"--older-than={days}")
    assert ended.code == 2
    said = "harvester: --older-than takes a number of days from 1 to 99999, such as 180d, not"
    assert ended.err.startswith(said)
    assert len(ended.err.splitlines()) == 1


async def test_a_damaged_run_is_named(tmp_path: Path) -> None:
    """It is left, its document and what to do are named, exit code 3."""
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        run = await _old_run(tmdb, tmp_path)
    (HARVEST / run / "units/000000.json").write_bytes(b"{")
    ended = await harvester("expire", *LAKE, "--force")
    assert ended.code == 3
    assert f"{run}/units/000000.json is damaged: delete it" in ended.err
    assert f"run {run} is left" in ended.err
    assert _files(run)


async def test_a_versioned_bucket(
    moto_s3: S3Server, fresh_bucket: Callable[[S3Server], str]
) -> None:
    """What lives on as old versions is told, with the days that our template sets."""
    lake = fresh_bucket(moto_s3)
    key = "Raw/TMDB/JSON/Exports/Movies/2026/01/05/movie_ids_01_05_2026.json.gz"
    rules = template.load()["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (days,) = [
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for rule in rules
        if "NoncurrentVersionExpiration" in rule
    ]
    for is_versioned in (False, True):
        if is_versioned:
            with closing(boto3.client("s3")) as client:
                client.put_bucket_versioning(
                    Bucket=lake.removeprefix("s3://"), VersioningConfiguration={"Status": "Enabled"}
                )
        async with open_store(lake) as store:
            await store.put(key, b"ids")
            assert await store.keeps_versions() is is_versioned
        ended = await harvester("expire", "--lake", lake)
        assert ended.code == 0, ended.err
        assert ended.out == "daily files of ids: 1 file, 1 kB\n"
        assert (f"with our template.yaml for {days} days more" in ended.err) is is_versioned
