"""Another origin than TMDB by the real command line: what it needs, resumes, holds and says."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import Ended, harvester
from csvs import MOVIES, SERIES
from tiny.server import TinyServer, tiny_server

from harvester.simulator import SimulatorOptions, simulate

KEY = "a-secret-key-of-tiny"
KEYED: dict[str, Any] = {"token_variables": ["TINY_KEY"]}
LAKE = ("--lake", "l")
RUN = ("run", "m.csv", *LAKE, "--origin", "tiny", "-q")


@asynccontextmanager
async def served(
    monkeypatch: pytest.MonkeyPatch, *, key: str | None = None
) -> AsyncIterator[TinyServer]:
    """Serve titles 1 to 250 under the variable's address."""
    async with tiny_server(range(1, 251), changed=[], key=key) as server:
        monkeypatch.setenv("TINY_BASE_URL", server.base_url)
        yield server


def write(name: str, rows: dict[int, str], header: str = MOVIES) -> None:
    """Write a CSV with a row for each number, and its votes."""
    middle = "|1999|100|Drama|7.0" if header == MOVIES else "|1999|2001|100|Drama|7.0"
    lines = [
        f"tt{number:07d}|Title|Original{middle}|{votes}|actor|X|Y|1970|\\N|actor|tt1"
        for number, votes in rows.items()
    ]
    Path(name).write_text("\n".join([header, *lines, ""]), encoding="utf-8")


def planned(run: str) -> list[str]:
    """Return the ids of a run's plan, in order."""
    text = Path(f"l/Raw/Tiny/_harvest/{run}/plan-titles.jsonl").read_text()
    return [json.loads(line)["id"] for line in text.splitlines()]


def report(ended: Ended) -> dict[str, Any]:
    """Return the Report that a command printed."""
    content: dict[str, Any] = json.loads(ended.out)
    return content


def assert_one_sentence(ended: Ended, *words: str) -> None:
    """Exit code 2, one line that has the words."""
    assert (ended.code, ended.out) == (2, ""), ended
    assert len(ended.err.splitlines()) == 1
    for word in words:
        assert word in ended.err


async def test_without_its_key_the_variable_is_named() -> None:
    """Exit code 2: which variable, where to get one, and that --local needs none."""
    write("m.csv", {1: "5"})
    ended = await harvester(*RUN, tiny=KEYED)
    assert_one_sentence(ended, "Tiny needs a token: set TINY_KEY to your key", "/key), or try")
    assert not Path("l").exists()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--origin", "tny"], ["--origin takes tmdb, ", " or tiny (did you mean 'tiny'?)"]),
        (["--endpoints", "details"], ["does not know 'details'", "the endpoints are info, cast"]),
        (["--endpoints", "csat"], ["did you mean 'cast'"]),
        (["--language", "pt-BR"], ["--language pt-BR is nothing for Tiny"]),
        (["--requests", "append"], ["--requests append is nothing for Tiny"]),
        (["--id-map", "ids.csv"], ["--id-map ids.csv is nothing for Tiny"]),
        (["--rate", "auto"], ["--rate auto is nothing for Tiny"]),
    ],
)
async def test_what_it_has_no_use_for_is_refused(flags: list[str], words: list[str]) -> None:
    """One sentence names the setting; nothing is sent or written."""
    write("m.csv", {1: "5"})
    assert_one_sentence(await harvester(*RUN, *flags, tiny={}), *words)
    assert not Path("l").exists()


async def test_a_question_is_tmdbs() -> None:
    """It is to be run with TMDB first; an id of TMDB's is no question."""
    ended = await harvester("run", "tmdb:collection/The Matrix", *RUN[2:], tiny={})
    assert_one_sentence(ended, "is a question to TMDB", "Tiny answers none", "outcomes.csv")


async def test_the_key_is_sent_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in the query alone: no file of the lake and no output has it; a wrong one is exit 4."""
    write("m.csv", dict.fromkeys(range(1, 151), "5"))
    monkeypatch.setenv("TINY_KEY", KEY)
    async with served(monkeypatch, key=KEY) as server:
        ended = await harvester(*RUN[:-1], "--verbose", tiny=KEYED)
        server.key = "another"
        refused = await harvester(*RUN, "--fresh", tiny=KEYED)
    assert ended.code == 0, ended.err
    assert refused.code == 4
    assert KEY not in ended.out + ended.err + refused.out + refused.err
    assert not [path for path in Path().rglob("*") if path.is_file() and KEY in path.read_text()]


async def test_a_folders_file_can_not_send_the_key_anywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A base URL of harvester.toml is refused beside a key, and taken where none is needed."""
    write("m.csv", {1: "5"})
    async with tiny_server(range(1, 251), changed=[]) as server:
        Path("harvester.toml").write_text(f'base_url = "{server.base_url}"\n')
        monkeypatch.setenv("TINY_KEY", KEY)
        ended = await harvester(*RUN, tiny=KEYED)
        assert_one_sentence(
            ended, "harvester.toml: base_url would send your token", "TINY_BASE_URL"
        )
        assert (await harvester(*RUN, tiny={})).code == 0
    assert server.asked["index"] == 1


async def test_local_simulates_it_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key, as TMDB; not beside real answers, of whichever origin."""
    local = ("run", "m.csv", "--local", "--origin", "tiny")
    write("m.csv", {1: "5", 2: "6"})
    ended = await harvester(*local, tiny=KEYED)
    assert ended.code == 0, ended.err
    assert "No Tiny token: Tiny is simulated; its data is synthetic." in ended.err
    assert " of Tiny: 2 titles in 2 rows" in ended.err
    assert "This Tiny data is synthetic: it came from the simulator." in ended.err
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        assert (await harvester("run", "m.csv", "--local", "-q", tmdb=tmdb)).code == 0
    async with served(monkeypatch):
        real = await harvester("run", "m.csv", *RUN[2:], tiny={})
        assert real.code == 0, real.err
    monkeypatch.delenv("TINY_BASE_URL")
    Path("lake").rename("synthetic")
    Path("l").rename("lake")
    refused = await harvester(*local, "--limit", "1", tiny=KEYED)
    assert_one_sentence(refused, "holds real data of Tiny", "set TINY_KEY for real data")
    by_tmdb = await harvester("run", "m.csv", "--local", tiny={})
    assert_one_sentence(by_tmdb, "holds real data of Tiny", "set TMDB_TOKEN for real data")
    no_key = await harvester(*local, "--limit", "1", tiny={})
    assert_one_sentence(no_key, "holds real data of Tiny", "set TINY_BASE_URL for real data")


async def test_a_quota_is_resumed_by_the_same_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 10 and why; then the rest, nothing asked twice; verify finds nothing wrong."""
    write("m.csv", dict.fromkeys(range(1, 251), "5"))
    async with served(monkeypatch) as server:
        first = await harvester(*RUN, "--quota", "400", "--json", tiny={})
        again = await harvester(*RUN, "--quota", "400", "--json", tiny={})
        rest = await harvester(*RUN, "--json", tiny={})
    assert [one.code for one in (first, again, rest)] == [10, 10, 0]
    said = report(first)
    assert (said["finish_reason"], said["titles"]["pending"]) == ("quota", 50)
    assert "Tiny answers a UTC day are used up" in first.err
    assert report(again)["this_process"]["titles"] == 0
    assert report(rest)["run"] == said["run"]
    assert max(count for path, count in server.asked.items() if path != "index") == 1
    checked = await harvester("verify", said["run"], *LAKE, tiny={})
    assert checked.code == 0
    header = Path(f"l/Raw/Tiny/_harvest/{said['run']}/outcomes.csv").read_text().splitlines()[:2]
    assert header[0] == "id,imdb_id,media_type,origin_id,outcome,reason,fetched_at"
    assert header[1].startswith("tt0000001,tt0000001,movie,1001,harvested,,")


async def test_the_most_voted_titles_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over both kinds, ties and titles without votes in the order of the inputs, then the limit."""
    write("m.csv", {1: "10", 2: "\\N", 3: "2000", 4: "10"})
    write("s.csv", {5: "10", 6: "858780", 1: "5000"}, SERIES)
    given = ("run", "m.csv", "s.csv", *RUN[2:], "--json")
    async with served(monkeypatch):
        by_votes = await harvester(*given, tiny={"most_voted_first": True})
        as_given = await harvester(*given, "--fresh", tiny={})
        first = await harvester(*given, "--limit", "2", tiny={"most_voted_first": True})
    orders = [planned(report(one)["run"]) for one in (by_votes, as_given, first)]
    numbers = [[int(one.removeprefix("tt")) for one in order] for order in orders]
    assert numbers == [[6, 1, 3, 4, 5, 2], [1, 2, 3, 4, 5, 6], [6, 1]]


async def test_ids_of_tmdbs_are_joined_by_what_the_lake_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Titles that TMDB's runs name get their IMDb id; the others are unmatched, with the reason."""
    joins = {"joins_on_imdb_id": True}
    Path("known.txt").write_text("tt0111161\n")
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        known = await harvester("run", "known.txt", *LAKE, "-q", "--json", tmdb=tmdb)
        shown = await harvester("show", "tt0111161", *LAKE, "--json")
    assert known.code == 0
    title_id = f"movie:{json.loads(shown.out)['tmdb_id']}"
    Path("ids.txt").write_text(f"{title_id}\nmovie:999999\ntt0000001\n")
    async with tiny_server(range(111_160, 111_163), changed=[]) as server:
        monkeypatch.setenv("TINY_BASE_URL", server.base_url)
        ended = await harvester("run", "ids.txt", *RUN[2:], "--json", tiny=joins)
    assert ended.code == 0, ended.err
    said = report(ended)
    assert said["reasons"]["unmatched"] == {
        "no_imdb_id": {"count": 1, "examples": ["movie:999999"]},
        "not_found": {"count": 1, "examples": ["tt0000001"]},
    }
    (record,) = json.loads(next(Path("l/Raw/Tiny/JSON/Titles").rglob("*.json")).read_bytes())
    assert (record["id"], record["imdb_id"]) == (title_id, "tt0111161")
    assert (await harvester("verify", said["run"], *LAKE, tiny=joins)).code == 0


async def test_status_show_and_report_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside TMDB's each run has its origin; a title has what each says; the page is the run's."""
    Path("m.csv").write_text("tt0111161\n")
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        assert (await harvester("run", "m.csv", *LAKE, "-q", tmdb=tmdb)).code == 0
    alone = await harvester("status", *LAKE, tiny={})
    assert "TMDB" not in alone.out.replace("./", "")
    await asyncio.sleep(1)  # planned in one second, either may count as the newer
    async with tiny_server(range(111_160, 111_163), changed=[]) as server:
        monkeypatch.setenv("TINY_BASE_URL", server.base_url)
        ended = await harvester(*RUN, "--json", tiny={})
    run = report(ended)["run"]
    status = await harvester("status", *LAKE, tiny={})
    assert [line.split()[1] for line in status.out.splitlines()] == ["origin", "Tiny", "TMDB"]

    shown = await harvester("show", "tt0111161", *LAKE, tiny={})
    assert shown.code == 0
    facts = shown.out.partition("\noutcomes\n")[0]
    assert "The Shawshank Redemption" in facts
    assert facts.rstrip().endswith("Tiny\n  name  Title 112161")
    assert [line.split()[1] for line in shown.out.splitlines() if " harvested" in line] == [
        "Tiny",
        "TMDB",
    ]
    cast = await harvester("show", "tt0111161", *LAKE, "--endpoint", "cast", "--json", tiny={})
    (record,) = json.loads(cast.out)["records"]
    assert (record["origin"], record["record"]["origin_id"]) == ("Tiny", 112_161)

    page = await harvester("report", run, *LAKE, "-o", "page.html", tiny={})
    assert page.code == 0, page.err
    text = Path("page.html").read_text()
    assert "Data of Tiny, which anybody may use." in text
    assert "Tiny&#39;s host" in text
    said_to_people = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "TMDB" not in said_to_people.replace("TMDB harvester", "")


async def test_old_records_of_it_may_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither `status` nor `expire` speaks of a run whose origin's terms set no limit."""
    write("m.csv", {1: "5"})
    async with served(monkeypatch):
        run = report(await harvester(*RUN, "--json", tiny={}))["run"]
    old = (datetime.now(UTC) - timedelta(days=400)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name in ("plan.json", "summary.json"):
        path = Path(f"l/Raw/Tiny/_harvest/{run}/{name}")
        content = json.loads(path.read_bytes())
        moments = [key for key in content if key.endswith("_at")]
        path.write_text(json.dumps({**content, **dict.fromkeys(moments, old)}))
    limited = {"keep_days": 30}
    assert (await harvester("status", *LAKE, tiny={})).err == ""
    told = await harvester("status", *LAKE, tiny=limited)
    assert "records older than 30 days, which Tiny's terms forbid to keep" in told.err
    assert (await harvester("expire", *LAKE, "--force", tiny={})).err == "nothing to delete\n"
    assert "deleted 2 files" in (await harvester("expire", *LAKE, "--force", tiny=limited)).err


async def test_retry_asks_the_origin_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """By `--origin`; without it the run's own is named."""
    write("m.csv", {1: "5"})
    async with served(monkeypatch):
        run = report(await harvester(*RUN, "--json", tiny={}))["run"]
        retry = ("retry", run, *LAKE, "-q")
        ended = await harvester(*retry, "--origin", "tiny", tiny={})
    assert ended.code == 0, ended.err
    monkeypatch.setenv("TMDB_TOKEN", "x")
    assert_one_sentence(await harvester(*retry, tiny={}), f"run {run} asks Tiny, not TMDB")


async def test_what_is_due_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """New titles, then nothing: its changes are read by its own ids."""
    write("m.csv", {1: "5", 2: "5"})
    due = (*RUN, "--only", "due", "--json")
    async with served(monkeypatch):
        first = await harvester(*due, tiny={})
        nothing = await harvester(*due, tiny={})
        aged = await harvester(*due, "--max-age", "1h", "--dry-run", tiny={})
    assert report(first)["why"] == {"new": 2}
    assert report(nothing)["finish_reason"] == "nothing_due"
    assert report(aged)["state"] == "nothing_due"
