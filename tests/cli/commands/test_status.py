"""`harvester status`: what a lake holds, even where something is damaged or old."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from command_line import harvester
from csvs import movies
from made_report import plan_of

from harvester.cli.next_command import command_to_resume
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.summary import Report, ThisProcess
from harvester.lake.keys import RunFolder
from harvester.model import Asked, InputFacts, Outcome
from harvester.run import journal
from harvester.run.plan import lay_out
from harvester.run.report import Totals, build_report
from harvester.run.status import KEEP_DAYS, DamagedRun, run_report, too_old
from harvester.simulator import SimulatorOptions, simulate
from harvester.stores import open_store

FAST = SimulatorOptions(latency_ms=0)


async def _plan(run: str, *, titles: int = 250, at: str = "2026-11-24T07:00:00Z") -> None:
    """Write a run with a plan, its first unit done and 100 titles failed in it, to ./l."""
    laid = lay_out([("movie", list(range(1, titles + 1)))], None)
    plan = Plan(
        run=run,
        digest="1a2b3c4d",
        date=date(2026, 11, 24),
        created_at=at,
        inputs=(InputFacts("my list.csv", "movie", 1, "a" * 64, titles, titles, 0, ()),),
        asked=Asked(("find", "details"), "pt-BR", ("drama",), 250, "lines", "api.themoviedb.org"),
        synthetic=False,
        titles=titles,
        titles_sha256=laid.sha256,
    )
    outcomes = {title.id: Outcome("failed", reason="find: http_500") for title in laid.unit(0)}
    file = FileReceipt("Raw/TMDB/JSON/Find/x.json", 1, 10, "0" * 64)
    async with open_store("l") as store:
        await journal.save_plan(store, plan, laid)
        requests = {"sent": 100, "retried": 0, "throttled": 0}
        manifest = Manifest(run, 0, outcomes, (file,), requests, [], {}, at, at)
        await journal.commit(store, plan, manifest)


async def test_one_damaged_plan_hides_no_other_run() -> None:
    """What can't be read is listed as damaged, stderr says what to do, and the exit code is 0."""
    await _plan("good")
    for run, bad in (("bad", b"{"), ("worse", b'{"version":9}')):
        folder = Path("l") / RunFolder("TMDB", run).prefix
        folder.mkdir(parents=True)
        (folder / "plan.json").write_bytes(bad)
    await _plan("torn")
    (Path("l") / RunFolder("TMDB", "torn").manifest(0)).write_bytes(b"[]")
    ended = await harvester("status", "--lake", "l")
    assert ended.code == 0, ended.err
    lines = {line.split()[0]: line for line in ended.out.splitlines()}
    assert "unfinished" in lines["good"]
    assert all("damaged" in lines[run] for run in ("bad", "worse", "torn"))
    assert "bad/plan.json is damaged" in ended.err
    found = json.loads((await harvester("status", "--lake", "l", "--json")).out)
    assert [one["run"] for one in found] == ["good", "bad", "torn", "worse"]
    assert "units/000000.json" in found[2]["damaged"]


async def test_an_unfinished_run_is_not_called_interrupted() -> None:
    """Another process may be working on it: JSON says `unfinished`; the next command is printed."""
    await _plan("20261124-1a2b3c4d")
    found = json.loads((await harvester("status", "--lake", "l", "--json")).out)
    assert [one["finish_reason"] for one in found] == ["unfinished"]
    ended = await harvester("status", "20261124-1a2b3c4d", "--lake", "l")
    assert "20261124-1a2b3c4d has 150 titles to do" in ended.err
    assert (
        "run 'my list.csv' --lake l --run 20261124-1a2b3c4d --as Movies --endpoints find,details "
        "--language pt-BR --limit 250 --genre drama --format lines"
    ) in ended.err


async def test_the_command_that_status_gives_goes_on(tmp_path: Path) -> None:
    """Pasted, it finishes that same run; inputs in the lake are named by their place there."""
    movies(tmp_path / "m.csv", range(1, 501))
    async with simulate(FAST) as tmdb:
        assert (await harvester("upload", "m.csv", "--as", "Movies", "--lake", "l")).code == 0
        stopped = await harvester(
            *["run", "--lake", "l", "--rate", "900", "--limit", "450"],
            *["--max-duration", "0.3s", "--json"],
            tmdb=tmdb,
        )
        assert stopped.code == 10, stopped.err
        run = json.loads((await harvester("status", "--lake", "l", "--json")).out)[0]["run"]
        command = (command_to_resume(await run_report("l", run)) or "").split()
        command = command[command.index("run") :]
        ended = await harvester(*command, "--rate", "2000", "--json", tmdb=tmdb)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["run"] == run


async def test_a_run_is_shown_reason_by_reason() -> None:
    """Five examples of each reason, and where to find every title's outcome."""
    await _plan("20261124-1a2b3c4d")
    shown = (await harvester("status", "20261124-1a2b3c4d", "--lake", "l")).out
    assert "failed: 100 titles" in shown
    assert "100 find: http_500: tt0000001, tt0000002, tt0000003, tt0000004, tt0000005, …" in shown
    assert "l/Raw/TMDB/_harvest/20261124-1a2b3c4d/units/*.json" in shown


async def test_records_older_than_six_months_are_named() -> None:
    """TMDB's terms limit caching: an old run is named with what to do, a recent one is not."""
    young = (datetime.now(UTC) - timedelta(days=KEEP_DAYS - 2)).isoformat()
    await _plan("old", at="2020-01-01T00:00:00Z")
    await _plan("young", at=young)
    for args in ([], ["old"]):
        said = (await harvester("status", *args, "--lake", "l")).err
        assert f"older than {KEEP_DAYS} days" in said
        assert "are in old:" in said
    assert "older than" not in (await harvester("status", "young", "--lake", "l")).err


@pytest.mark.parametrize(("days", "old"), [(KEEP_DAYS - 1, []), (KEEP_DAYS + 1, ["r"])])
def test_age_is_counted_from_the_plan(days: int, old: list[str]) -> None:
    """Only a run that holds records can be too old; a damaged one is skipped."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    started = (at - timedelta(days=days)).isoformat()
    report = build_report(
        plan_of(1),
        Totals(),
        lake="l",
        finish_reason="finished",
        this_process=ThisProcess(),
        finished_at=started,
    )
    runs: list[Report | DamagedRun] = [
        replace(report, run="r", records=1, started_at=started),
        replace(report, run="empty", records=0, started_at="2000-01-01T00:00:00Z"),
        DamagedRun("bad", "x"),
    ]
    assert too_old(runs, at) == old


async def test_an_unknown_run_file_or_lake_gets_the_nearest_name(tmp_path: Path) -> None:
    """A typo gets a suggestion of what was probably meant."""
    await _plan("20261124-1a2b3c4d")
    movies(tmp_path / "movies.csv", [1])
    run = await harvester("status", "20261124-1a2b3c4e", "--lake", "l")
    assert "did you mean '20261124-1a2b3c4d'" in run.err
    file = await harvester("upload", "movie.csv", "--lake", "l")
    assert "did you mean 'movies.csv'" in file.err
    file = await harvester("run", "moveis.csv", "--local")
    assert "did you mean 'movies.csv'" in file.err
    Path("lake").mkdir()
    there = await harvester("status", "--lake", "laek")
    assert "did you mean 'lake'" in there.err


async def test_log_json_is_json_to_the_last_line(tmp_path: Path) -> None:
    """`--log-json`: every line of stderr is an object, including the final one and errors."""
    movies(tmp_path / "m.csv", range(1, 31))
    options = SimulatorOptions(latency_ms=0, faults="500=0.1")
    async with simulate(options) as tmdb:
        ended = await harvester(
            *["run", "m.csv", "--lake", "l", "--rate", "500", "--log-json", "-v"], tmdb=tmdb
        )
    lines = [json.loads(line) for line in ended.err.splitlines()]
    assert all({"timestamp", "level", "event"} <= set(line) for line in lines)
    events = [line["event"] for line in lines]
    assert events[0] == "planned"
    assert events[-1] == "ended"
    assert any("http_500; again in" in line.get("message", "") for line in lines)
    ended = await harvester("run", "m.csv", "--lake", "l", "--rate", "0", "--log-json")
    said = json.loads(ended.err)
    assert (ended.code, said["event"], said["error"]) == (2, "raised", "SettingError")


async def test_verbose_shows_each_retry_and_quiet_nothing(tmp_path: Path) -> None:
    """`-v` names path and reason of each retry, without a token; `-q` is silent."""
    movies(tmp_path / "m.csv", range(1, 31))
    async with simulate(SimulatorOptions(latency_ms=0, faults="500=0.1")) as tmdb:
        command = ["run", "m.csv", "--lake", "l", "--rate", "500"]
        loud = await harvester(*command, "-v", tmdb=tmdb)
        still = await harvester(*command, "--fresh", "-q", tmdb=tmdb)
    assert ": http_500; again in 0." in loud.err
    assert still.err == ""
