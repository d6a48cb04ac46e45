"""One damaged run among others: what each command makes of it, from the command line."""

import json
from pathlib import Path

import pytest
from command_line import Ended, harvester
from csvs import movies
from made_run import make_run

from harvester.model import Outcome
from harvester.simulator import SimulatorOptions, simulate

GOOD, BAD = "20261124-1a2b3c4d", "20261125-5e6f7a8b"
FAILED = Outcome("failed", reason="find: http_500")
HARVESTED = Outcome("harvested", "movie", 1)
FILES = {"plan": "plan.json", "manifest": "units/000000.json", "summary": "summary.json"}


def _cut(run: str, file: str) -> None:
    path = Path("l/Raw/TMDB/_harvest") / run / FILES[file]
    path.write_bytes(path.read_bytes()[:40])


async def _ended(*args: str, code: int) -> Ended:
    ended = await harvester(*args, "--lake", "l")
    assert ended.code == code, ended.err
    assert "Traceback" not in ended.err
    return ended


@pytest.mark.parametrize("file", FILES)
async def test_the_others_go_on(file: str) -> None:
    """`status` lists both, `verify` of it ends with 3, and what names the other one works."""
    await make_run("l", 3, lambda _: FAILED, run=GOOD)
    await make_run("l", 3, lambda _: FAILED, run=BAD)
    _cut(BAD, file)
    said = f"{BAD}/{FILES[file]} is damaged"
    listed = await _ended("status", code=0)
    if file != "manifest":  # a finished run's Report is its summary
        assert said in listed.err
    assert all(run in listed.out for run in (GOOD, BAD))
    assert said in (await _ended("verify", BAD, code=3)).out
    await _ended("status", GOOD, code=0)
    await _ended("report", GOOD, code=0)
    assert json.loads((await harvester("verify", GOOD, "--lake", "l", "--json")).out)["run"] == GOOD


async def test_a_damaged_plan_and_the_newest_run() -> None:
    """`report` and `verify` take the newest that can be read and name the other on stderr."""
    await make_run("l", 3, lambda _: FAILED, run=GOOD)
    await make_run("l", 3, lambda _: FAILED, run=BAD)
    _cut(BAD, "plan")
    for args in (["report"], ["verify", "--json"]):
        ended = await harvester(*args, "--lake", "l")
        assert ended.code == (0 if args == ["report"] else 3), ended.err
        (named,) = [line for line in ended.err.splitlines() if f"run {BAD} is left out" in line]
        assert f"{BAD}/plan.json is damaged" in named
        assert GOOD in ended.out
    listed = await _ended("status", "--json", code=0)
    assert [one["run"] for one in json.loads(listed.out)] == [GOOD, BAD]
    assert f"{BAD}/plan.json is damaged" in listed.err


@pytest.mark.parametrize("file", ["plan", "manifest"])
async def test_a_damaged_retry_leaves_its_run_readable(file: str) -> None:
    """What it got is not counted, and it is named; whole again, it counts."""
    await make_run("l", 3, lambda _: FAILED, run=GOOD)
    await make_run("l", 2, lambda _: HARVESTED, run=f"{GOOD}-retry1")
    whole = json.loads((await _ended("status", GOOD, "--json", code=0)).out)["titles"]
    assert (whole["harvested"], whole["failed"]) == (2, 1)
    _cut(f"{GOOD}-retry1", file)
    ended = await _ended("status", GOOD, "--json", code=0)
    assert json.loads(ended.out)["titles"]["failed"] == 3
    assert f"run {GOOD}-retry1 is left out" in ended.err
    assert f"run {GOOD}-retry1 is left out" in (await _ended("report", GOOD, code=0)).err
    found = json.loads((await _ended("status", "--json", code=0)).out)
    assert GOOD in [one["run"] for one in found if "damaged" not in one]


async def test_a_simulated_run_beside_a_damaged_one() -> None:
    """Of a run that nobody can say is real, the new one says so and is made."""
    await make_run("l", 3, lambda _: FAILED, run=BAD, units=0)
    _cut(BAD, "plan")
    movies(Path("m.csv"), [1])
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester("run", "m.csv", "--lake", "l", tmdb=tmdb)
    assert ended.code == 0, ended.err
    assert f"run {BAD} is left out" in ended.err.replace("\n", " ")
