"""`harvester status`: what a lake holds, even where something is damaged or old."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from command_line import harvester
from csvs import movies
from made_report import plan_of
from made_whole import command

from harvester.cli.commands.status import status_command
from harvester.cli.console.overview import show_runs
from harvester.cli.next_command import (
    command_to_resume,
    command_to_retry,
    command_to_verify,
)
from harvester.lake import keys
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.summary import Report, ThisProcess
from harvester.lake.keys import RunFolder
from harvester.model import Asked, InputFacts, Outcome
from harvester.origins.tmdb.origin import TmdbOrigin
from harvester.run import journal
from harvester.run.damage import DamagedRun
from harvester.run.plan import Group, lay_out
from harvester.run.report import Totals, build_report
from harvester.run.status import run_report, too_old
from harvester.simulator import SimulatorOptions, simulate
from harvester.stores import open_store

KEEP_DAYS = TmdbOrigin().keep_days or 0
FAST = SimulatorOptions(latency_ms=0)


async def _plan(
    run: str,
    *,
    titles: int = 250,
    at: str = "2026-11-24T07:00:00Z",
    where: tuple[str, ...] = (),
) -> None:
    """Write a run with a plan, its first unit done and 100 titles failed in it, to ./l."""
    laid = lay_out([Group("movie", list(range(1, titles + 1)))], None)
    plan = Plan(
        run=run,
        digest="1a2b3c4d",
        date=date(2026, 11, 24),
        created_at=at,
        inputs=(InputFacts("my list.csv", "movie", 1, "a" * 64, titles, titles, 0, ()),),
        asked=Asked(
            ("find", "details"),
            "pt-BR",
            ("drama",),
            250,
            "lines",
            "api.themoviedb.org",
            where=where,
        ),
        synthetic=False,
        titles=titles,
        titles_sha256=laid.sha256,
    )
    outcomes = {title.id: Outcome("failed", reason="find: http_500") for title in laid.unit(0)}
    prefix = keys.records_prefix("TMDB", "Find", plan.date, run)
    file = FileReceipt(keys.record_key(prefix, 0, 0, "0" * 64, "lines"), 1, 10, "0" * 64)
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


async def test_the_command_to_resume_names_the_rows() -> None:
    """Each condition of the plan is a flag, quoted for a shell."""
    await _plan("20261124-1a2b3c4d", where=("person=tom hanks", "year=1990..1999"))
    ended = await harvester("status", "20261124-1a2b3c4d", "--lake", "l")
    flags = "--genre drama --where 'person=tom hanks' --where year=1990..1999 --format lines"
    assert flags in ended.err


async def test_the_commands_to_go_on_name_another_origin() -> None:
    """To resume and to retry; that to verify finds the run by its id."""
    await _plan("20261124-1a2b3c4d")
    known = await run_report("l", "20261124-1a2b3c4d")
    other = replace(known, asked=replace(known.asked, origin="Tiny", language=None))
    assert " --lake l --origin tiny --run " in (command_to_resume(other) or "")
    assert command_to_retry(other).endswith("retry 20261124-1a2b3c4d --lake l --origin tiny")
    assert "--origin" not in (command_to_resume(known) or "") + command_to_retry(known)
    assert command_to_verify(other).endswith("verify 20261124-1a2b3c4d --lake l")


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
    assert too_old(runs, at).get("TMDB", []) == old


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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "--log-json", "--bogus"], "no such option --bogus"),
        (["run", "--log-json", "--rate"], "option '--rate' requires an argument"),
        (["retry", "a", "b", "--log-json"], "got unexpected extra argument"),
        (["status", "--log-json"], "no such option --log-json"),
    ],
)
async def test_log_json_is_json_where_the_command_line_is_wrong(
    words: list[str], message: str
) -> None:
    """A line that can't be read is one that a machine wrote: it is told so in its form."""
    ended = await harvester(*words)
    said = json.loads(ended.err)
    assert (ended.code, said["event"], said["level"]) == (2, "raised", "ERROR")
    assert (said["error"], said["message"].partition(message)[0]) == ("UsageError", "")
    assert f"`harvester {words[0]} --help`" in said["message"]


def test_log_json_is_json_where_the_harvester_has_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """The traceback is in the one object, without a token."""
    monkeypatch.setenv("TMDB_TOKEN", "eyJ-a-secret-token")

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("eyJ-a-secret-token")

    monkeypatch.setattr("harvester.cli.commands.run.load_settings", fails)
    ended = command("run", "--log-json")
    said = json.loads(ended.err)
    assert (ended.code, said["event"], said["error"]) == (1, "raised", "ZeroDivisionError")
    assert said["message"].startswith("Traceback")
    assert said["message"].endswith("what is committed is safe")
    assert "secret" not in ended.err


async def test_verbose_shows_each_retry_and_quiet_nothing(tmp_path: Path) -> None:
    """`-v` names path and reason of each retry, without a token; `-q` is silent."""
    movies(tmp_path / "m.csv", range(1, 31))
    async with simulate(SimulatorOptions(latency_ms=0, faults="500=0.1")) as tmdb:
        command = ["run", "m.csv", "--lake", "l", "--rate", "500"]
        loud = await harvester(*command, "-v", tmdb=tmdb)
        still = await harvester(*command, "--fresh", "-q", tmdb=tmdb)
    assert ": http_500; again in 0." in loud.err
    assert still.err == ""


@pytest.mark.parametrize("at", ["yesterday", "2026-11-24", "", "2026-11-24T07:00:00"])
async def test_a_run_whose_time_is_none_is_damaged(at: str) -> None:
    """Its age can't be told; the others are listed."""
    await _plan("bad", at=at)
    await _plan("good")
    ended = await harvester("status", "--lake", "l", "--json")
    assert ended.code == 0, ended.err
    good, bad = json.loads(ended.out)
    assert (good["run"], bad["run"]) == ("good", "bad")
    assert "bad/plan.json is damaged: its created_at is no time" in bad["damaged"]


async def test_ids_of_what_failed_go_into_a_run() -> None:
    """Ids alone on stdout, of the newest run or the named one; as JSON with their reasons."""
    await _plan("20261124-1a2b3c4d")
    ended = await harvester("status", "--lake", "l", "--failed")
    assert (ended.code, ended.err) == (0, "")
    ids = ended.out.splitlines()
    assert ids == [f"tt{number:07d}" for number in range(1, 101)]
    named = await harvester("status", "20261124-1a2b3c4d", "--lake", "l", "--failed", "--json")
    assert json.loads(named.out) == [
        {
            "id": one,
            "title": None,
            "kind": "movie",
            "outcome": "failed",
            "reason": "find: http_500",
        }
        for one in ids
    ]
    none = await harvester("status", "--lake", "l", "--unmatched")
    assert (none.code, none.out, none.err) == (0, "", "")
    Path("failed.txt").write_text(ended.out, encoding="utf-8")
    again = await harvester("run", "failed.txt", "--local", "--dry-run")
    assert "100 titles" in again.out + again.err


async def test_titles_are_shown_with_their_names(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a run's reasons, in JSON, and in the list of them on a terminal; never in a pipe."""
    await _plan("20261124-1a2b3c4d")
    given = Path("l") / keys.given_csv_key("a" * 64, "m.csv")
    given.parent.mkdir(parents=True)
    given.write_text("id,title\ntt0000002,Two\x1b[31m\ntt0000003,Three\n", encoding="utf-8")
    shown = (await harvester("status", "20261124-1a2b3c4d", "--lake", "l")).out
    assert "tt0000001, tt0000002 (Two\\x1b[31m), tt0000003 (Three), tt0000004, " in shown
    rows = json.loads((await harvester("status", "--lake", "l", "--failed", "--json")).out)
    assert [row["title"] for row in rows[:3]] == [None, "Two\x1b[31m", "Three"]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    await asyncio.to_thread(status_command, None, lake="l", failed=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["tt0000001", "tt0000002 (Two\\x1b[31m)", "tt0000003 (Three)"]


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_narrow_terminal_cuts_no_run(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bar goes first, then lines wrap: ids are whole whatever the terminal's width."""
    monkeypatch.setattr("rich.console.Console.width", columns)
    found: list[Report | DamagedRun] = [
        DamagedRun(f"20261124-1a2b3c4d-retry{n}", "why") for n in range(3)
    ]
    show_runs("l", found)
    shown = capsys.readouterr().out
    assert all(one.run in shown for one in found if isinstance(one, DamagedRun))
    assert "…" not in shown
