"""A session on a real pseudo-terminal: what a person sees, and what Ctrl-C does."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Unpack

import pytest
from csvs import movies
from invariants import judge
from scripted_tmdb import Reply, scripted_tmdb
from terminal import Terminal, colours, on_terminal, plain, rest

from harvester.simulator import Simulator, SimulatorOptions, simulate


@pytest.fixture
async def tmdb() -> AsyncIterator[Simulator]:
    """Give a quick TMDB."""
    async with simulate(SimulatorOptions(latency_ms=0)) as simulator:
        yield simulator


async def _see(*args: str, tmdb: Simulator, **how: Unpack[Terminal]) -> tuple[int, str]:
    """Run a command on a terminal to its end, while this loop serves TMDB."""
    child = on_terminal(*args, tmdb=tmdb.base_url, **how)
    shown = await asyncio.to_thread(rest, child)
    return child.exitstatus or 0, shown


async def test_progress_is_one_live_line_and_leaves_a_table(
    tmp_path: Path, tmdb: Simulator
) -> None:
    """The line shows titles, requests and the limit while running; at the end a table remains."""
    movies(tmp_path / "m.csv", range(1, 201))
    code, shown = await _see("run", "m.csv", "--lake", "l", "--rate", "400", tmdb=tmdb)
    assert code == 0, shown
    assert "/200 titles" in plain(shown)
    assert "requests/s" in plain(shown)
    assert "harvested" in plain(shown.rpartition("/200 titles")[2])
    assert "\x1b[?25h" in shown  # the cursor is back


@pytest.mark.parametrize("columns", [40, 60])
async def test_a_narrow_terminal_keeps_one_line(
    columns: int, tmp_path: Path, tmdb: Simulator
) -> None:
    """However narrow the terminal, the live line never wraps and begins with what matters."""
    movies(tmp_path / "m.csv", range(1, 201))
    code, shown = await _see(
        "run", "m.csv", "--lake", "l", "--rate", "400", tmdb=tmdb, columns=columns
    )
    assert code == 0, shown
    lines = [line for line in plain(shown).replace("\r", "\n").split("\n") if "/200 titles" in line]
    assert lines
    assert all(len(line) <= columns for line in lines)
    assert all(line.strip().split("/")[0].isdigit() for line in lines)


async def test_no_color(tmp_path: Path, tmdb: Simulator) -> None:
    """NO_COLOR keeps the live line and removes its colours."""
    movies(tmp_path / "m.csv", range(1, 101))
    command = ["run", "m.csv", "--lake", "l", "--rate", "400"]
    _, plainly = await _see(*command, tmdb=tmdb, no_color=True)
    _, coloured = await _see(*command, "--fresh", tmdb=tmdb)
    assert "/100 titles" in plain(plainly)
    assert not colours(plainly)
    assert colours(coloured)


async def test_a_dumb_terminal_gets_plain_lines(tmp_path: Path, tmdb: Simulator) -> None:
    """A terminal that can't move its cursor gets plain lines, like a log."""
    movies(tmp_path / "m.csv", range(1, 51))
    code, shown = await _see("run", "m.csv", "--lake", "l", "--rate", "400", tmdb=tmdb, term="dumb")
    assert code == 0, shown
    assert "\x1b[" not in shown


async def test_ctrl_c_once_drains_and_the_same_command_goes_on(
    tmp_path: Path, tmdb: Simulator
) -> None:
    """Ctrl-C says what happens now and how to resume, and that command finishes the run."""
    ids = movies(tmp_path / "m.csv", range(1, 501))
    command = ["run", "m.csv", "--lake", "l", "--rate", "600"]
    child = on_terminal(*command, tmdb=tmdb.base_url, columns=120)
    await asyncio.to_thread(child.expect, r"[1-9]\d*/500 titles")
    child.sendintr()
    shown = plain(await asyncio.to_thread(rest, child))
    assert child.exitstatus == 130, shown
    assert "once more to give it up" in shown
    assert "To continue, run the same command again" in shown
    assert "run m.csv --lake l --rate 600" in shown
    code, resumed = await _see(*command, tmdb=tmdb, columns=120)
    assert code == 0, resumed
    assert "of them done already" in plain(resumed)
    judge(Path("l"), next(Path("l/Raw/TMDB/_harvest").iterdir()).name, ids)


async def test_what_goes_on_with_a_fresh_run_is_not_fresh(tmp_path: Path, tmdb: Simulator) -> None:
    """`--fresh` again would plan another run, and leave this one unfinished."""
    ids = movies(tmp_path / "m.csv", range(1, 501))
    command = ["run", "m.csv", "--lake", "l", "--rate", "600"]
    child = on_terminal(*command, "--fresh", tmdb=tmdb.base_url, columns=120)
    await asyncio.to_thread(child.expect, r"[1-9]\d*/500 titles")
    child.sendintr()
    shown = plain(await asyncio.to_thread(rest, child))
    assert "run the same command without --fresh again" in shown
    assert shown.rstrip().endswith("run m.csv --lake l --rate 600")
    code, resumed = await _see(*command, tmdb=tmdb, columns=120)
    assert code == 0, resumed
    (run,) = Path("l/Raw/TMDB/_harvest").iterdir()
    judge(Path("l"), run.name, ids)


async def test_ctrl_c_twice_ends_at_once(tmp_path: Path) -> None:
    """The second Ctrl-C abandons what is in flight; the terminal is left in order."""
    movies(tmp_path / "m.csv", range(1, 6))  # at this rate few enough to be waited for
    async with simulate(SimulatorOptions(latency_ms=1500)) as slow:
        child = on_terminal("run", "m.csv", "--lake", "l", "--rate", "20", tmdb=slow.base_url)
        await asyncio.to_thread(child.expect, "requests/s")
        child.sendintr()
        await asyncio.to_thread(child.expect, "once more")
        child.sendintr()
        shown = await asyncio.to_thread(rest, child)
    assert child.exitstatus == 130, shown
    assert "To continue" in plain(shown)
    assert "\x1b[?25h" in shown
    assert not list(Path("l").rglob("units/*.json"))


async def test_a_pause_is_explained(tmp_path: Path) -> None:
    """During TMDB's Retry-After the line says so; `-v` says what is retried."""
    ids = movies(tmp_path / "m.csv", range(1, 4))
    async with scripted_tmdb() as scripted:
        for number, imdb_id in enumerate(ids, 1):
            scripted.find(imdb_id, "movie", number)
        good = scripted.replies["movie/1"]
        assert isinstance(good, Reply)
        scripted.replies["movie/1"] = [Reply(b"", 429, {"Retry-After": "1"}), good]
        child = on_terminal(
            "run", "m.csv", "--lake", "l", "-v", tmdb=scripted.base_url, columns=120
        )
        shown = plain(await asyncio.to_thread(rest, child))
    assert child.exitstatus == 0, shown
    assert "paused 1 s: TMDB asked" in shown
    assert "TMDB asked for a pause of 1 s" in shown
    assert "movie/1: throttled; again in" in shown


async def test_piped_through_cat(tmp_path: Path, tmdb: Simulator) -> None:
    """`| cat` gets complete lines without control sequences, and only the data."""
    movies(tmp_path / "m.csv", range(1, 21))
    command = ["run", "m.csv", "--lake", "l", "--rate", "400", "--json"]
    code, shown = await _see(*command, tmdb=tmdb)
    assert code == 0, shown
    for args in (["status", "--lake", "l"], ["status", "--lake", "l", "--json"]):
        piped = await asyncio.to_thread(
            subprocess.run,
            ["sh", "-c", f"{sys.executable} -m harvester {' '.join(args)} | cat"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "\x1b" not in piped.stdout
        assert piped.stderr == ""
    assert json.loads(piped.stdout)[0]["done"]
