"""Log lines: flat JSON with run and unit, in CloudWatch's embedded metric format."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.metrics import with_metrics
from harvester.lake.documents.manifest import Manifest
from harvester.model import Outcome
from harvester.run.log import entry, event_entry, line
from harvester.run.state import RunState, Snapshot


def _committed() -> Snapshot:
    manifest = Manifest(
        run="r",
        unit=12,
        outcomes={
            "tt0000001": Outcome("harvested", "movie", 1),
            "tt0000002": Outcome("failed", reason="gone"),
        },
        files=(),
        requests={"sent": 8, "retried": 1, "throttled": 2},
        timeline=[],
        latency={},
        started_at="",
        finished_at="",
    )
    return RunState("s3://lake", 0.0, latest=manifest).snapshot()


def test_a_committed_unit_says_what_it_came_to() -> None:
    """Unit, titles, failed, requests, 429s."""
    said = event_entry("committed", _committed())
    assert said["unit"] == 12
    assert (said["titles"], said["failed"], said["requests"], said["throttled"]) == (2, 1, 8, 2)
    assert said["level"] == "INFO"


def test_before_a_plan_there_is_no_run() -> None:
    """A log entry before anything is planned is still a line."""
    assert event_entry("planned", RunState("lake", 0.0).snapshot())["run"] is None


@given(st.text())
def test_a_line_is_one_line_of_json(text: str) -> None:
    """Whatever a message contains, one entry is one line."""
    written = line(entry("ended", message=text))
    assert "\n" not in written
    assert json.loads(written)["message"] == text


def test_metrics_are_in_cloudwatchs_format() -> None:
    """Each metric and the dimension is a member of the root, as the format's schema requires."""
    said = with_metrics({"event": "ended"}, "s3://lake", Titles=100, SecondsLeft=612)
    logged = json.loads(line(said))
    assert isinstance(logged["_aws"]["Timestamp"], int)
    (directive,) = logged["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "TmdbHarvester"
    assert directive["Dimensions"] == [["Lake"]]
    assert logged["Lake"] == "s3://lake"
    assert {(one["Name"], one["Unit"]) for one in directive["Metrics"]} == {
        ("Titles", "Count"),
        ("SecondsLeft", "Seconds"),
    }
    assert (logged["Titles"], logged["SecondsLeft"]) == (100, 612)


def test_a_metric_without_a_unit_is_a_mistake() -> None:
    """A misspelled metric never reaches CloudWatch."""
    with pytest.raises(KeyError):
        with_metrics({}, "lake", Titels=1)
