"""The zones' function: its events, its deadline, what it answers and what it raises."""

import asyncio
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from made_lake import Made, csv, make

from handlers import zones
from handlers.zones import Call, handler, read_event
from harvester.errors import RunHeld, SettingError
from harvester.stores import Store
from harvester.zones import state
from harvester.zones.built import Built
from harvester.zones.quality import Check

LAKE = Path("lake")
DETAILS = {"id": 1, "title": "T", "overview": "o"}


class _Context:
    def __init__(self, seconds: float = 900) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self._seconds * 1000)


@pytest.fixture(autouse=True)
def _environ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVESTER_LAKE", str(LAKE))
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "3008")


def _replace(monkeypatch: pytest.MonkeyPatch, name: str, build: Any) -> None:
    monkeypatch.setitem(zones._BUILDS, name, build)


def test_events() -> None:
    """A step and whether all is built again; without them both zones, and what is new."""
    assert read_event({}) == Call("both", rebuild=False)
    assert read_event({}).zones == ("trusted", "refined")
    assert read_event({"step": "refined", "rebuild": True}) == Call("refined", rebuild=True)
    assert read_event({"step": "trusted"}).zones == ("trusted",)


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        "both",
        {"step": "all"},
        {"step": None},
        {"step": ["both"]},
        {"rebuild": "yes"},
        {"rebuild": 1},
        {"lake": "s3://another"},
    ],
)
def test_other_events(event: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, also in the log, and no lake is opened."""
    with pytest.raises(SettingError, match=r"^the event"):
        handler(event, _Context())
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["error"] == "SettingError"
    assert not LAKE.exists()


@pytest.mark.slow
def test_a_lake_is_built_then_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """Both zones; the second call finds nothing to do; the log has the metrics."""
    asyncio.run(_one_title())
    first, second = (handler({}, _Context()) for _ in range(2))
    assert (first["done"], first["finish_reason"]) == (True, "finished")
    assert [(zone["zone"], zone["built"], zone["kept"]) for zone in first["zones"]] == [
        ("Trusted", 2, 0),
        ("Refined", 1, 0),
    ]
    assert second["finish_reason"] == "nothing_to_do"
    assert [zone["kept"] for zone in second["zones"]] == [2, 1]
    assert "secret column" not in str(first)  # no name of a CSV's column
    assert first["zones"][0]["ignored_columns"] == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["event"], line["Breaches"], line["DamagedRuns"]) for line in lines] == [
        ("ended", 0, 0),
        ("ended", 0, 0),
    ]
    assert lines[0]["Lake"] == str(LAKE)


async def _one_title() -> None:
    csv(LAKE, "Movies/m.csv", "const,secret column\ntt0000001,x\n")
    await make(LAKE, [Made("tt0000001", bodies={"details": DETAILS})])


async def _save(store: Store) -> None:
    await store.put(state.TRUSTED, b"progress")


def test_out_of_time_with_progress_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A date was finished: the answer says `deadline`, and the next call takes it up."""
    LAKE.mkdir()

    async def slow(store: Store, *_: Any, **__: Any) -> Built:
        await _save(store)
        await asyncio.sleep(60)
        raise AssertionError

    _replace(monkeypatch, "trusted", slow)
    answer = handler({}, _Context(20.2))
    assert (answer["done"], answer["finish_reason"], answer["zones"]) == (False, "deadline", [])
    with pytest.raises(SettingError, match="needs more time than this function has, and is beyond"):
        handler({"rebuild": True}, _Context(20.2))  # which starts again with each call


def test_out_of_time_without_progress_is_beyond_one_function(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Trusted is kept, and Refined is too much: another call would end the same way."""
    LAKE.mkdir()

    async def kept(*_: Any, **__: Any) -> Built:
        return Built("Trusted", kept=["2026-11-24"])

    async def slow(*_: Any, **__: Any) -> Built:
        await asyncio.sleep(60)
        raise AssertionError

    _replace(monkeypatch, "trusted", kept)
    _replace(monkeypatch, "refined", slow)
    with pytest.raises(SettingError, match="beyond one function") as raised:
        handler({}, _Context(20.2))
    assert f"`harvester refined --lake {LAKE}`" in str(raised.value)


@pytest.mark.parametrize(
    "error",
    [
        duckdb.OutOfMemoryException("failed to allocate"),
        duckdb.IOException('Could not write file "x": No space left on device'),
        OSError(28, "No space left on device"),
    ],
)
def test_a_full_memory_or_disk_is_one_sentence(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what to give more of, whoever noticed."""
    LAKE.mkdir()

    async def full(*_: Any, **__: Any) -> Built:
        raise error

    _replace(monkeypatch, "trusted", full)
    with pytest.raises(SettingError, match="needs more memory, or room in /tmp, than this"):
        handler({}, _Context())


@pytest.mark.parametrize("error", [TimeoutError("a socket"), OSError(5, "Input/output error")])
def test_other_errors_stay_what_they_are(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """A timeout of something else is not the function's."""
    LAKE.mkdir()

    async def broken(*_: Any, **__: Any) -> Built:
        raise error

    _replace(monkeypatch, "trusted", broken)
    with pytest.raises(type(error), match=str(error.args[-1])):
        handler({}, _Context())


def test_a_zone_that_another_builds_is_an_error_to_retry(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Step Functions knows it by its name."""
    LAKE.mkdir()

    async def held(*_: Any, **__: Any) -> Built:
        raise RunHeld("another process works on the build of Trusted")

    _replace(monkeypatch, "trusted", held)
    with pytest.raises(RunHeld):
        handler({}, _Context())
    assert '"error":"RunHeld"' in capsys.readouterr().out


def test_too_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function of the harvest's size is refused before it is killed for its memory."""
    LAKE.mkdir()
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
    with pytest.raises(SettingError, match="has 512 MB of memory: the zones need 1024 or more"):
        handler({}, _Context())


def test_an_answer_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Step Functions takes 256 KB, however many checks are breached and runs are damaged."""
    LAKE.mkdir()

    async def many(*_: Any, **__: Any) -> Built:
        built = Built("Trusted", built=["2026-11-24"] * 5000)
        built.checks = [Check("Movies/details", "required", 1, 0, breach=True)] * 5000
        built.damaged = {str(number): "is damaged" for number in range(5000)}
        return built

    _replace(monkeypatch, "trusted", many)
    answer = handler({"step": "trusted"}, _Context())
    assert len(json.dumps(answer)) < 10_000
    assert answer["zones"][0]["breaches"] == 5000
