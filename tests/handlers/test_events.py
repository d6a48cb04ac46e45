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
        ({"origin": "tmdb", "limit": 5}, Call("run", {"origin": "tmdb", "limit": 5})),
        (
            {"step": "harvest", "run": "r", "first": 0, "last": 1, "origin": "TMDB"},
            Call("harvest", {"origin": "TMDB"}, "r", range(2)),
        ),
        ({"step": "plan", "where": ["year=1999"]}, Call("plan", {"where": ["year=1999"]})),
        ({"where": "genre=Drama"}, Call("run", {"where": "genre=Drama"})),
        ({"step": "plan", "workers": 3}, Call("plan", {}, workers=3)),
        (
            {"inputs": "tmdb:movie/278, Raw/Local/CSV/Movies/2026/11/24/m.csv"},
            Call("run", {"inputs": "tmdb:movie/278, Raw/Local/CSV/Movies/2026/11/24/m.csv"}),
        ),
        (
            {"step": "harvest", "run": "r", "first": 3, "last": 5, "workers": 2, "rate": 40.0},
            Call("harvest", {"rate": 40.0}, "r", range(3, 6), 2),
        ),
        (
            {"step": "harvest", "run": "r", "first": 0, "last": 0, "execution": "arn:e"},
            Call("harvest", {}, "r", range(1), execution="arn:e"),
        ),
        ({"step": "finish", "run": "r"}, Call("finish", {}, "r")),
        *(
            ({"inputs": [question]}, Call("run", {"inputs": [question]}))
            for question in (
                "tmdb:movie/Pulp Fiction",
                "tmdb:genre/Western?kind=movie",
                "tmdb:export/movies",
            )
        ),
    ],
)
def test_what_an_event_asks_for(event: dict[str, Any], asked: Call) -> None:
    """Each step by its keys; a schedule's envelope or an empty event means a run."""
    assert read_event(event) == asked


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"step": "finish", "run": "r", "where": "year=1999"}, "has 'where'"),
        ({"step": "plans"}, "step is 'plans', not one of run, plan, harvest, finish"),
        ({"step": ["plan"]}, "step is"),
        ({"limits": 5}, "the event has 'limits'; step run takes"),
        ({"limits": 5}, "(did you mean 'limit'?)"),
        ({"run": "r"}, "the event has 'run'"),
        ({"step": "harvest", "run": "r", "first": 0, "last": 1, "limit": 5}, "has 'limit'"),
        ({"step": "harvest", "run": "", "first": 0, "last": 1}, "needs the event's run"),
        ({"step": "harvest", "run": "r", "first": -1, "last": 1}, "first takes a whole number"),
        ({"step": "harvest", "run": "r", "first": 0}, "last takes a whole number, not None"),
        ({"step": "plan", "workers": True}, "workers takes a whole number, not True"),
        ({"step": "finish", "run": 5}, "needs the event's run"),
        ({"inputs": {"a": 1}}, "the event's inputs takes a text, or a list of texts, not {'a': 1}"),
        ({"where": [5]}, "the event's where takes a text, or a list of texts"),
        ({"rate": True}, "the event's rate takes a number, or auto, not True"),
        ({"fresh": "yes"}, "the event's fresh takes true or false, not 'yes'"),
        ({"retry": "../../up"}, "the event's retry takes true, or the id of a run"),
        ({"retry": None}, "the event's retry takes true, or the id of a run, not None"),
        ({"execution": "e"}, "the event has 'execution'"),
        ({"step": "plan", "execution": ""}, "the event's execution takes what the engine calls"),
        ({"limit": 10**30}, "a number beyond 64 bits"),
        ({"where": "\ud800"}, "half of a surrogate pair"),
        ([], "an event is a JSON object, such as {}, not []"),
        (None, "an event is a JSON object, such as {}, not None"),
        ({"step": "finish", "run": "../../up"}, "needs the event's run"),
        ({"step": "harvest", "run": "r\x1b[31m", "first": 0, "last": 1}, "needs the event's run"),
    ],
)
def test_what_is_no_event_is_named(event: dict[str, Any], expected: str) -> None:
    """One sentence names the key that is wrong."""
    with pytest.raises(SettingError, match="event") as error:
        read_event(event)
    assert expected in str(error.value)


@pytest.mark.parametrize("step", ["run", "plan"])
@pytest.mark.parametrize(
    "inputs",
    [
        ["/proc/self/environ"],
        ["s3://b/m.csv", "-"],
        "s3://b/m.csv,../secrets.csv",
        "file:///etc/passwd",
        ["Raw/Local/CSV/Movies/2026/11/24/../../../../../../etc/passwd"],
        ["Raw/Local/CSV/_runs/x/m.csv"],
        "~/m.csv",
        [" /etc/passwd"],
        "/etc/passwd",
    ],
)
def test_no_event_reads_the_functions_own_files(step: str, inputs: Any) -> None:
    """Inputs are S3 objects, keys of the lake and questions; its files and stdin are not."""
    with pytest.raises(SettingError, match="the event's inputs take s3://"):
        read_event({"step": step, "inputs": inputs})


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        ({"fresh": True}, Call("run", {}, fresh=True)),
        ({"fresh": False, "retry": False}, Call("run", {})),
        ({"retry": True}, Call("run", {}, retry_of="")),
        ({"step": "plan", "retry": "r-1", "rate": 5}, Call("plan", {"rate": 5}, retry_of="r-1")),
        (
            {"step": "plan", "fresh": True, "execution": "e"},
            Call("plan", {}, fresh=True, execution="e"),
        ),
    ],
)
def test_fresh_and_retry(event: dict[str, Any], asked: Call) -> None:
    """They are keys of what plans."""
    assert read_event(event) == asked


@pytest.mark.parametrize("key", ["fresh", "inputs", "where", "only", "endpoints", "limit"])
def test_a_retry_takes_nothing_else(key: str) -> None:
    """What failed is asked for as its run asked; saying more would be ignored."""
    value = {"fresh": True, "inputs": "tmdb:movie/5", "only": "due", "limit": 5}.get(key, "x")
    with pytest.raises(SettingError, match=f"the event has retry and {key}"):
        read_event({"retry": True, key: value})
