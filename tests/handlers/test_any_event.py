"""Whatever the event: a documented answer, or one sentence without a traceback."""

import asyncio
import contextlib
import io
import json
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest
from csvs import movies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.aws_lambda import handler
from handlers.events import Call
from harvester.errors import HarvesterError, SettingError
from harvester.simulator import SimulatorOptions, simulate

SECRET = "hunter2-in-a-file"
CSV = "Raw/Local/CSV/Movies/2026/11/24/m.csv"
KEYS = (
    *("step", "run", "first", "last", "workers", "execution", "fresh", "retry", "origin"),
    *("inputs", "where", "only", "max_age", "endpoints", "limit", "rate", "detail-type", "detail"),
)
LIKELY: tuple[Any, ...] = (
    *("run", "plan", "harvest", "finish", "due", "tmdb", "omdb", "auto", "find", "150d", "r"),
    *("Scheduled Event", "Object Created", "../../../etc/passwd", "/etc/passwd", "-", CSV),
    *("s3://b/m.csv", "tmdb:movie/5", "tmdb:person/x", "genre=Drama", "year=1999..", "\ud800"),
    *(f"{CSV}/../m.csv", "a\x00b", "\x1b[31m", 10**30, -1, 0, 1, 2.5, True, None, [], {}),
    *([CSV], ["secret.csv"], {"object": {"key": CSV}}, "20261124-00000000", float("nan")),
)
JSON = st.recursive(
    st.sampled_from(LIKELY) | st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
EVENTS = JSON | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), JSON, max_size=5)
REASONS = {
    *("finished", "nothing_to_do", "nothing_due", "held", "deadline", "upstream_down"),
    *("quota", "store_down", "taken_over"),
}


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def _shown(error: HarvesterError) -> str:
    """Return what Lambda's client logs and answers of an error: type, message and frames."""
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
    return f"{type(error).__name__} {error} {frames}"


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a lake of two titles, and a file that no answer may quote."""
    monkeypatch.setattr(sys, "tracebacklimit", 1000, raising=False)
    path = tmp_path / "lake" / CSV
    path.parent.mkdir(parents=True)
    movies(path, range(1, 3))
    (tmp_path / "lake/secret.csv").write_text(f"id;{SECRET}\n{SECRET};{SECRET}\n")
    monkeypatch.setenv("HARVESTER_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("HARVESTER_RATE", "1000")
    monkeypatch.setenv("TMDB_TOKEN", "x")
    return tmp_path / "lake"


def _judge(event: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def call() -> dict[str, Any]:
        async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
            monkeypatch.setenv("TMDB_BASE_URL", tmdb.base_url)
            return await asyncio.to_thread(handler, event, _Context())

    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            answer = asyncio.run(call())
    except HarvesterError as error:
        shown, said = _shown(error), str(error)
        assert shown.endswith(" []"), shown
        assert said
        assert "\n" not in said
        said.encode()  # what Lambda answers
    else:
        shown = json.dumps(answer)
        assert answer.get("finish_reason") in REASONS or {"run", "key", "count"} <= set(answer)
    assert SECRET not in shown + out.getvalue()
    assert "Traceback" not in shown + out.getvalue()


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(event=EVENTS)
def test_any_event(event: Any, lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer of the table, or an error of `harvester.errors` of one line."""
    assert lake.exists()
    _judge(event, monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@settings(
    max_examples=2000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(event=EVENTS)
def test_any_event_at_length(event: Any, lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, two thousand times."""
    assert lake.exists()
    _judge(event, monkeypatch)


@pytest.mark.parametrize(
    "event",
    [
        *(None, [], [{}], "run", 5, True, {"inputs": ["secret.csv"]}, {"inputs": "/etc/passwd"}),
        *({"step": "finish", "run": "../../x"}, {"where": [5]}, {"limit": {}}, {"rate": 1001}),
        *({"where": "\ud800"}, {"limit": 10**30}, {"fresh": 1}, {"retry": "../x"}),
    ],
)
def test_no_event_at_all(event: Any, lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence each; nothing is written."""
    before = sorted(lake.rglob("*"))
    with pytest.raises(HarvesterError) as error:
        handler(event, _Context())
    assert _shown(error.value).endswith(" []")
    assert sorted(lake.rglob("*")) == before
    _judge(event, monkeypatch)


def test_a_bug_keeps_its_traceback(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is a sentence has none, also after a call that ended in one."""
    assert lake.exists()
    with pytest.raises(SettingError):
        handler(None, _Context())

    def broken(*_: object, **__: object) -> Call:
        raise KeyError("bug")

    monkeypatch.setattr("handlers.aws_lambda.read_event", broken)
    with pytest.raises(KeyError) as error:
        handler({}, _Context())
    assert len(traceback.extract_tb(error.value.__traceback__)) > 1


def test_a_retry_after_a_run(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing failed, so nothing is asked; a fresh run is another one."""
    assert lake.exists()

    async def calls() -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = [{}, {"retry": True}, {"fresh": True}, {}]
        async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
            monkeypatch.setenv("TMDB_BASE_URL", tmdb.base_url)
            return [await asyncio.to_thread(handler, one, _Context()) for one in events]

    first, retried, fresh, again = asyncio.run(calls())
    assert (first["finish_reason"], retried["finish_reason"]) == ("finished", "nothing_to_do")
    assert (fresh["run"], fresh["finish_reason"]) == (f"{first['run']}-2", "finished")
    assert (again["run"], again["finish_reason"]) == (fresh["run"], "nothing_to_do")
