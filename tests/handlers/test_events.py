"""What an event asks for, and what is not a valid event."""

from typing import Any

import pytest

from handlers.events import Call, read_event
from harvester.errors import SettingError

_SCHEDULE = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.scheduler",
    "time": "2026-11-24T07:00:00Z",
    "detail": "{}",
}


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        ({}, Call("run", {})),
        (_SCHEDULE, Call("run", {})),
        (
            {"inputs": ["s3://b/m.csv"], "endpoints": "find", "limit": 5, "rate": 20},
            Call("run", {"inputs": ["s3://b/m.csv"], "endpoints": "find", "limit": 5, "rate": 20}),
        ),
        ({"step": "plan", "limit": 5}, Call("plan", {"limit": 5})),
        ({"step": "plan", "workers": 3}, Call("plan", {}, workers=3)),
        (
            {"step": "harvest", "run": "r", "first": 3, "last": 5, "workers": 2, "rate": 40.0},
            Call("harvest", {"rate": 40.0}, "r", range(3, 6), 2),
        ),
        ({"step": "finish", "run": "r"}, Call("finish", {}, "r")),
    ],
)
def test_what_an_event_asks_for(event: dict[str, Any], asked: Call) -> None:
    """Each step by its keys; a schedule's envelope or an empty event means a run."""
    assert read_event(event) == asked


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"step": "plans"}, "step is 'plans', not one of run, plan, harvest, finish"),
        ({"step": ["plan"]}, "step is"),
        ({"limits": 5}, "the event has 'limits'; step run takes"),
        ({"run": "r"}, "the event has 'run'"),
        ({"step": "harvest", "run": "r", "first": 0, "last": 1, "limit": 5}, "has 'limit'"),
        ({"step": "harvest", "run": "", "first": 0, "last": 1}, "needs the event's run"),
        ({"step": "harvest", "run": "r", "first": -1, "last": 1}, "first takes a whole number"),
        ({"step": "harvest", "run": "r", "first": 0}, "last takes a whole number, not None"),
        ({"step": "plan", "workers": True}, "workers takes a whole number, not True"),
        ({"step": "finish", "run": 5}, "needs the event's run"),
    ],
)
def test_what_is_no_event_is_named(event: dict[str, Any], expected: str) -> None:
    """One sentence names the key that is wrong."""
    with pytest.raises(SettingError, match="event") as error:
        read_event(event)
    assert expected in str(error.value)
