"""The text of the live line: what it shows when, and what a narrow terminal keeps."""

import asyncio
import io
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from made_report import manifest
from rich.console import Console

from harvester.cli.console.progress_line import ProgressLine, first_line
from harvester.lake.documents.manifest import Manifest
from harvester.lake.documents.plan import Plan
from harvester.model import Asked, InputFacts, Outcome
from harvester.run.plan import Group, lay_out
from harvester.run.state import RunState
from harvester.words import counted


def _state(*, titles: int = 1000, paused: float = 0, probing: bool = False) -> RunState:
    """Return a run of this many titles, none done, with a connection that is in this state."""
    laid = lay_out([Group("movie", list(range(1, titles + 1)))], None)
    asked = Asked(("find", "details"), None, (), None, "array", "simulator")
    facts = InputFacts("m.csv", "movie", 1, "a" * 64, titles, titles, 0, ())
    state = RunState("l", 0.0)
    state.plan = Plan(
        *("r", "d", date(2026, 11, 24), "2026-11-24T07:00:00Z", (facts,), asked),
        synthetic=True,
        titles=titles,
        titles_sha256=laid.sha256,
    )
    connection: Any = SimpleNamespace(
        pace=SimpleNamespace(paused_for=paused, current=40.0, rate=40.0), is_probing=probing
    )
    state.connection = connection
    return state


async def _words(state: RunState, *, after: float, width: int = 120, stop: bool = False) -> str:
    """Return the line as it is drawn this many seconds after the start."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    with ProgressLine(console) as line:
        start = asyncio.get_running_loop().time()
        line.observe("planned", state.snapshot())
        if stop:
            line.observe("stopping", state.snapshot())
        return _drawn(line.line(state.snapshot(), start + after), width)


def _drawn(line: Any, width: int) -> str:
    """Return a line as a separate console shows it: the live one moves its cursor."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    with console.capture() as shown:
        console.print(line)
    return shown.get().strip()


async def test_time_left_comes_when_it_means_something() -> None:
    """Not in the first seconds, not before an answer, not when all are fetched."""
    state = _state()
    assert "left" not in await _words(state, after=9.99)
    state.tally.sent = 400
    assert "left" not in await _words(state, after=4)
    assert "40 s left" in await _words(state, after=9.99)
    state.settled["harvested"] = 1000
    assert "left" not in await _words(state, after=60)


def _manifest(unit: int) -> Manifest:
    """Return the manifest of a unit of 100 titles that took a request each."""
    outcomes = {f"tt{100 * unit + place:07d}": Outcome("unmatched") for place in range(100)}
    return replace(manifest(unit, outcomes), requests={"sent": 100, "retried": 0, "throttled": 0})


async def test_time_left_learns_what_titles_take() -> None:
    """Where titles take half of what was expected, it is half as long in the end."""
    state = _state(titles=10_000)
    console = Console(file=io.StringIO(), width=120, force_terminal=True, color_system=None)
    said = {}
    with ProgressLine(console) as line:
        line.observe("planned", state.snapshot())
        start = asyncio.get_running_loop().time()
        for unit in range(51):
            if unit in {10, 50}:
                shown = _drawn(line.line(state.snapshot(), start + 2.5 * unit), 120)
                said[unit] = shown.split(" · ")[1]
            state.tally.sent += 100
            state.settled["harvested"] += 100
            state.commit(_manifest(unit))
            line.observe("committed", state.snapshot())
    assert said == {10: "4 min 20 s left", 50: "2 min 10 s left"}


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (_state(paused=11.2), "paused 12 s: TMDB asked"),
        (_state(probing=True), "TMDB does not answer: asking again"),
    ],
)
async def test_a_line_that_stands_still_says_why(state: RunState, why: str) -> None:
    """It shows no time left then."""
    state.settled["harvested"] = 100
    said = await _words(state, after=10)
    assert why in said
    assert "left" not in said


async def test_stopping_says_how_long() -> None:
    """After Ctrl-C the line says how long the units in flight take."""
    state = _state()
    state.in_flight = 100
    assert "stopping: about 5 s left" in await _words(state, after=10, stop=True)


async def test_stopping_says_when_what_is_in_flight_is_given_up() -> None:
    """Where that takes longer than the time given, the shorter one is told."""
    state = _state()
    state.in_flight = 300
    state.ends_at = asyncio.get_running_loop().time() + 3.9
    assert "stopping: about 4 s left" in await _words(state, after=10, stop=True)


async def test_a_429_is_shown_for_a_while() -> None:
    """It is shown beside the time left, which stays meaningful."""
    state = _state()
    state.settled["harvested"] = state.tally.sent = 100
    console = Console(file=io.StringIO(), width=120, force_terminal=True, color_system=None)
    with ProgressLine(console) as line:
        line.observe("planned", state.snapshot())
        state.tally.throttle(0)
        start = asyncio.get_running_loop().time()
        said = [_drawn(line.line(state.snapshot(), start + after), 120) for after in (10, 14, 16)]
    assert ["slower: TMDB answered 429" in one for one in said] == [True, True, False]
    assert all(" left" in one and "429s 1" in one for one in said)


@pytest.mark.parametrize("width", [20, 40, 79, 80, 200])
async def test_one_line_at_any_width(width: int) -> None:
    """It is cut, never wrapped; progress comes first, or after the bar where there is room."""
    state = _state()
    state.settled.update(harvested=400, failed=3)
    said = await _words(state, after=60, width=width)
    assert "\n" not in said
    assert len(said) <= width
    assert said.startswith("403/1,000 titles") == (width < 80)
    assert "403/1,000 titles" in said


def test_one_is_singular() -> None:
    """`1 title`, and numbers with commas."""
    assert [counted(n, "title") for n in (0, 1, 2000)] == ["0 titles", "1 title", "2,000 titles"]
    assert "1 title in 1 row; about 2 requests, 1 s at 40 a second" in first_line(
        _state(titles=1).snapshot()
    )


@pytest.mark.parametrize(
    ("rate", "said"),
    [(13.333, "1 s at 13.3 a second"), (0.04, "50 s at 0.04 a second"), (0.00001, "h 33 min at 0")],
)
def test_a_low_rate_is_no_rate_of_none(rate: float, said: str) -> None:
    """It is rounded to be read, not to be reckoned with."""
    snapshot = replace(_state(titles=1).snapshot(), rate=rate)
    assert said in first_line(snapshot)
