"""Which events of EventBridge start a run: schedules, and uploads where that is turned on."""

from typing import Any

import pytest

from handlers.events import Call, read_event
from handlers.triggers import starts_on_upload
from harvester.errors import SettingError

CSV = "Raw/Local/CSV/Movies/2026/11/24/m.csv"


def _envelope(kind: object, detail: object) -> dict[str, Any]:
    """Return an event as EventBridge sends it."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": kind,
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2026-11-24T07:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:s3:::b"],
        "detail": detail,
    }


def _upload(key: object) -> dict[str, Any]:
    bucket = {"name": "b"}
    return _envelope("Object Created", {"bucket": bucket, "object": {"key": key, "size": 5}})


def test_an_upload_starts_a_run_where_that_is_on() -> None:
    """A CSV's alone, and only if the environment says so."""
    assert read_event(_upload(CSV), on_upload=True) == Call("run", {})
    with pytest.raises(SettingError, match="starts no run here: set TMDB_ON_UPLOAD to true"):
        read_event(_upload(CSV))


@pytest.mark.parametrize(
    "key",
    [
        "Raw/Local/CSV/_runs/" + "a" * 64 + "/m.csv",
        "Raw/Local/CSV/Movies/2026/11/24/_m.csv",
        "Raw/Local/CSV/readme.txt",
        "Raw/TMDB/_harvest/r/summary.json",
        "Raw/Local/CSV/Movies/2026/11/24/../../../../../m.csv",
        "",
        5,
        None,
    ],
)
def test_what_else_is_uploaded_starts_none(key: object) -> None:
    """What runs were given least of all: each of them would start another one."""
    with pytest.raises(SettingError, match=r"starts no run: only that of a CSV|no object's key"):
        read_event(_upload(key), on_upload=True)


@pytest.mark.parametrize("kind", ["Object Deleted", "scheduled event", "", None, 5, ["x"], {}])
def test_another_type_starts_none(kind: object) -> None:
    """One sentence names the type."""
    with pytest.raises(SettingError, match=r"an event of the type .* starts no run"):
        read_event(_envelope(kind, {}), on_upload=True)


@pytest.mark.parametrize("detail", [None, [], "{}", {}, {"object": None}, {"object": []}])
def test_an_upload_of_nothing_starts_none(detail: object) -> None:
    """An event that lacks what it should tell."""
    with pytest.raises(SettingError, match="names no object's key"):
        read_event(_envelope("Object Created", detail), on_upload=True)


def test_the_state_machine_adds_its_own() -> None:
    """Started by such an event, it plans: the envelope is no setting, and no other step follows."""
    own = {"step": "plan", "workers": 2, "execution": "arn:x"}
    for event in (_upload(CSV), _envelope("Scheduled Event", {})):
        asked = read_event({**event, **own}, on_upload=True)
        assert asked == Call("plan", {}, workers=2, execution="arn:x")


@pytest.mark.parametrize(("text", "on"), [("true", True), ("TRUE ", True), ("false", False)])
def test_it_is_turned_on_by_a_word(text: str, *, on: bool) -> None:
    """And it is off by default."""
    assert starts_on_upload({"TMDB_ON_UPLOAD": text}) is on
    assert starts_on_upload({"TMDB_ON_UPLOAD": ""}) is False
    assert starts_on_upload({}) is False
    with pytest.raises(SettingError, match="TMDB_ON_UPLOAD takes true or false, not 'yes'"):
        starts_on_upload({"TMDB_ON_UPLOAD": "yes"})
