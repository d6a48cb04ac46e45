"""`run --only due` over days: what a run plans, and what it does not ask again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import harvester
from invariants import judge
from moved_clock import move
from old_lake import SAMPLE, unpack
from scripted_tmdb import Reply, ScriptedTmdb, scripted_tmdb
from yarl import URL

from harvester import clock, records
from harvester.errors import DocumentError, UpstreamDown
from harvester.lake.documents.summary import Report
from harvester.run.harvest import harvest
from harvester.run.preview import preview
from harvester.run.stop import Stop
from harvester.settings import load_settings
from harvester.simulator import ChangeOptions, Simulator, SimulatorOptions, simulate
from harvester.simulator.course import Course

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
DAY = timedelta(days=1)
ENDPOINTS = "find,details,credits"


class Clock:
    """The time of the harvester, and of a simulator that is given it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def seconds(self) -> float:
        """Return the time in seconds since the epoch."""
        return self.now.timestamp()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Return a clock that only the test moves."""
    moved = Clock()
    move(monkeypatch, moved.seconds)
    yield moved
    clock._written.cache_clear()


def flags(url: str, inputs: str, **more: Any) -> dict[str, Any]:
    """Return the settings of a due run, as `load_settings` takes them."""
    return {
        "flags": {
            "lake": "l",
            "inputs": [inputs],
            "only": "due",
            "endpoints": ENDPOINTS,
            "rate": "100000",
            "concurrency": "20",
            **more,
        },
        "environ": {"TMDB_TOKEN": "t", "TMDB_BASE_URL": url},
    }


async def due(tmdb: Simulator | ScriptedTmdb, inputs: str = "ids.txt", **more: Any) -> Report:
    """Run what is due."""
    return await harvest(load_settings(**flags(tmdb.base_url, inputs, **more)), stop=Stop())


async def cut_short(tmdb: Simulator, **more: Any) -> Report:
    """Run what is due, and stop once a unit is committed."""
    stop = Stop()

    def observe(event: str, _: object) -> None:
        if event == "committed":
            stop.request("interrupted")

    settings = load_settings(**flags(tmdb.base_url, "ids.txt", **more))
    return await harvest(settings, stop=stop, observe=observe)


def listed(*ids: str) -> None:
    """Write the list of titles."""
    Path("ids.txt").write_text("".join(f"{one}\n" for one in ids), encoding="utf-8")


def answer(tmdb: ScriptedTmdb, number: int) -> None:
    """Let a TMDB have a movie, and no changes."""
    tmdb.replies[f"movie/{number}"] = Reply(b'{"id":%d}' % number)
    nothing = {"results": [], "page": 1, "total_pages": 1, "total_results": 0}
    tmdb.replies["movie/changes"] = Reply(json.dumps(nothing).encode())


def runs() -> list[str]:
    """Return the runs of the lake."""
    return sorted(
        one.name
        for one in Path("l/Raw/TMDB/_harvest").iterdir()
        if not one.name.startswith("_") and (one / "plan.json").exists()
    )


async def test_twice_in_a_row_the_second_asks_nothing_and_makes_no_run(at: Clock) -> None:
    """Nor when a day is over but not settled; then only its pages are asked for."""
    listed("movie:278", "movie:550", "tv:1399")
    async with simulate(SimulatorOptions(latency_ms=0, changes=ChangeOptions(), now=at)) as tmdb:
        first = await due(tmdb)
        assert (first.titles.total, first.why) == (3, {"new": 3})
        made, asked = runs(), tmdb.stats()["requests"]
        for hours in (0, 5, 4):  # the day before settles at 16:00
            at.now += timedelta(hours=hours)
            again = await due(tmdb)
            assert (again.finish_reason, again.titles.total, again.done) == ("nothing_due", 0, True)
            assert again.to_dict()["run"] is None
        assert (runs(), tmdb.stats()["requests"]) == (made, asked)
        at.now = START + DAY * 2
        await due(tmdb)
        by_endpoint = tmdb.stats()["by_endpoint"]
        assert by_endpoint["movie/changes"] >= 2  # the days before and of the run
        asked = tmdb.stats()["requests"]
        assert (await due(tmdb)).finish_reason == "nothing_due"
        assert tmdb.stats()["requests"] == asked


async def test_only_one_endpoint_more_makes_titles_due_again(at: Clock) -> None:
    """First the defaults, then daily without `find`, then with videos."""
    listed("movie:278", "movie:550", "tv:1399")
    options = SimulatorOptions(latency_ms=0, changes=ChangeOptions(changed=0), now=at)
    async with simulate(options) as tmdb:
        await due(tmdb, endpoints="find,details,credits,keywords")
        for _ in range(3):
            at.now += DAY
            daily = await due(tmdb, endpoints="details,credits,keywords")
            assert daily.finish_reason == "nothing_due"
        more = await due(tmdb, endpoints="details,credits,keywords,videos")
        assert (more.finish_reason, more.why) == ("finished", {"new": 3})


async def test_a_failed_title_is_asked_after_1_2_4_days(at: Clock) -> None:
    """And no other title waits for it."""
    listed("movie:1", "movie:2")
    async with scripted_tmdb() as tmdb:
        answer(tmdb, 1)
        tmdb.replies["movie/2"] = Reply(b"{}", 422)
        asked: dict[int, dict[str, int]] = {}
        for day in range(32):
            at.now = START + day * DAY
            if day == 20:
                listed("movie:1", "movie:2", "movie:3")
                answer(tmdb, 3)
            report = await due(tmdb, endpoints="details")
            if report.finish_reason != "nothing_due":
                asked[day] = report.why
    assert asked == {
        0: {"new": 2},
        1: {"failed": 1},
        3: {"failed": 1},
        7: {"failed": 1},
        15: {"failed": 1},
        20: {"new": 1},
        31: {"failed": 1},
    }


async def test_a_due_run_killed_ten_days_ago_is_finished_and_then_asked_anew(at: Clock) -> None:
    """By one command, which tells of the last run; each has an id of its own day."""
    listed(*(f"movie:{800_000_000 + n}" for n in range(700)))
    options = SimulatorOptions(
        latency_ms=0, population=4_000, changes=ChangeOptions(changed=0.05), now=at
    )
    async with simulate(options) as tmdb:
        begun = await cut_short(tmdb)
        assert begun.finish_reason == "interrupted"
        at.now += 10 * DAY
        report = await due(tmdb)
        assert report.finish_reason == "finished"
        first, second = runs()
        assert (first, second) == (begun.run, report.run)
        assert first[:8] == "20260301"
        assert second[:8] == "20260311"
        assert first[9:] == second[9:]
        assert set(report.why) == {"changed"}
        assert 100 < report.titles.total < 450
        assert (await due(tmdb)).finish_reason == "nothing_due"
        assert len(runs()) == 2


async def test_two_due_runs_of_one_day_have_two_ids(at: Clock) -> None:
    """The second one's is numbered."""
    listed("movie:1")
    async with scripted_tmdb() as tmdb:
        for number in (1, 2, 3):
            answer(tmdb, number)
        first = await due(tmdb, endpoints="details")
        at.now += timedelta(hours=3)
        second = await due(tmdb, endpoints="details", max_age="1h")
        third = await due(tmdb, endpoints="details", max_age="1h")
        at.now += timedelta(hours=3)
        fourth = await due(tmdb, endpoints="details", max_age="1h")
    assert second.why == fourth.why == {"aged": 1}
    assert third.finish_reason == "nothing_due"
    assert first.run != second.run  # another age is another digest
    assert fourth.run == f"{second.run}-2"


async def test_an_old_lake_is_refreshed_as_it_is(at: Clock) -> None:
    """Runs of 0.1.0 have no outcomes: their manifests tell what is known."""
    unpack(Path())
    at.now = datetime.now(UTC)
    found = {one["id"] for one in records("lake", endpoint="details", run=SAMPLE)}
    listed(*sorted(found))
    more = {"inputs": ["ids.txt"], "only": "due", "endpoints": "details,credits"}
    other = load_settings(more | {"lake": "lake"}, environ={"TMDB_TOKEN": "t"})
    assert (await preview(other)).why == {"new": len(found)}  # of another host
    own = load_settings(more | {"max_age": "9999d"}, local=True, environ={})
    assert (await preview(own)).state == "nothing_due"
    at.now += 200 * DAY
    aged = load_settings(more, local=True, environ={})
    assert (await preview(aged)).why == {"aged": len(found)}
    report = await harvest(aged, stop=Stop())
    assert (report.finish_reason, report.why) == ("finished", {"aged": len(found)})


async def test_changes_with_fewer_ids_than_told_plan_nothing(at: Clock) -> None:
    """The error of a TMDB that is down: exit 5; what was planned before stands."""
    listed("movie:1")
    async with scripted_tmdb() as tmdb:
        answer(tmdb, 1)
        await due(tmdb, endpoints="details")
        before = runs()
        at.now += 3 * DAY
        listed("movie:1", "movie:2")
        page = {"results": [{"id": 5}], "page": 1, "total_pages": 1, "total_results": 2}
        tmdb.replies["movie/changes"] = Reply(json.dumps(page).encode())
        with pytest.raises(UpstreamDown, match="lists 1; run the command again later"):
            await due(tmdb, endpoints="details")
        assert runs() == before
        assert not list(Path("l").rglob("_changes/**/*.json"))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("movie:1,,movie,1,harvested,,2026-02-30T06:00:00Z", "line 2 is no line of outcomes"),
        ("movie:1,,movie,1,harvested,,2027-03-01T06:00:00Z", "lies in the future"),
        ("", "it has 0 titles and its plan 1"),
    ],
)
async def test_damaged_outcomes_are_named(at: Clock, line: str, why: str) -> None:
    """With what to do; nothing is planned out of a state that may be wrong."""
    assert at.now == START
    listed("movie:1")
    async with scripted_tmdb() as tmdb:
        answer(tmdb, 1)
        await due(tmdb, endpoints="details")
        (path,) = Path("l").rglob("outcomes.csv")
        header = path.read_text(encoding="utf-8").splitlines()[0]
        path.write_text(f"{header}\n{line}\n" if line else f"{header}\n", encoding="utf-8")
        with pytest.raises(DocumentError, match=why) as error:
            await due(tmdb, endpoints="details")
    assert str(path.relative_to("l")) in str(error.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "new"], "--only takes due, not 'new'"),
        (
            ["--only", "due", "--max-age", "0"],
            "--max-age takes an age from 1h, such as 150d or 12h, not '0'",
        ),
        (["--max-age", "3d"], "--max-age says what is due: give it with --only due"),
    ],
)
async def test_a_flag_that_is_wrong(words: list[str], said: str) -> None:
    """One sentence, exit 2, and no lake."""
    listed("movie:1")
    ended = await harvester("run", "ids.txt", "--lake", "l", *words, tmdb="http://127.0.0.1:9/3")
    assert (ended.code, ended.err) == (2, f"harvester: {said}\n")
    assert not Path("l").exists()


async def test_the_first_line_status_and_the_command_to_go_on_say_why() -> None:
    """And a dry run, which plans and writes nothing."""
    listed("movie:278", "tv:1399")
    command = ["run", "ids.txt", "--lake", "l", "--only", "due", "--max-age", "36h"]
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        dry = await harvester(*command, "--dry-run", tmdb=tmdb)
        assert "2 titles due (2 new) in 2 rows" in dry.out
        assert not Path("l").exists()
        ran = await harvester(*command, tmdb=tmdb)
        again = await harvester(*command, tmdb=tmdb)
        over = await harvester(*command, "--dry-run", tmdb=tmdb)
    assert "2 titles due (2 new) in 2 rows" in ran.err
    assert (again.code, again.err) == (0, "Nothing is due in 2 rows: no run is made.\n")
    assert over.out.startswith("nothing is due in 2 rows")
    (run,) = runs()
    status = await harvester("status", run, "--lake", "l")
    assert "new" in status.out
    judge(Path("l"), run, ["movie:278", "tv:1399"])


TITLES, POPULATION = 20_000, 20_000
GAPS = (*[1] * 12, 15, *[1] * 14, 120, 1, 1)


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_a_month_of_daily_runs(at: Clock) -> None:
    """20,000 titles, 1 % changing a day, gaps, one run cut short, one through faults.

    No change is missed: at the first run after its day has settled, the lake has it. At most 5 % of
    what is asked again had no need to be, and requests are those of due titles, of the lists, and
    1 %.
    """
    changes = ChangeOptions(stale_hours=16)
    course = Course(1, POPULATION, changes)
    first = 800_000_000
    ids = [f"movie:{first + n}" for n in range(TITLES)]
    listed(*ids)
    fetched, away = dict.fromkeys(ids, 0), set[str]()
    missed = needless = asked_again = port = 0
    more = {"endpoints": "details,credits", "requests": "append", "max_age": "150d"}
    at.now = begin = datetime(2026, 3, 1, 6, tzinfo=UTC)
    mild = "500=0.02,reset=0.01,truncated=0.02"
    for number, gap in enumerate((0, *GAPS)):
        at.now += gap * DAY
        options = SimulatorOptions(
            latency_ms=0,
            population=POPULATION,
            changes=changes,
            now=at,
            faults=mild if number == 9 else "",
        )
        async with simulate(options, port=port) as tmdb:  # another port would be another host
            port = URL(tmdb.base_url).port or 0
            if number == 5:  # cut short, and gone on with on the next day
                await cut_short(tmdb, **more)
                _planned_since(fetched, away, at.now)
                continue
            report = await due(tmdb, **more)
            stats = tmdb.stats()
        listed_pages = sum(stats["by_endpoint"].get(f"{one}/changes", 0) for one in ("movie", "tv"))
        planned = _planned_since(fetched, away, at.now)
        if report.finish_reason != "nothing_due" and number != 9:
            assert stats["requests"] <= listed_pages + 1.01 * len(planned) + 10, number
        for one, before in planned.items():
            if number and before:
                asked_again += 1
                number_of = int(one.removeprefix("movie:"))
                changed = course.version("movie", number_of, int(at.now.timestamp()))
                was = course.version("movie", number_of, before - 16 * 3_600)
                aged = at.now.timestamp() - before >= 150 * 86_400
                gone = course.is_gone("movie", number_of, int(at.now.timestamp()))
                needless += changed == was and not aged and not gone
        settled = int((at.now - timedelta(hours=40)).timestamp()) // 86_400 * 86_400
        for one, when in fetched.items():
            number_of = int(one.removeprefix("movie:"))
            if one in away or course.is_gone("movie", number_of, settled):
                continue  # what was missing is asked again after a day
            # What has changed by then is in what was fetched since, as old as caches make it.
            if course.version("movie", number_of, settled) > course.version(
                "movie", number_of, when
            ):
                missed += 1
    assert at.now > begin + 150 * DAY
    assert missed == 0
    assert asked_again > 5_000
    assert needless <= 0.05 * asked_again
    newest = {one["id"]: one for one in records("l", endpoint="details")}
    settled = int((at.now - timedelta(hours=40)).timestamp()) // 86_400 * 86_400
    stale = [
        one
        for one, record in newest.items()
        if one not in away
        and not course.is_gone("movie", int(one[6:]), settled)
        and _version(record) < course.version("movie", int(one[6:]), settled)
    ]
    assert stale == []
    assert len(newest) > 0.99 * TITLES


def _planned_since(fetched: dict[str, int], away: set[str], now: datetime) -> dict[str, int]:
    """Note the newest harvest of each title, and which are missing or failed.

    Returns what was asked since `now`, with the harvest before.
    """
    planned: dict[str, int] = {}
    for path in sorted(Path("l/Raw/TMDB/_harvest").glob("*/units/*.json")):
        manifest = json.loads(path.read_bytes())
        for one, outcome in manifest["outcomes"].items():
            when = int(datetime.fromisoformat(outcome["fetched_at"]).timestamp())
            if when >= int(now.timestamp()):
                planned.setdefault(one, fetched[one])
                if outcome["outcome"] == "harvested":
                    fetched[one] = when
                    away.discard(one)
                else:
                    away.add(one)
    return planned


def _version(record: dict[str, Any]) -> int:
    overview = record["response"]["overview"]
    return int(overview.rpartition("Revised ")[2].split()[0]) if "Revised " in overview else 0
